#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "config/settings.h"
#include "consumer/dedup_log.h"
#include "consumer/kafka/events.h"
#include "consumer/kafka/log_reader.h"
#include "consumer/shared_referee.h"
#include "processors/dedup/log_codec.h"

namespace newsmill::kafka {

/// Reads the dedup log with a thread of its own and applies it to the referee: first what is in it already,
/// then whatever comes. Goes on by itself when the broker was away, and makes sure that it is still the
/// same log: the last message is read again and compared. When it is not, the referee's state belongs to
/// a log that is no more, and only a new process can begin with an empty one.
class LogTail {
 public:
  /// `committed_log`: the id of the log that the group's offsets rest on, 0 = none; asked when the log has been
  /// emptied by its retention. `advanced` is called on the tail's thread after something was applied.
  struct Calls {
    std::function<consumer::Outcome(dedup::LogId&)> committed_log;
    std::function<void(dedup::LogOffset applied)> advanced;
    std::function<void()> ended;  ///< the tail reads no more: state() says why
  };
  LogTail(const config::Settings& settings, Contact& contact, consumer::Link& link, consumer::SharedReferee& referee,
          Calls calls);
  ~LogTail();

  /// Whether the state may be used: `retry` while it is opened, read or looked at after a disturbance, in words
  /// that say how far it is; `rebuild` when the topic is missing, may not be read, or is another one (then
  /// dead()); `stop` when it breaks the contract or holds what this build must not pass over. Any thread.
  consumer::Outcome state() const;
  /// Only a new process can go on.
  bool dead() const;

  /// Everything before this offset is applied. Any thread.
  dedup::LogOffset position() const { return position_; }
  /// The log's end now; one round trip. `retry` also before it is open. Any thread.
  consumer::Outcome end_now(dedup::LogOffset& end, std::chrono::milliseconds wait) const;
  /// The log seems to be another one: looks before anything more is applied. Any thread.
  void suspect() { suspected_ = true; }

  /// The numbers of applied messages, and of those without effect. Any thread.
  void fill(consumer::DedupLog::Status& status) const;

 private:
  /// What is kept of the last message, to know the log by.
  struct Last {
    dedup::LogOffset offset;
    std::int64_t append_ms;
    std::string bytes;
  };
  void run();
  consumer::Outcome open();
  void step();
  void told();
  void apply();
  void apply(const LogMessage& message, dedup::Referee& referee);
  void recover(consumer::Outcome why);
  consumer::Outcome same_log();
  void set(consumer::Outcome state);
  void go_on();
  void end(consumer::Outcome why, bool dead);
  void rest(std::chrono::milliseconds time) const;
  std::string progress() const;

  const config::Settings settings_;
  Contact& contact_;
  consumer::Link& link_;
  consumer::SharedReferee& referee_;
  const Calls calls_;
  std::unique_ptr<DedupLogReader> reader_;

  // The tail's thread.
  std::uint64_t breaks_ = 0;  ///< of the link, when the log was last known to be the same
  std::optional<Last> last_;
  consumer::DedupLog::Counts counts_;
  std::string garbage_;  ///< of what was fetched last: the first that is none, in words
  dedup::LogOffset garbage_at_ = -1;
  std::optional<consumer::Outcome> refused_;  ///< by a message

  std::atomic<dedup::LogOffset> position_{-1}, start_{0}, end_at_open_{0}, end_{-1}, applied_{-1};
  std::atomic<bool> opened_{false}, suspected_{false}, stopping_{false}, ended_{false};
  mutable std::mutex mutex_;  ///< of what follows
  /// `retry` without words: being read.
  consumer::Outcome state_{consumer::Fate::retry, "the dedup log is not open yet"};
  bool dead_ = false;
  consumer::DedupLog::Counts told_;
  std::chrono::steady_clock::time_point began_;
  double replay_seconds_ = 0;
  std::thread thread_;
};

}  // namespace newsmill::kafka
