#pragma once
#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "consumer/ports.h"
#include "consumer/shared_referee.h"
#include "processors/core/fingerprint.h"
#include "processors/dedup/log_messages.h"

namespace newsmill::consumer {

/// Where in the log the last message of one append() stands, once the log has acknowledged it. Shared
/// by the appender and the log's client, which may hear of it when the appender is gone. Any thread.
class Receipt {
 public:
  static constexpr dedup::LogOffset kPending = -1;
  /// Behind every offset, so that nobody takes it for applied.
  static constexpr dedup::LogOffset kFailed = std::numeric_limits<dedup::LogOffset>::max();
  dedup::LogOffset offset() const { return offset_.load(std::memory_order_acquire); }
  /// What of it is in the log will never be known, or it came too late to have an effect: whoever waits
  /// for it starts anew, and finds there what is in it.
  bool failed() const { return offset() == kFailed; }

  /// Has no effect after fail().
  void acknowledge(dedup::LogOffset offset) {
    dedup::LogOffset pending = kPending;
    offset_.compare_exchange_strong(pending, offset, std::memory_order_acq_rel);
  }
  void fail() { offset_.store(kFailed, std::memory_order_release); }

 private:
  std::atomic<dedup::LogOffset> offset_{kPending};
};

/// The log that is the referee of dedup: everybody's fingerprints (F) and verdicts (V) in one order.
/// What is appended comes back, with everybody else's, to the process's referee; a lane goes by what
/// came back and never by what it sent. Thread-safe: the lanes of a process share it.
class DedupLog {
 public:
  virtual ~DedupLog() = default;

  /// Waits a little until the referee has applied what was in the log when this was first asked, and
  /// says whether the log may be used: `retry` while it is being read or no broker answers, in words
  /// that say how far it is; `rebuild` when it is not the log that the group's offsets rest on, or
  /// cannot be read, until an operator has acted; `stop` when it breaks the topic contract. Asked
  /// before a lane joins its group and before the first decision about partitions that were just
  /// assigned: their last owner's verdicts count.
  virtual Outcome catch_up() = 0;
  /// Appends F's in this order, behind what this caller has appended before, and returns without
  /// waiting for the log. After `retry` call again with the same arguments. `rebuild`: what of it is in
  /// the log is not known; whoever starts anew finds it there and does not append it again.
  virtual Outcome append(std::span<const Fingerprint* const> articles, std::shared_ptr<Receipt>& receipt) = 0;
  /// Appends one V: of articles that this caller has appended in one go, or of exactly one older one.
  virtual Outcome append(std::span<const dedup::DecidedFingerprint> verdicts, std::shared_ptr<Receipt>& receipt) = 0;

  /// What is committed beside the input's offsets: names this log and how far it is applied, so that
  /// catch_up() recognizes another log under the same name. Empty = nothing to say.
  virtual std::string mark() const = 0;

  /// Messages, since the log was opened.
  struct Counts {
    std::uint64_t fingerprints = 0, verdicts = 0;  ///< applied, with those without effect
    std::uint64_t known = 0, late = 0, foreign = 0, lost = 0;  ///< without effect, by Referee::Applied
    std::uint64_t skipped = 0;  ///< whose bytes failed the checksum

    void add(dedup::Referee::Applied applied) {
      using Applied = dedup::Referee::Applied;
      switch (applied) {
        case Applied::taken: break;
        case Applied::known: ++known; break;
        case Applied::late: ++late; break;
        case Applied::lost: ++lost; break;
        case Applied::foreign: ++foreign; break;
      }
    }
  };
  /// For metrics and pages.
  struct Status : Counts {
    bool caught_up = false;  ///< once, since the start or the last loss
    std::string why;         ///< not to be used at the moment, in words; empty = it may
    bool dead = false;       ///< only a new process can go on: the log it has read is no more, or does not come back
    dedup::LogId id = 0;     ///< 0 = the log is empty
    dedup::LogOffset applied = -1, end = -1;  ///< last applied offset; the log's end (next offset); -1 = not known
    std::uint64_t own_late = 0;   ///< of `late`: sent by this process
    double replay_seconds = 0;    ///< of the last replay; while one is under way, so far
  };
  virtual Status status() const = 0;

  virtual SharedReferee& referee() = 0;
};

}  // namespace newsmill::consumer
