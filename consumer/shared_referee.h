#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <limits>
#include <mutex>
#include <optional>
#include <utility>

#include "config/settings.h"
#include "processors/dedup/referee.h"

namespace newsmill::consumer {

/// The referee of a process: whoever reads the dedup log applies it here, in its order, and the lanes
/// ask. Thread-safe. Whoever asks keeps the others waiting meanwhile, the reader of the log too.
class SharedReferee {
 public:
  /// A message that had no effect, for whoever sent it: what the state does not tell.
  struct Void {
    dedup::LogOffset offset = 0;
    dedup::Referee::Applied what = dedup::Referee::Applied::taken;
    Fingerprint::Delivery delivery;  ///< of an F
    std::int64_t behind_ms = 0;      ///< how long after it was sent it was appended
  };

  explicit SharedReferee(const dedup::RefereeRules& rules) : referee_(rules) {}

  /// The next message of the log.
  template <class Message>
  dedup::Referee::Applied apply(const Message& message, dedup::LogOffset offset, std::int64_t append_ms) {
    const std::lock_guard lock(mutex_);
    const auto applied = referee_.apply(message, offset, append_ms);
    note(message, offset, append_ms, applied);
    applied_ = offset;
    changed_.notify_all();
    return applied;
  }
  /// Several of them: feed(referee) applies what it has, in the log's order, notes what became of each, and gives
  /// back the offset of the last, or nothing when there was none. Nobody can ask meanwhile, so what it does is short.
  template <class Feed>
  void apply_all(Feed&& feed) {
    const std::lock_guard lock(mutex_);
    const std::optional<dedup::LogOffset> last = std::forward<Feed>(feed)(referee_);
    if (last) applied_ = *last;
    changed_.notify_all();
  }
  /// What became of a message; only inside apply_all().
  void note(const dedup::FingerprintMessage& message, dedup::LogOffset offset, std::int64_t append_ms,
            dedup::Referee::Applied applied) {
    if (applied != dedup::Referee::Applied::taken)
      remember({offset, applied, message.fingerprint.delivery, behind(append_ms, message.sent_ms)});
  }
  void note(const dedup::VerdictsMessage& message, dedup::LogOffset offset, std::int64_t append_ms,
            dedup::Referee::Applied applied) {
    if (applied != dedup::Referee::Applied::taken) remember({offset, applied, {}, behind(append_ms, message.sent_ms)});
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

  /// What became of the F of `delivery` that was appended behind `behind` and is not live, or is older
  /// than that: nothing when it had its effect. A caller who comes too late, when very many messages
  /// were void since, is told that it was lost, so that it appends again.
  std::optional<Void> void_of(const Fingerprint::Delivery& delivery, dedup::LogOffset behind);
  /// What became of the V at `offset`, which is applied; nothing when it had its effect.
  std::optional<Void> void_at(dedup::LogOffset offset);

 private:
  // A transaction or two of every lane; more only while somebody floods the log with what has no effect.
  static constexpr std::size_t kRemembered = 1 << 14;

  void remember(const Void& message);
  /// Whatever a message says of its time.
  static std::int64_t behind(std::int64_t append_ms, std::int64_t sent_ms) {
    std::int64_t ms = 0;
    return __builtin_sub_overflow(append_ms, sent_ms, &ms) ? std::numeric_limits<std::int64_t>::max() : ms;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  dedup::Referee referee_;
  dedup::LogOffset applied_ = std::numeric_limits<dedup::LogOffset>::min();
  std::deque<Void> void_;  ///< the newest ones, by offset
  dedup::LogOffset forgotten_ = std::numeric_limits<dedup::LogOffset>::min();  ///< void ones up to here are
};

/// What the settings say of a referee.
dedup::RefereeRules referee_rules(const config::Settings::Dedup& settings);

}  // namespace newsmill::consumer
