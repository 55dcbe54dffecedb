#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "consumer/kafka/handle.h"
#include "consumer/log.h"
#include "consumer/ports.h"

namespace newsmill::kafka {

/// Whether a broker answers, as all handles of the process see it together, so that an outage is
/// said once and its end once, whatever the number of lanes. Thread-safe.
class Contact {
 public:
  explicit Contact(consumer::Logger& log) : log_(log) {}
  void lost(consumer::Link* link, const std::string& why);
  void found(consumer::Link* link);
  consumer::Logger& log() { return log_; }

 private:
  consumer::Logger& log_;
  std::atomic<bool> away_{false};
  std::atomic<std::int64_t> lost_ms_{0};  ///< steady clock
};

/// What librdkafka tells about one handle: log lines, errors, answers. Log lines and answers come
/// from librdkafka's own threads at any time until the handle is destroyed, so the Events outlive
/// it; everything else comes from the thread that polls the handle.
class Events {
 public:
  /// `link` may be null: a tool that has no lane.
  Events(Contact& contact, consumer::Link* link) : contact_(contact), link_(link) {}
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  /// Registers the callbacks of a consumer or a producer in `conf`. Set the functions below before.
  void install(rd_kafka_conf_t* conf, bool producer);

  /// A connection was lost, a request timed out, a broker could not be reached.
  std::atomic<bool> hiccup{false};

  std::function<void(const rd_kafka_message_t&)> delivered;
  std::function<void(rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t*)> rebalanced;
  std::function<void(std::string_view)> statistics;

 private:
  void log_line(int level, std::string_view kind, std::string_view text);
  void error(rd_kafka_resp_err_t code, const std::string& words);

  Contact& contact_;
  consumer::Link* link_;
};

}  // namespace newsmill::kafka
