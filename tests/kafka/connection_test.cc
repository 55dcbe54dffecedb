#include "consumer/kafka/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "consumer/kafka/topics.h"
#include "tests/support/kafka_fixture.h"

namespace newsmill::test {
namespace {

using kafka::ConnectFinding;
using Result = ConnectFinding::Result;
using testing::HasSubstr;

std::string lines(const std::vector<ConnectFinding>& findings) {
  std::string text;
  for (const auto& finding : findings)
    text += std::string(finding.result == Result::good  ? "good "
                        : finding.result == Result::bad ? "BAD "
                                                        : "warning ") +
            finding.subject + ": " + finding.found +
            (finding.expected.empty() ? "" : ", expected " + finding.expected) +
            (finding.hint.empty() ? "" : " (" + finding.hint + ")") + "\n";
  return text;
}

const ConnectFinding* first_bad(const std::vector<ConnectFinding>& findings) {
  for (const auto& finding : findings)
    if (finding.result == Result::bad) return &finding;
  return nullptr;
}

config::Settings settings_of(KafkaTest&, const std::string& brokers, const std::string& group,
                             const std::string& suffix) {
  config::Settings settings;
  settings.instance = "desk";
  settings.kafka.brokers = brokers;
  settings.kafka.group = group;
  settings.input.topics[0].name = "raw" + suffix;
  settings.output.enriched = "enriched" + suffix;
  settings.output.deadletter = "deadletter" + suffix;
  settings.dedup.topic = "dedup" + suffix;
  return settings;
}

class Connection : public KafkaTest {
 protected:
  consumer::Logger log_{config::Settings::Log{}};
};

TEST_F(Connection, ToASoundKafkaIsGoodThroughout) {
  const auto settings = settings_of(*this, broker().bootstrap(), unique("group"), unique(""));
  kafka::TopicPlan plan;
  ASSERT_EQ(kafka::plan_topics(settings, log_, nullptr, plan).reason, "");
  ASSERT_TRUE(plan.refused());
  ASSERT_EQ(kafka::apply_topics(settings, log_, plan, [](const std::string&) {}).reason, "");
  std::size_t told = 0;
  const auto findings = kafka::check_connection(settings, log_, [&](const ConnectFinding&) { ++told; });
  EXPECT_EQ(first_bad(findings), nullptr) << lines(findings);
  EXPECT_EQ(findings.size(), 13u) << lines(findings);
  EXPECT_EQ(told, findings.size());
  // It left nothing that a reader of results sees, and no offsets.
  EXPECT_TRUE(client().read(settings.output.enriched).empty());
  EXPECT_TRUE(client().read(settings.dedup.topic, KafkaView::uncommitted).empty());
  EXPECT_EQ(client().committed(settings.kafka.group, settings.input.topics[0].name), std::vector<std::int64_t>(6, -1));
}

TEST_F(Connection, NamesMissingTopicsAndWrongSettings) {
  auto settings = settings_of(*this, broker().bootstrap(), unique("group"), unique(""));
  settings.output.enriched = topic("enriched", 1, {{"max.message.bytes", "1000"}});
  const auto findings = kafka::check_connection(settings, log_);
  EXPECT_THAT(lines(findings), HasSubstr("BAD topic " + settings.input.topics[0].name +
                                         ": topic: missing, expected a topic (run `newsmill kafka apply`)"));
  EXPECT_THAT(lines(findings), HasSubstr("BAD topic " + settings.output.enriched +
                                         ": max.message.bytes: 1000, expected at least output.max_bytes"));
}

TEST_F(Connection, NamesABrokerThatIsNotThere) {
  const auto findings = kafka::check_connection(settings_of(*this, "127.0.0.1:1", "group", ""), log_);
  ASSERT_EQ(findings.size(), 1u) << lines(findings);
  EXPECT_THAT(lines(findings), HasSubstr("Connection refused"));
  EXPECT_THAT(findings[0].hint, HasSubstr("kafka.brokers"));
}

TEST_F(Connection, NamesATransactionTimeoutAboveTheBrokers) {
  auto settings = settings_of(*this, broker().bootstrap(), unique("group"), unique(""));
  settings.kafka.client["transaction.timeout.ms"] = "3600000";
  const auto findings = kafka::check_connection(settings, log_);
  EXPECT_THAT(
      lines(findings),
      HasSubstr("BAD transaction.timeout.ms: 3600000, expected at most the broker's transaction.max.timeout.ms"));
}

class SecuredConnection : public KafkaTest {
 protected:
  KafkaBroker::Options options() const override {
    return {.version = version(), .users = {{"mill", "grain"}, {"reader", "flour"}}, .properties = {}};
  }
  config::Settings settings(const std::string& mechanism, const std::string& password) {
    auto made = settings_of(*this, broker().secured_bootstrap(), unique("group"), unique(""));
    made.kafka.client = {{"security.protocol", "SASL_SSL"},
                         {"ssl.ca.location", broker().authority()},
                         {"sasl.mechanism", mechanism},
                         {"sasl.username", "mill"},
                         {"sasl.password", password}};
    kafka::TopicPlan plan;
    auto open = made;
    open.kafka.brokers = broker().bootstrap();
    open.kafka.client.clear();
    EXPECT_TRUE(kafka::plan_topics(open, log_, nullptr, plan));
    EXPECT_EQ(kafka::apply_topics(open, log_, plan, [](const std::string&) {}).reason, "");
    return made;
  }
  consumer::Logger log_{config::Settings::Log{}};
};

TEST_F(SecuredConnection, WithPlainOverTlsIsGood) {
  const auto findings = kafka::check_connection(settings("PLAIN", "grain"), log_);
  EXPECT_EQ(first_bad(findings), nullptr) << lines(findings);
}

TEST_F(SecuredConnection, WithScramIsGoodBeforeKafka4AndExplainedSince) {
  const auto findings = kafka::check_connection(settings("SCRAM-SHA-512", "grain"), log_);
  if (!version_is_at_least(4)) {
    EXPECT_EQ(first_bad(findings), nullptr) << lines(findings);
    return;
  }
  ASSERT_EQ(findings.size(), 1u) << lines(findings);
  EXPECT_EQ(findings[0].subject, "authentication");
  EXPECT_THAT(findings[0].hint, HasSubstr("Kafka 4 or newer"));
  EXPECT_THAT(findings[0].hint, HasSubstr("issue 4895"));
}

TEST_F(SecuredConnection, WithAWrongPasswordSaysSo) {
  std::vector<std::string> mechanisms{"PLAIN"};
  if (!version_is_at_least(4)) mechanisms.push_back("SCRAM-SHA-256");
  for (const auto& mechanism : mechanisms) {
    const auto findings = kafka::check_connection(settings(mechanism, "wrong"), log_);
    ASSERT_EQ(findings.size(), 1u) << lines(findings);
    EXPECT_EQ(findings[0].subject, "authentication");
    EXPECT_THAT(findings[0].hint, HasSubstr("check sasl.username and sasl.password"));
    EXPECT_EQ(lines(findings).find("wrong"), std::string::npos) << lines(findings);
  }
}

TEST_F(SecuredConnection, WithTheWrongAuthoritySaysSo) {
  auto wrong = settings("PLAIN", "grain");
  wrong.kafka.client["ssl.ca.location"] = broker().wrong_authority();
  const auto findings = kafka::check_connection(wrong, log_);
  ASSERT_EQ(findings.size(), 1u) << lines(findings);
  EXPECT_EQ(findings[0].subject, "TLS");
  EXPECT_THAT(findings[0].hint, HasSubstr("ssl.ca.location"));
}

TEST_F(SecuredConnection, WithoutTlsToAListenerThatWantsItSaysSo) {
  auto wrong = settings("PLAIN", "grain");
  wrong.kafka.client = {};
  const auto findings = kafka::check_connection(wrong, log_);
  ASSERT_EQ(findings.size(), 1u) << lines(findings);
  EXPECT_THAT(lines(findings), HasSubstr("security.protocol"));
}

struct Right {
  KafkaClient::Resource resource;
  enum class On { raw, enriched, group } on;
  KafkaClient::Operation allowed;  ///< nothing else
  std::string expected;
};

TEST_F(SecuredConnection, WithoutARightNamesIt) {
  using Resource = KafkaClient::Resource;
  using Operation = KafkaClient::Operation;
  for (const auto& row :
       {Right{Resource::topic, Right::On::raw, Operation::describe, "BAD topic RAW: read"},
        Right{Resource::topic, Right::On::enriched, Operation::describe, "BAD topic ENRICHED: write"},
        Right{Resource::topic, Right::On::raw, Operation::write, "BAD topic RAW: read"},
        Right{Resource::group, Right::On::group, Operation::describe, "BAD group GROUP: commit offsets"}}) {
    const auto narrow = settings("PLAIN", "grain");
    const std::string name = row.on == Right::On::raw ? narrow.input.topics[0].name
                             : row.on == Right::On::enriched ? narrow.output.enriched : narrow.kafka.group;
    client().allow("mill", row.resource, name, row.allowed);
    std::string expected = row.expected;
    for (const char* const part : {"RAW", "ENRICHED", "GROUP"})
      if (const auto at = expected.find(part); at != std::string::npos)
        expected.replace(at, std::string(part).size(), name);
    // The broker acts on a new right a little after it was acknowledged.
    std::string found;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    do found = lines(kafka::check_connection(narrow, log_));
    while (found.find(expected) == std::string::npos && std::chrono::steady_clock::now() < deadline);
    EXPECT_THAT(found, HasSubstr(expected));
  }
}

}  // namespace
}  // namespace newsmill::test
