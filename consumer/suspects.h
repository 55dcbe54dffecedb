#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "processors/core/delivery.h"

namespace newsmill::consumer {

/// Names the article that each worker is in, in a file that outlives the process, so that an article
/// which ends the process is known at the next start and cannot do it for ever.
///
/// The file is mapped memory: a crash, a kill and an OOM leave it as it stood (a power loss need not).
/// What is found there at start is charged: an article whose own worker crashed or hung weighs 2, one
/// that merely was in some worker when the process was killed weighs 1. From 1 on it is `suspected`
/// and worked on while every other worker waits, so that the next crash names nobody else; once it has
/// come through it is free again. At kCondemned (two crashes, or four unexplained ends with nothing
/// else running) it is `condemned`: set aside unprocessed, until its dead letter is committed.
///
/// Thread-safe. Cost of an article: an uncontended lock and about 300 bytes written.
class Suspects {
 public:
  enum class Standing : std::uint8_t { clear, suspected, condemned };
  static constexpr std::uint32_t kCondemned = 4;
  static constexpr std::size_t kMaxEntries = 256;  ///< more than any machine has workers; the lightest make room

  /// In memory only, for `slots` workers: names what hangs, remembers nothing.
  explicit Suspects(std::size_t slots);
  /// In `file`, made when absent; empty = in memory only. When it cannot be used (unwritable, or held
  /// by another process) the table works in memory and `trouble()` says why; an article that crashes the process
  /// would then do it again and again.
  Suspects(const std::string& file, std::size_t slots);
  ~Suspects();
  Suspects(const Suspects&) = delete;
  Suspects& operator=(const Suspects&) = delete;

  const std::string& trouble() const { return trouble_; }
  std::size_t slots() const { return slots_; }

  /// False when nothing is suspected, which is nearly always: one relaxed load.
  bool any() const { return count_.load(std::memory_order_relaxed) != 0; }
  Standing standing(const Delivery& delivery) const;
  std::vector<std::string> suspected() const;  ///< as delivery_text(), heaviest first
  /// Its dead letter is committed: a replay of it is tried anew.
  void forget(const Delivery& delivery);

  /// Worker `slot`, on its own thread, is in this article until ends().
  void starts(std::size_t slot, const Delivery& delivery);
  void ends(std::size_t slot);

  struct Longest {
    std::string delivery;
    std::chrono::steady_clock::duration since;
  };
  /// The article that a worker has been in for longest; none when all are idle.
  std::optional<Longest> longest() const;
  /// Charges every article that has been in a worker for at least `limit` as if it had crashed; for
  /// the watchdog, just before it ends the process.
  void charge_hung(std::chrono::steady_clock::duration limit);

  /// Installs handlers of SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT for the whole process that
  /// charge the article of the crashing thread and let the signal take its course.
  static void charge_crashes();
  /// A signal stack for the calling thread, so that a stack overflow is charged too.
  class SignalStack {
   public:
    SignalStack();
    ~SignalStack();

   private:
    std::unique_ptr<std::byte[]> memory_;
  };

 private:
  struct Name;
  struct Slot;
  struct Entry;
  struct Table;

  void open(const std::string& file);
  void fails(const char* what, const std::string& file);
  void charge_found(const std::byte* bytes, std::size_t size);
  Entry* find(const Name& name) const;
  void charge(const Name& name, std::uint32_t weight);

  std::size_t slots_;
  std::string trouble_;
  int file_ = -1;
  std::unique_ptr<std::byte[]> memory_;  ///< when there is no file
  std::byte* mapped_ = nullptr;
  Table* table_ = nullptr;
  std::atomic<std::size_t> count_{0};  ///< entries in use
  mutable std::mutex mutex_;           ///< guards the entries
  struct Watch {
    std::mutex mutex;  ///< guards the slot's name and `since`
    std::chrono::steady_clock::time_point since;
  };
  std::unique_ptr<Watch[]> watches_;
};

}  // namespace newsmill::consumer
