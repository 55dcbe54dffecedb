#include "tests/support/kafka_fixture.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace newsmill::test {
namespace {

/// The broker of the process; another kind replaces it, so that never two run at once.
struct Shared {
  std::string kind;
  std::unique_ptr<KafkaBroker> broker;
  std::unique_ptr<KafkaClient> client;
};

Shared& shared() {
  static Shared one;  // stopped by its destructor when the process ends
  return one;
}

std::string kind_of(const KafkaBroker::Options& options) {
  std::string kind = options.version;
  for (const auto& user : options.users) kind += "," + user.name + ":" + user.password;
  for (const auto& [name, value] : options.properties) kind += "," + name + "=" + value;
  return kind;
}

}  // namespace

std::string KafkaTest::version() {
  const char* chosen = std::getenv("NEWSMILL_KAFKA_VERSION");
  return chosen != nullptr && *chosen != '\0' ? chosen : "3.9.2";
}

bool KafkaTest::version_is_at_least(int major) { return std::atoi(version().c_str()) >= major; }

void KafkaTest::SetUp() {
  static const std::string missing = why_no_kafka(version());
  if (!missing.empty()) {
    const char* required = std::getenv("NEWSMILL_REQUIRE_SERVERS");
    if (required != nullptr && std::string_view(required) == "1") FAIL() << missing;
    [[maybe_unused]] static const int said =
        std::fprintf(stderr, "SKIPPED: tests on a real Kafka. %s\n", missing.c_str());
    GTEST_SKIP() << missing;
  }
  Shared& one = shared();
  const std::string kind = kind_of(options());
  if (one.kind != kind || !one.broker->running()) {
    one.client.reset();
    one.broker.reset();
    one.broker = std::make_unique<KafkaBroker>(options());
    one.client = std::make_unique<KafkaClient>(one.broker->bootstrap());
    one.kind = kind;
  }
  broker_ = one.broker.get();
  client_ = one.client.get();
}

std::string KafkaTest::unique(const std::string& name) const {
  static int count = 0;
  return name + "." + std::to_string(::getpid()) + "." + std::to_string(++count);
}

std::string KafkaTest::topic(const std::string& name, int partitions,
                             const std::map<std::string, std::string>& config) {
  const std::string made = unique(name);
  client().create_topic(made, partitions, config);
  return made;
}

}  // namespace newsmill::test
