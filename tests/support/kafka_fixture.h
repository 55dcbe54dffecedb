#pragma once
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/support/kafka_broker.h"
#include "tests/support/kafka_client.h"

namespace newsmill::test {

/// A test on a real broker, shared by all tests of the process that ask for the same kind. The version is
/// $NEWSMILL_KAFKA_VERSION, 3.9.2 without it. Where no broker can be had the test is skipped, loudly, and
/// fails when $NEWSMILL_REQUIRE_SERVERS is 1.
class KafkaTest : public testing::Test {
 protected:
  void SetUp() override;
  KafkaBroker& broker() { return *broker_; }
  KafkaClient& client() { return *client_; }

  /// A new topic, or a name for whatever, that no other test uses.
  std::string unique(const std::string& name) const;
  std::string topic(const std::string& name, int partitions = 1, const std::map<std::string, std::string>& config = {});

  /// The version that the tests run on, and whether its major number is at least `major`.
  static std::string version();
  static bool version_is_at_least(int major);

  /// What kind of broker the tests of a class share.
  virtual KafkaBroker::Options options() const { return {.version = version(), .properties = properties()}; }
  /// Expired transactions are looked for every second instead of every ten.
  static std::map<std::string, std::string> properties() {
    return {{"transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"}};
  }

 private:
  KafkaBroker* broker_ = nullptr;
  KafkaClient* client_ = nullptr;
};

}  // namespace newsmill::test
