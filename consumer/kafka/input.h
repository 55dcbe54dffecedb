#pragma once
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/settings.h"
#include "consumer/kafka/events.h"
#include "consumer/kafka/handle.h"
#include "consumer/ports.h"

namespace newsmill::kafka {

/// A static member of the consumer group with whole ("eager") assignments. One thread owns poll,
/// pause, seek and assign: librdkafka 2.0 may lose messages otherwise. Rebalances run inside poll().
class KafkaInput final : public consumer::Input {
 public:
  /// Makes the client and subscribes to the input topics; does not wait for the broker.
  static consumer::Outcome open(const config::Settings& settings, int lane, consumer::Membership& membership,
                                Contact& contact, consumer::Link& link, std::unique_ptr<KafkaInput>& input);
  ~KafkaInput() override;

  std::optional<Message> poll(std::chrono::milliseconds wait) override;
  void pause() override;
  void resume() override;
  consumer::Outcome rewind() override;
  std::span<const consumer::Partition> assignment() const override { return assignment_; }
  std::int64_t end(const consumer::Partition& partition) const override;
  std::optional<consumer::Outcome> failure() const override { return failure_; }

  /// The group's generation as of now, which binds the offsets of a transaction to it.
  GroupMetadata group() const;

 private:
  KafkaInput(const config::Settings& settings, consumer::Membership& membership, Contact& contact,
             consumer::Link& link);
  void rebalanced(rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t* list);
  void assign(rd_kafka_topic_partition_list_t* list);
  consumer::Outcome find_start(rd_kafka_topic_partition_list_t* list);
  consumer::Outcome committed(rd_kafka_topic_partition_list_t* list, std::chrono::milliseconds patience);
  void fail(const rd_kafka_message_t& message);
  void fenced_by_itself();
  void fail_out_of_range(const rd_kafka_message_t& message);
  Partitions list_of_assignment() const;

  const std::string group_;
  const std::vector<std::string> topics_;
  const config::Settings::Kafka::Start start_;
  const std::chrono::milliseconds patience_;  ///< for an earlier owner's transaction to end
  consumer::Membership& membership_;
  Contact& contact_;
  consumer::Link& link_;
  Events events_;
  Handle handle_;  // after events_: its threads call them until it is gone
  ClientMessage message_;
  std::vector<Header> headers_;
  std::vector<consumer::Partition> assignment_;
  std::map<consumer::Partition, std::int64_t> ends_;
  std::optional<consumer::Outcome> failure_;
  bool paused_ = false;  ///< the present assignment; a new one is not
  bool quiet_ = false;  ///< leaving: Membership is called no more
};

}  // namespace newsmill::kafka
