#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/kafka/port_pair.h"
#include "tests/support/kafka_fixture.h"

namespace newsmill::test {

/// True when both sides of the lane could be opened; else says why.
testing::AssertionResult opened(PortPair& pair);

/// Settings and topics of a lane on the shared broker; names are new for each test.
class LaneTest : public KafkaTest {
 protected:
  void SetUp() override {
    KafkaTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    settings.kafka.brokers = broker().bootstrap();
    settings.kafka.group = unique("group");
    settings.instance = "a";
    settings.kafka.client = {{"session.timeout.ms", "3000"}, {"heartbeat.interval.ms", "500"}};
    settings.input.topics = {{.name = unique("raw"), .format = "plain", .source = ""}};
    settings.output.enriched = unique("enriched");
    settings.output.deadletter = unique("deadletter");
    settings.dedup.topic = unique("dedup");
  }
  const std::string& raw() const { return settings.input.topics[0].name; }
  const std::string& enriched() const { return settings.output.enriched; }

  /// All topics as the contract wants them.
  void make_topics(int partitions = 1, const std::map<std::string, std::string>& raw_config = {}) {
    client().create_topic(raw(), partitions, raw_config);
    for (const std::string& name : {enriched(), settings.output.deadletter})
      client().create_topic(name, partitions, {{"max.message.bytes", std::to_string(10 << 20)}});
    client().create_dedup_log(settings.dedup.topic);
  }
  void feed(const std::vector<std::string>& values, std::int32_t partition = 0) {
    std::vector<KafkaRecord> records;
    for (const std::string& value : values) records.push_back({.partition = partition, .key = "k", .value = value});
    client().produce(raw(), std::move(records));
  }
  std::vector<std::string> values(const std::string& topic, KafkaView view = KafkaView::committed) {
    if (view == KafkaView::committed) client().settle(topic);
    std::vector<std::string> all;
    for (const KafkaRecord& record : client().read(topic, view)) all.push_back(record.value.value_or("(null)"));
    return all;
  }
  consumer::Record record(std::string_view key, std::string_view value) const {
    return {.topic = enriched(), .key = key, .value = value, .headers = {}, .timestamp_ms = -1};
  }
  config::Settings with_instance(const std::string& name) const {
    config::Settings other = settings;
    other.instance = name;
    return other;
  }

  config::Settings settings;
};

}  // namespace newsmill::test
