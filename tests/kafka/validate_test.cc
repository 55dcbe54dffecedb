#include "tests/kafka/run_fixture.h"

namespace newsmill::test {
namespace {

using std::chrono_literals::operator""min;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

/// `validate --connect`: everything that would keep `run` from working, in words.
class SecuredValidate : public RunTest {
 protected:
  KafkaBroker::Options options() const override {
    return {.version = version(), .users = {{"mill", "grain"}}, .properties = properties()};
  }
  Instance::Options secured(const std::string& mechanism = "PLAIN", const std::string& password = "grain") {
    Instance::Options all = with("a");
    all.bootstrap = broker().secured_bootstrap();
    all.client.insert({{"security.protocol", "SASL_SSL"},
                       {"ssl.ca.location", broker().authority()},
                       {"sasl.mechanism", mechanism},
                       {"sasl.username", "mill"},
                       {"sasl.password", password}});
    return all;
  }
  Finished validate(const Instance& instance) { return command(instance, {"validate", "--connect"}); }
  /// The reasons of /readyz once they hold `words`.
  std::string unready(Instance& instance, const std::string& words) {
    std::string body;
    wait_until([&] {
      const auto answer = web_get(instance.port(), "/readyz");
      if (answer && answer->status == 503) body = answer->body;
      return body.find(words) != std::string::npos;
    }, 1min);
    return body;
  }
};

TEST_F(SecuredValidate, FindsNothingWhereRunWorksAndLeavesNoTrace) {
  make_topics();
  Instance instance = make(secured());
  const Finished checked = validate(instance);
  EXPECT_EQ(checked.code, 0) << checked.output;
  EXPECT_THAT(checked.output, Not(HasSubstr("grain")));
  EXPECT_TRUE(settled(enriched).empty());
  EXPECT_THAT(client().committed(group, raw), ElementsAre(-1));
  instance.start();
  feed_articles(0, 10);
  ASSERT_TRUE(drained(&instance));
  EXPECT_EQ(times().size(), 10u);
  EXPECT_THAT(instance.log(), Not(HasSubstr("grain")));
}

TEST_F(SecuredValidate, LogsInWithScramUpToKafka3AndExplainsWhyNotFromKafka4On) {
  make_topics();
  int fed = 0;
  for (const char* mechanism : {"SCRAM-SHA-256", "SCRAM-SHA-512"}) {
    Instance instance = make(secured(mechanism));
    const Finished checked = validate(instance);
    if (version_is_at_least(4)) {
      EXPECT_EQ(checked.code, 78) << checked.output;
      EXPECT_THAT(checked.output, AllOf(HasSubstr("SCRAM"), HasSubstr("Kafka 4"), HasSubstr("PLAIN")));
      continue;
    }
    EXPECT_EQ(checked.code, 0) << checked.output;
    instance.start();
    feed_articles(fed, 10);
    fed += 10;
    ASSERT_TRUE(drained(&instance));
    EXPECT_EQ(times().size(), static_cast<std::size_t>(fed));
    EXPECT_EQ(instance.stop(), 0);
  }
}

TEST_F(SecuredValidate, NamesAWrongPassword) {
  make_topics();
  Instance instance = make(secured("PLAIN", "chaff"));
  const Finished checked = validate(instance);
  EXPECT_EQ(checked.code, 78) << checked.output;
  EXPECT_THAT(checked.output, AllOf(HasSubstr("authentication"), HasSubstr("sasl.password"), Not(HasSubstr("chaff"))));
  instance.start();
  EXPECT_THAT(unready(instance, "uthentication"), HasSubstr("uthentication"));
  EXPECT_TRUE(instance.running()) << "a password may be mended on the broker's side";
}

TEST_F(SecuredValidate, NamesAWrongAuthority) {
  make_topics();
  Instance::Options all = secured();
  all.client["ssl.ca.location"] = broker().wrong_authority();
  Instance instance = make(all);
  const Finished checked = validate(instance);
  EXPECT_EQ(checked.code, 78) << checked.output;
  EXPECT_THAT(checked.output, AllOf(HasSubstr("TLS"), HasSubstr("certificate"), HasSubstr("ssl.ca.location")));
  instance.start();
  EXPECT_THAT(unready(instance, "certificate"), HasSubstr("certificate"));
}

TEST_F(SecuredValidate, NamesAMissingTopic) {
  client().create_topic(raw, 1, {{"max.message.bytes", std::to_string(8 << 20)}});
  const Finished checked = validate(make(secured()));
  EXPECT_EQ(checked.code, 78) << checked.output;
  EXPECT_THAT(checked.output, AllOf(HasSubstr(enriched), HasSubstr("missing"), HasSubstr("newsmill kafka apply")));
}

TEST_F(SecuredValidate, NamesARightThatIsMissing) {
  make_topics();
  using Operation = KafkaClient::Operation;
  for (const Operation allowed : {Operation::describe, Operation::describe_configs, Operation::read})
    client().allow("mill", KafkaClient::Resource::topic, enriched, allowed);
  Instance instance = make(secured());
  const Finished checked = validate(instance);
  EXPECT_EQ(checked.code, 78) << checked.output;
  EXPECT_THAT(checked.output, AllOf(HasSubstr(enriched), HasSubstr("write"), HasSubstr("grant Write")));
  instance.start();
  feed_articles(0, 1);
  EXPECT_THAT(unready(instance, "uthorization"), AllOf(HasSubstr("uthorization"), HasSubstr(enriched)));
  EXPECT_TRUE(instance.running());
  client().allow("mill", KafkaClient::Resource::topic, enriched, Operation::write);
  ASSERT_TRUE(drained(&instance)) << "the right was granted";
  EXPECT_THAT(times(), ElementsAre(Pair("article-0", 1)));
}

TEST_F(SecuredValidate, NamesAGroupThatMayNotBeRead) {
  make_topics();
  client().allow("mill", KafkaClient::Resource::group, group, KafkaClient::Operation::describe);
  const Finished checked = validate(make(secured()));
  EXPECT_EQ(checked.code, 78) << checked.output;
  EXPECT_THAT(checked.output, AllOf(HasSubstr(group), HasSubstr("grant Read on the group")));
}

TEST_F(SecuredValidate, NamesABrokerThatIsNotThere) {
  Instance::Options all = with("a");
  all.bootstrap = "127.0.0.1:" + std::to_string(free_port());
  const Finished checked = validate(make(all));
  EXPECT_EQ(checked.code, 69) << checked.output;
  EXPECT_THAT(checked.output, AllOf(HasSubstr(all.bootstrap), HasSubstr("kafka.brokers")));
}

}  // namespace
}  // namespace newsmill::test
