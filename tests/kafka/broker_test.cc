#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include "tests/support/kafka_fixture.h"

namespace newsmill::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// What the other tests rest on: that the broker is real, and that what they read is what is there.
class Broker : public KafkaTest {};

TEST_F(Broker, GivesBackKeysNullsHeadersAndTimestamps) {
  const std::string name = topic("plain", 2);
  client().produce(name, {{.partition = 1,
                           .timestamp = 1'700'000'000'000,
                           .key = "k",
                           .value = "v",
                           .headers = {{"a", "1"}, {"b", std::nullopt}}},
                          {.partition = 1},
                          {.partition = 0, .key = "", .value = "", .headers = {}}});
  const std::vector<KafkaRecord> read = client().read(name);
  ASSERT_EQ(read.size(), 3u);
  EXPECT_EQ(read[0].value, "");
  EXPECT_EQ(read[1].key, "k");
  EXPECT_EQ(read[1].timestamp, 1'700'000'000'000);
  EXPECT_THAT(read[1].headers, ElementsAre(KafkaHeader{"a", "1"}, KafkaHeader{"b", std::nullopt}));
  EXPECT_EQ(read[2].key, std::nullopt);
  EXPECT_EQ(read[2].value, std::nullopt);
  EXPECT_EQ(client().end(name, 1), 2);
}

TEST_F(Broker, HidesAnAbortedTransactionFromReadCommittedOnly) {
  const std::string name = topic("aborted");
  rd_kafka_t* producer = kafka_handle(false, broker().bootstrap(), {{"transactional.id", unique("writer")}});
  ASSERT_EQ(rd_kafka_init_transactions(producer, 60'000), nullptr);
  KafkaRecord lost{.value = "lost"}, kept{.value = "kept"};
  for (KafkaRecord* record : {&lost, &kept}) {
    ASSERT_EQ(rd_kafka_begin_transaction(producer), nullptr);
    ASSERT_EQ(rd_kafka_producev(producer, RD_KAFKA_VTYPE_TOPIC, name.c_str(), RD_KAFKA_VTYPE_VALUE,
                                record->value->data(), record->value->size(), RD_KAFKA_VTYPE_OPAQUE, record,
                                RD_KAFKA_VTYPE_END),
              RD_KAFKA_RESP_ERR_NO_ERROR);
    ASSERT_EQ(rd_kafka_flush(producer, 60'000), RD_KAFKA_RESP_ERR_NO_ERROR);
    const auto end = record == &lost ? rd_kafka_abort_transaction : rd_kafka_commit_transaction;
    ASSERT_EQ(end(producer, -1), nullptr);
  }
  rd_kafka_destroy(producer);
  const auto committed = client().read(name), all = client().read(name, KafkaView::uncommitted);
  ASSERT_EQ(committed.size(), 1u);
  EXPECT_EQ(committed[0].value, "kept");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].value, "lost");
}

TEST_F(Broker, DeletesRecordsAsRetentionDoes) {
  const std::string name = topic("retained");
  client().produce(name, {{.value = "0"}, {.value = "1"}, {.value = "2"}});
  client().delete_records(name, 0, 2);
  const auto left = client().read(name);
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].offset, 2);
}

TEST_F(Broker, ShowsTopicSettings) {
  const std::string name = topic("configured", 1, {{"max.message.bytes", "123456"}});
  EXPECT_EQ(client().topic_config(name).at("max.message.bytes"), "123456");
}

class BrokerOutage : public KafkaTest {};

TEST_F(BrokerOutage, KeepsAcknowledgedRecordsWhenKilled) {
  const std::string name = topic("killed");
  client().produce(name, {{.value = "kept"}});
  broker().kill();
  EXPECT_FALSE(broker().running());
  broker().start();
  EXPECT_EQ(client().read(name).size(), 1u);
}

TEST_F(BrokerOutage, KeepsConnectionsButAnswersNothingWhilePaused) {
  broker().pause();
  EXPECT_FALSE(client().answers(std::chrono::milliseconds(500)));
  broker().resume();
  EXPECT_TRUE(client().answers(std::chrono::minutes(1)));
}

/// With TLS, passwords and rights.
class SecuredBroker : public KafkaTest {
 protected:
  KafkaBroker::Options options() const override {
    return {.version = version(), .users = {{"mill", "grain"}, {"reader", "flour"}}, .properties = {}};
  }
  KafkaSettings login(const std::string& mechanism, const std::string& password) {
    return {{"security.protocol", "SASL_SSL"},
            {"ssl.ca.location", broker().authority()},
            {"sasl.mechanism", mechanism},
            {"sasl.username", "mill"},
            {"sasl.password", password}};
  }
};

TEST_F(SecuredBroker, LetsInWhoKnowsThePassword) {
  // The SCRAM of librdkafka before 2.6.1 fails against Kafka 4 (librdkafka issue 4895).
  std::vector<std::string> mechanisms{"PLAIN"};
  if (!version_is_at_least(4)) mechanisms.insert(mechanisms.end(), {"SCRAM-SHA-256", "SCRAM-SHA-512"});
  for (const std::string& mechanism : mechanisms) {
    KafkaClient right(broker().secured_bootstrap(), login(mechanism, "grain"));
    KafkaClient wrong(broker().secured_bootstrap(), login(mechanism, "wrong"));
    EXPECT_TRUE(right.answers(std::chrono::minutes(1))) << mechanism;
    EXPECT_FALSE(wrong.answers(std::chrono::seconds(2))) << mechanism;
  }
}

TEST_F(SecuredBroker, IsNotTrustedByWhoTrustsAnotherAuthority) {
  KafkaSettings settings = login("PLAIN", "grain");
  settings["ssl.ca.location"] = broker().wrong_authority();
  EXPECT_FALSE(KafkaClient(broker().secured_bootstrap(), settings).answers(std::chrono::seconds(2)));
}

TEST_F(SecuredBroker, NarrowsTheRightsOnATopic) {
  const std::string name = topic("narrow");
  client().allow("mill", KafkaClient::Resource::topic, name, KafkaClient::Operation::describe);
  KafkaClient mill(broker().secured_bootstrap(), login("PLAIN", "grain"));
  try {
    mill.produce(name, {{.value = "refused"}});
    FAIL() << "written without the right to";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("authorization failed"));
  }
}

}  // namespace
}  // namespace newsmill::test
