#pragma once
#include <chrono>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <optional>
#include <utility>

#include "config/settings.h"
#include "processors/dedup/referee.h"

namespace newsmill::consumer {

/// The referee of a process: whoever reads the dedup log applies it here, in its order, and the lanes
/// ask. Thread-safe.
class SharedReferee {
 public:
  explicit SharedReferee(const dedup::RefereeRules& rules) : referee_(rules) {}

  /// The next message of the log.
  template <class Message>
  dedup::Referee::Applied apply(const Message& message, dedup::LogOffset offset, std::int64_t append_ms) {
    const std::lock_guard lock(mutex_);
    const auto applied = referee_.apply(message, offset, append_ms);
    applied_ = offset;
    changed_.notify_all();
    return applied;
  }
  /// Several of them: feed(referee) applies what it has, in the log's order, and gives back the offset of the
  /// last, or nothing when there was none. Nobody can ask meanwhile, so what it does is short.
  template <class Feed>
  void apply_all(Feed&& feed) {
    const std::lock_guard lock(mutex_);
    const std::optional<dedup::LogOffset> last = std::forward<Feed>(feed)(referee_);
    if (last) applied_ = *last;
    changed_.notify_all();
  }
  /// Lets everybody who waits look again, because something changed that is not in the referee.
  void wake() {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }
  /// The last offset applied; the smallest number while there is none.
  dedup::LogOffset applied() {
    const std::lock_guard lock(mutex_);
    return applied_;
  }
  /// True when holds(referee, applied offset), for which it waits at most `limit`.
  template <class Holds>
  bool wait_until(Holds&& holds, std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [&] { return holds(std::as_const(referee_), applied_); });
  }
  /// Calls ask(referee) while nothing is applied, and gives back what it says.
  template <class Ask>
  auto ask(Ask&& ask) {
    const std::lock_guard lock(mutex_);
    return std::forward<Ask>(ask)(referee_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  dedup::Referee referee_;
  dedup::LogOffset applied_ = std::numeric_limits<dedup::LogOffset>::min();
};

/// What the settings say of a referee.
dedup::RefereeRules referee_rules(const config::Settings::Dedup& settings);

}  // namespace newsmill::consumer
