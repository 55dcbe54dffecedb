#pragma once
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/settings.h"
#include "consumer/kafka/events.h"
#include "consumer/kafka/handle.h"
#include "consumer/ports.h"

namespace newsmill::kafka {

/// What the broker knows of one topic.
struct TopicState {
  bool exists = false;
  int partitions = 0, replicas = 0;  ///< replicas: of the partition that has the fewest
  /// Settings as they hold for the topic, by Kafka's names; empty with `unread` when they could not be read.
  std::map<std::string, std::string> settings;
  /// Those of `settings` that were given to this topic; an alteration has to repeat them.
  std::map<std::string, std::string> own;
  std::string unread;  ///< why the settings could not be read: no right, or a broker without admin API
};

/// Questions and orders about topics. One thread. Every call waits for the broker a few seconds and
/// then says `retry`; reasons carry what the connection met meanwhile.
class Admin {
 public:
  /// `link` may be null.
  Admin(const config::Settings& settings, Contact& contact, consumer::Link* link);
  ~Admin();

  /// `retry`: no broker. `rebuild`: the topic may not be described. A missing topic is no failure.
  consumer::Outcome describe(const std::string& topic, TopicState& state);
  consumer::Outcome create(const std::string& topic, int partitions, int replicas,
                           const std::map<std::string, std::string>& settings);
  /// Replaces all settings of the topic's own: the only form of alteration librdkafka 2.0.2 has.
  consumer::Outcome alter(const std::string& topic, const std::map<std::string, std::string>& settings);

 private:
  consumer::Outcome open();
  Event wait(rd_kafka_queue_t* queue) const;
  consumer::Outcome failed(const std::string& what, rd_kafka_resp_err_t code, const char* words = nullptr);
  std::string trouble() const;

  const config::Settings settings_;
  Contact& contact_;
  consumer::Link own_link_;
  consumer::Link* link_;
  Events events_;
  Handle handle_;  // after events_
};

}  // namespace newsmill::kafka
