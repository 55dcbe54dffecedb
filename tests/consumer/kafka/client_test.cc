#include "consumer/kafka/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>


namespace newsmill::kafka {
namespace {

using testing::HasSubstr;

using Keys = std::map<std::string, std::string>;

struct Row {
  const char* name;
  Keys client;
  std::string key, words, hint;  // of the first finding; parts of them
};

class RefusedKeys : public testing::TestWithParam<Row> {};

TEST_P(RefusedKeys, AreNamedWithReasonAndHint) {
  const auto findings = check_client(GetParam().client);
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings[0].key, GetParam().key);
  EXPECT_THAT(findings[0].words, HasSubstr(GetParam().words));
  EXPECT_THAT(findings[0].hint, HasSubstr(GetParam().hint));
  EXPECT_FALSE(findings[0].warning);
}

INSTANTIATE_TEST_SUITE_P(
    Client, RefusedKeys,
    testing::Values(
        Row{"unknown",
            {{"sesion.timeout.ms", "6000"}},
            "sesion.timeout.ms",
            "No such configuration property",
            "did you mean \"session.timeout.ms\"?"},
        Row{"value", {{"compression.codec", "lz5"}}, "compression.codec", "Invalid value \"lz5\"", ""},
        Row{"range", {{"session.timeout.ms", "0"}}, "session.timeout.ms", "outside allowed range 1..3600000", ""},
        Row{"callback", {{"error_cb", "x"}}, "error_cb", "must be set through dedicated", ""},
        Row{"brokers", {{"bootstrap.servers", "a:9092"}}, "bootstrap.servers", "setting of its own", "kafka.brokers"},
        Row{"auto_commit",
            {{"enable.auto.commit", "true"}},
            "enable.auto.commit",
            "inside the transaction",
            "leave it out"},
        Row{"isolation", {{"isolation.level", "read_uncommitted"}}, "isolation.level", "aborted transactions", ""},
        Row{"identity", {{"transactional.id", "mine"}}, "transactional.id", "fences its predecessor", "write instance"},
        Row{"static_member",
            {{"group.instance.id", "mine"}},
            "group.instance.id",
            "fences its predecessor",
            "write instance"},
        Row{"cooperative",
            {{"partition.assignment.strategy", "cooperative-sticky"}},
            "partition.assignment.strategy",
            "aborts the process",
            ""},
        Row{"reset", {{"auto.offset.reset", "latest"}}, "auto.offset.reset", "loud stop", "kafka.start"},
        Row{"acks", {{"acks", "1"}}, "acks", "survive the loss", ""},
        Row{"certificate",
            {{"security.protocol", "ssl"}, {"ssl.ca.location", "/no/such/file.pem"}},
            "ssl.ca.location",
            "ssl.ca.location failed",
            "must be readable"},
        Row{"no_password",
            {{"security.protocol", "sasl_ssl"}, {"sasl.mechanism", "PLAIN"}, {"sasl.username", "mill"}},
            "sasl.username",
            "sasl.username and sasl.password must be set",
            ""},
        Row{"tokens",
            {{"security.protocol", "sasl_ssl"}, {"sasl.mechanism", "OAUTHBEARER"}},
            "sasl.mechanism",
            "needs tokens",
            "PLAIN or SCRAM"},
        Row{"in_flight", {{"max.in.flight", "9"}}, "max.in.flight", "must be set <= 5", ""}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(Client, AcceptsWhatChangesNothingOrOnlySpeedAndSecurity) {
  for (const Keys& keys :
       {Keys{}, Keys{{"acks", "all"}}, Keys{{"acks", "-1"}}, Keys{{"isolation.level", "read_committed"}},
        Keys{{"partition.assignment.strategy", "range"}}, Keys{{"session.timeout.ms", "6000"}},
        Keys{{"transaction.timeout.ms", "5000"}},
        Keys{{"compression.codec", "zstd"}, {"compression.level", "3"}, {"linger.ms", "50"}},
        Keys{{"security.protocol", "sasl_plaintext"},
             {"sasl.mechanism", "SCRAM-SHA-256"},
             {"sasl.username", "mill"},
             {"sasl.password", "grain"}}}) {
    const auto findings = check_client(keys);
    EXPECT_TRUE(findings.empty()) << findings.front().key << ": " << findings.front().words;
  }
}

TEST(Client, FindsAllRefusedKeysInOnePass) {
  EXPECT_EQ(check_client({{"nonsense", "1"}, {"acks", "0"}, {"linger.ms", "-1"}}).size(), 3u);
}

TEST(Client, PassesOnWhatLibrdkafkaWarnsAbout) {
  const auto findings = check_client({{"sasl.mechanism", "PLAIN"}, {"sasl.username", "a"}, {"sasl.password", "b"}});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(findings[0].warning);
  EXPECT_THAT(findings[0].words, HasSubstr("security.protocol"));
}

TEST(Client, NeverRepeatsASecret) {
  const std::string secret = "correct-horse";
  for (const Keys& keys :
       {Keys{{"security.protocol", "ssl"}, {"ssl.key.pem", secret}},
        Keys{{"sasl.password", secret}, {"sasl.pasword", "x"}},
        Keys{{"security.protocol", "ssl"}, {"ssl.keystore.location", "/no/such"}, {"ssl.keystore.password", secret}}})
    for (const auto& finding : check_client(keys))
      EXPECT_EQ(finding.words.find(secret), std::string::npos) << finding.words;
}

TEST(Client, KnowsWhichKeysAreSecret) {
  for (const char* key : {"sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem",
                          "sasl.oauthbearer.client.secret", "sasl.oauthbearer.config"})
    EXPECT_TRUE(is_secret(key)) << key;
  for (const char* key : {"sasl.username", "ssl.ca.location", "ssl.ca.pem", "ssl.certificate.pem", "client.id"})
    EXPECT_FALSE(is_secret(key)) << key;
}

std::string value_of(const Conf& conf, const char* key) {
  char text[512];
  std::size_t size = sizeof text;
  return rd_kafka_conf_get(conf.get(), key, text, &size) == RD_KAFKA_CONF_OK ? text : "(none)";
}

TEST(Client, GivesEveryRoleWhatItsGuaranteesNeed) {
  config::Settings settings;
  settings.instance = "desk";
  settings.kafka.client = {{"linger.ms", "20"}, {"session.timeout.ms", "9000"}, {"client.id", "mine"}};
  std::string words;
  const Conf input = make_conf(settings, Role::input, lane_id(settings, 1), words);
  EXPECT_EQ(value_of(input, "group.id"), "newsmill");
  EXPECT_EQ(value_of(input, "group.instance.id"), "newsmill-desk-1");
  EXPECT_EQ(value_of(input, "isolation.level"), "read_committed");
  EXPECT_EQ(value_of(input, "enable.auto.commit"), "false");
  EXPECT_EQ(value_of(input, "partition.assignment.strategy"), "range");
  EXPECT_EQ(value_of(input, "session.timeout.ms"), "9000");
  EXPECT_EQ(value_of(input, "client.id"), "mine");
  const Conf output = make_conf(settings, Role::output, lane_id(settings, 1), words);
  EXPECT_EQ(value_of(output, "transactional.id"), "newsmill-desk-1");
  EXPECT_EQ(value_of(output, "queue.buffering.max.ms"), "20");
  EXPECT_EQ(value_of(output, "retry.backoff.ms"), "5");
  EXPECT_EQ(value_of(output, "compression.codec"), "lz4");
  EXPECT_EQ(value_of(output, "socket.nagle.disable"), "true");
  const Conf reader = make_conf(settings, Role::reader, "", words);
  EXPECT_EQ(value_of(reader, "group.id"), "(none)");
  EXPECT_EQ(value_of(reader, "allow.auto.create.topics"), "false");
  EXPECT_EQ(words, "");
}

TEST(Client, EverySettingOfOursIsTakenByLibrdkafka) {
  config::Settings settings;
  settings.instance = "desk";
  for (const Role role : {Role::input, Role::output, Role::check, Role::reader, Role::feeder, Role::admin,
                          Role::log_writer, Role::log_reader}) {
    std::string words;
    settings.kafka.brokers.clear();  // so that no connection is tried
    Conf conf = make_conf(settings, role, "desk", words);
    EXPECT_EQ(words, "");
    rd_kafka_conf_set_log_cb(conf.get(), nullptr);
    EXPECT_NE(make_handle(role, std::move(conf), words), nullptr) << words;
    for (const auto& setting : fixed_settings(role)) EXPECT_FALSE(setting.reason.empty()) << setting.key;
    for (const auto& setting : starting_settings(role)) EXPECT_FALSE(setting.reason.empty()) << setting.key;
  }
}

TEST(Client, TakesTheTransactionTimeoutThatHolds) {
  config::Settings settings;
  EXPECT_EQ(transaction_timeout_ms(settings), 30'000);
  settings.kafka.client["transaction.timeout.ms"] = "8000";
  EXPECT_EQ(transaction_timeout_ms(settings), 8'000);
}

}  // namespace
}  // namespace newsmill::kafka
