#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/settings.h"
#include "consumer/kafka/events.h"
#include "consumer/kafka/handle.h"
#include "consumer/log.h"
#include "consumer/ports.h"

namespace newsmill::kafka {

/// A message that owns its bytes.
struct StoredMessage {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp_ms = -1;  ///< Unix milliseconds; -1 = none
  std::optional<std::string> key, value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;

  /// Value of the first header `name`; null when there is none or it has no value.
  const std::string* header(std::string_view name) const;
};
StoredMessage stored(const rd_kafka_message_t& message);

/// Reads all partitions of one topic without a group, so that nobody sees it: dead letters, and the
/// results of the demo. One thread.
class TopicReader {
 public:
  enum class View { committed, uncommitted };
  /// Where to begin and end. The end is the one that was there at open(), or none.
  struct Range {
    std::optional<std::pair<std::int32_t, std::int64_t>> place;  ///< one message: partition and offset
    bool follow = false;                                         ///< goes on beyond the end
  };

  /// `retry`: no broker. `rebuild`: no such topic, partition, offset or right, in words.
  static consumer::Outcome open(const config::Settings& settings, consumer::Logger& log, const std::string& topic,
                                const Range& range, View view, std::unique_ptr<TopicReader>& reader);
  ~TopicReader();

  /// The next message; nothing after `wait`, or when done(). Order holds inside a partition.
  std::optional<StoredMessage> next(std::chrono::milliseconds wait);
  /// Everything up to the end has come out.
  bool done() const;
  /// Messages between begin and end, for a progress bar; control records are counted with them.
  std::int64_t expected() const { return expected_; }
  /// Waits until the broker answered a fetch: shows the right to read, also of an empty topic (with
  /// Range::follow).
  consumer::Outcome probe(std::chrono::milliseconds wait);
  /// A condition that waiting does not cure.
  const std::optional<consumer::Outcome>& failure() const { return failure_; }

 private:
  struct Progress {
    std::int64_t next = 0, end = 0;
    bool started = false;
  };
  TopicReader(std::string topic, consumer::Logger& log)
      : topic_(std::move(topic)), contact_(log), events_(contact_, &link_) {}
  consumer::Outcome start(const config::Settings& settings, const Range& range, View view);
  consumer::Outcome offsets(std::int64_t which, std::vector<std::int64_t>& found, std::chrono::milliseconds wait);
  std::string trouble() const;

  const std::string topic_;
  Contact contact_;
  consumer::Link link_;
  Events events_;
  Handle handle_;  // after events_
  Queue queue_;
  Topic rkt_;
  std::vector<Progress> partitions_;
  std::int64_t expected_ = 0;
  bool follow_ = false;
  std::optional<consumer::Outcome> failure_;
};

}  // namespace newsmill::kafka
