#pragma once
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "config/settings.h"
#include "consumer/kafka/events.h"
#include "consumer/kafka/handle.h"
#include "consumer/log.h"
#include "consumer/ports.h"

namespace newsmill::kafka {

/// Puts articles on a raw topic, as a producer of the operator's would, and never further ahead of
/// what was processed than a partition of the embedded broker can hold: what that drops would be lost.
/// send() from one thread, finished() and stop() from any.
class Feeder {
 public:
  Feeder(const config::Settings& settings, consumer::Logger& log);
  ~Feeder();

  /// Waits until there is room for it and until the broker has it. `position`: where it is. `retry`
  /// after `wait`, also when stopped: nothing was sent, or (no broker) it may have been.
  consumer::Outcome send(const consumer::Record& record, std::chrono::milliseconds wait, consumer::Position& position);
  /// A result of the message at `position` was read: it needs no room any more.
  void finished(const consumer::Position& position);
  /// send() waits no more.
  void stop();
  std::size_t unfinished() const;  ///< messages

 private:
  struct Delivery;
  consumer::Outcome try_send(const consumer::Record& record, std::chrono::milliseconds wait,
                             consumer::Position& position);
  std::size_t bytes_ahead(const std::string& topic) const;  ///< of the fullest partition; under mutex_

  Contact contact_;
  Events events_;
  Handle handle_;  // after events_
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<consumer::Partition, std::map<std::int64_t, std::size_t>> ahead_;  ///< offset → bytes
  std::set<consumer::Position> early_;  ///< finished while send() still waits for the report
  bool sending_ = false, stopped_ = false;
};

}  // namespace newsmill::kafka
