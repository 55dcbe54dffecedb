#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"
#include "consumer/kafka/events.h"
#include "consumer/kafka/handle.h"
#include "consumer/kafka/reader.h"
#include "consumer/log.h"
#include "consumer/ports.h"

namespace newsmill::kafka {

/// What was committed on a topic from a time on, until now: of all partitions, in the order of the messages'
/// own times, as far as each partition keeps it. Without a group, so that nobody sees it.
///   memory  64 MB that are fetched ahead, or 1 MB a partition where there are more than 64, and one message of each
/// One thread.
class TopicHistory {
 public:
  /// `retry`: no broker. `rebuild`: no such topic or right, in words.
  static consumer::Outcome open(const config::Settings& settings, consumer::Logger& log, const std::string& topic,
                                std::unique_ptr<TopicHistory>& history);
  ~TopicHistory();

  /// A transaction is open on it, so that what lies behind is not to be seen yet. Asks the broker; what is
  /// committed meanwhile belongs to the history.
  consumer::Outcome open_transaction(bool& open);
  /// The largest time among the last messages of each partition; nothing in an empty topic.
  consumer::Outcome newest(std::optional<std::int64_t>& time_ms);
  /// From here on next() gives what has this time or a later one.
  consumer::Outcome start(std::int64_t from_ms);

  /// The next one; nothing after `wait`, or when done().
  std::optional<StoredMessage> next(std::chrono::milliseconds wait);
  bool done() const;
  /// Messages between the start and the end; control records are counted with them.
  std::int64_t expected() const { return expected_; }
  /// A condition that waiting does not cure.
  const std::optional<consumer::Outcome>& failure() const { return failure_; }

 private:
  struct Part {
    std::int32_t number = 0;
    std::int64_t next = 0, end = 0;
    Queue queue;
    std::optional<StoredMessage> head;
    bool ended() const { return next >= end && !head; }
  };
  TopicHistory(std::string topic, consumer::Logger& log)
      : topic_(std::move(topic)), contact_(log), events_(contact_, &link_), loose_events_(contact_, &link_) {}
  consumer::Outcome begin(const config::Settings& settings);
  static consumer::Outcome make(const config::Settings& settings, const char* isolation, std::size_t ahead,
                                Events& events, Handle& handle);
  consumer::Outcome offsets(rd_kafka_t* handle, std::int64_t time, std::vector<std::int64_t>& found) const;
  consumer::Outcome consume(Part& part, std::int64_t from, std::int64_t end);
  void stop(Part& part);
  bool fill(Part& part, std::chrono::milliseconds wait);

  const std::string topic_;
  Contact contact_;
  consumer::Link link_;
  Events events_, loose_events_;
  Handle handle_, loose_;  // after their events; `loose_` sees what is not committed
  Topic rkt_;
  std::vector<Part> parts_;
  std::int64_t expected_ = 0;
  std::optional<consumer::Outcome> failure_;
};

}  // namespace newsmill::kafka
