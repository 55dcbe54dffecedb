#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "config/settings.h"
#include "consumer/dedup_log.h"
#include "consumer/kafka/events.h"
#include "consumer/kafka/handle.h"

namespace newsmill::kafka {

/// Messages of one append(), one behind the other in one block of memory that is used again.
class LogMessages {
 public:
  void clear() {
    bytes_.clear();
    ends_.clear();
  }
  /// Where the next one is written to the end of; then next().
  std::string& bytes() { return bytes_; }
  void next() { ends_.push_back(bytes_.size()); }
  std::size_t count() const { return ends_.size(); }
  std::size_t size() const { return bytes_.size(); }
  std::string_view at(std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(bytes_).substr(begin, ends_[i] - begin);
  }

 private:
  std::string bytes_;
  std::vector<std::size_t> ends_;
};

/// The producer of the dedup log, which all lanes of the process share: idempotent, so that what is
/// appended stands in the log in the order of append(), once, whatever the network does; and patient, so
/// that nothing is given up while the broker is away. It has a thread of its own, which hears the
/// broker's answers. What cannot be mended inside (a fatal error, a refused message) fails all receipts
/// that are open, and the producer is made anew: what is in the log of theirs is found there.
/// append() from any thread.
class LogWriter {
 public:
  /// What the broker answered.
  struct Answer {
    dedup::LogOffset offset;           ///< of the last message of an append
    std::int64_t sent_ms, append_ms;   ///< by the clocks of this host and the broker; −1 = not told
    std::int64_t waited_ms;            ///< since append()
    std::size_t messages;              ///< of that append
    const std::shared_ptr<consumer::Receipt>& receipt;  ///< not acknowledged yet; may be failed
  };
  /// `answered` is called on the writer's thread before the receipt is acknowledged, `woken` after receipts have
  /// changed.
  LogWriter(const config::Settings& settings, Contact& contact, consumer::Link& link,
            std::function<void(const Answer&)> answered, std::function<void()> woken);
  ~LogWriter();

  /// Hands the messages over; they are copied. All of them or, with `retry`, none: there is no room, or the
  /// producer is not ready. `rebuild`: some may have been sent.
  consumer::Outcome append(const LogMessages& messages, std::int64_t sent_ms,
                           std::shared_ptr<consumer::Receipt>& receipt);
  /// Since when the oldest append waits for its answer; nothing when none does.
  std::optional<std::chrono::steady_clock::time_point> waiting_since() const;

 private:
  /// An append that the broker has not answered yet.
  struct Sent {
    std::shared_ptr<consumer::Receipt> receipt;
    std::int64_t sent_ms;
    std::size_t messages;
    std::chrono::steady_clock::time_point when;
  };
  void run();
  bool make();
  bool warm();
  void rest() const;
  void drop(const std::string& why);
  void delivered(const rd_kafka_message_t& message);
  bool stopping() const { return stopping_; }

  // In flight at most: the process stays flat while the broker is away.
  static constexpr std::size_t kMessages = 100'000, kBytes = 64u << 20;

  const config::Settings settings_;
  const std::string topic_;
  const std::function<void(const Answer&)> answered_;
  const std::function<void()> woken_;
  consumer::Link& link_;
  Contact& contact_;
  Events events_;
  Handle handle_;  // after events_
  Topic rkt_;      // of handle_
  mutable std::mutex mutex_;  ///< of append() and what it touches
  bool ready_ = false;
  std::string why_not_ready_ = "not connected yet";
  std::deque<Sent> sent_;
  std::vector<rd_kafka_message_t> batch_;
  std::atomic<std::size_t> messages_{0}, bytes_{0};  ///< in flight
  std::atomic<bool> torn_{false};  ///< an append was taken in part
  std::string refused_;  ///< what a message was refused with; on the writer's thread
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace newsmill::kafka
