#pragma once
#include <map>
#include <memory>
#include <string>

#include "consumer/kafka/handle.h"

struct rd_kafka_mock_cluster_s;

namespace newsmill::kafka {

/// librdkafka's embedded broker, for the demo: the real protocol on loopback ports, without a Kafka.
/// It is no Kafka: a reader sees open and aborted transactions, offsets sent in a transaction are
/// dropped (so everything is at least once), there is no fencing, no admin API, no authentication, and
/// each partition keeps about 5 MiB, the oldest messages going first. Lives as long as the object.
class MockCluster {
 public:
  /// What a partition holds at most, so that nobody is ahead of its readers by more.
  static constexpr std::size_t kPartitionBytes = 5u << 20;

  /// One broker with these topics and numbers of partitions. Throws std::runtime_error.
  explicit MockCluster(const std::map<std::string, int>& topics);
  ~MockCluster();
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;

  /// For kafka.brokers.
  std::string brokers() const;

 private:
  Handle handle_;
  rd_kafka_mock_cluster_s* cluster_ = nullptr;
};

}  // namespace newsmill::kafka
