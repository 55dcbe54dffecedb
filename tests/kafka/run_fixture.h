#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/support/instance.h"
#include "tests/support/kafka_fixture.h"

namespace newsmill::test {

/// The real binary on a real Kafka: `newsmill run` with topics and a group of its own for each test.
class RunTest : public KafkaTest {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// Options of an instance of this test's group on this test's topics.
  Instance::Options with(const std::string& name) const;
  Instance make(Instance::Options options) const { return {folder_.path() / unique("instance"), std::move(options)}; }
  /// Of the contract; `raw` may have more partitions, results always have one.
  void make_topics(int partitions = 1);

  /// A whole article in the plain shape.
  static std::string article(const std::string& id);
  std::vector<KafkaRecord> feed(std::vector<KafkaRecord> records) { return client().produce(raw, std::move(records)); }
  /// `count` articles named article-FIRST and on, spread over the partitions by key.
  void feed_articles(int first, int count);

  std::vector<KafkaRecord> settled(const std::string& topic) {
    client().settle(topic);
    return client().read(topic);
  }
  /// Until the group has committed everything that the raw topic holds.
  bool drained(Instance* instance = nullptr);
  /// How often each article of feed_articles() is among the records of `enriched`, by id.
  std::map<std::string, int> times();

  static bool wait_until(const std::function<bool()>& condition,
                         std::chrono::milliseconds limit = std::chrono::minutes(2));
  /// A command of the binary to its end, with the configuration of `instance`.
  static Finished command(const Instance& instance, std::vector<std::string> words);

  std::string raw, enriched, deadletter, dedup, group;

 private:
  TemporaryFolder folder_;
};

}  // namespace newsmill::test
