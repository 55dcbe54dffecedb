#include "consumer/kafka/output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka_mock.h>

#include <chrono>

#include "consumer/kafka/client.h"
#include "consumer/kafka/fate.h"
#include "consumer/kafka/input.h"

namespace newsmill::kafka {
namespace {

using consumer::Partition;
using consumer::Position;
using std::chrono::steady_clock;
using testing::HasSubstr;

constexpr std::chrono::milliseconds kPatience{60'000};
enum Api : std::int16_t { produce = 0, init = 22, add_partitions = 24, add_offsets = 25, end = 26, offset_commit = 28 };

struct Quiet : consumer::Membership {
  void assigned(std::span<const Partition>) override {}
  void revoked(std::span<const Partition>, bool) override {}
};

/// An output on a broker that answers one request with an error.
class Injected {
 public:
  Injected() {
    char text[256] = "";
    Conf conf(rd_kafka_conf_new());
    rd_kafka_conf_set(conf.get(), "socket.nagle.disable", "true", text, sizeof text);
    rd_kafka_conf_set_log_cb(conf.get(), nullptr);
    owner_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf.release(), text, sizeof text));
    cluster_ = rd_kafka_mock_cluster_new(owner_.get(), 1);
    for (const char* topic : {"articles.raw", "articles.enriched", "articles.deadletter"})
      rd_kafka_mock_topic_create(cluster_, topic, 1, 1);
    settings_.instance = "desk";
    settings_.kafka.brokers = rd_kafka_mock_cluster_bootstraps(cluster_);
    EXPECT_TRUE(KafkaInput::open(settings_, 0, membership_, contact_, link_, input_));
    output_ = std::make_unique<KafkaOutput>(settings_, lane_id(settings_, 0),
                                            Limits{{"articles.enriched", 1u << 20}, {"articles.deadletter", 1u << 20}},
                                            contact_, link_);
    output_->bind(*input_);
  }
  ~Injected() {
    output_.reset();
    input_.reset();
    rd_kafka_mock_cluster_destroy(cluster_);
  }
  void push(Api api, rd_kafka_resp_err_t code) { rd_kafka_mock_push_request_errors(cluster_, api, 1, code); }
  Outcome open() {
    return insist([&] { return output_->recycle(); });
  }
  /// One whole transaction: what the first call that did not succeed came to.
  Outcome transact() {
    if (auto outcome = output_->begin(); !outcome) return outcome;
    consumer::Record record;
    record.topic = "articles.enriched";
    record.value = "v";
    if (auto outcome = output_->produce(record); !outcome) return outcome;
    const Position next{{"articles.raw", 0}, 1};
    if (auto outcome = insist([&] { return output_->send_offsets({&next, 1}, {}); }); !outcome) return outcome;
    return output_->commit();
  }
  KafkaOutput& output() { return *output_; }

 private:
  template <class Call>
  static Outcome insist(const Call& call) {
    const auto deadline = steady_clock::now() + kPatience;
    for (;;) {
      auto outcome = call();
      if (outcome.fate != Fate::retry || steady_clock::now() > deadline) return outcome;
    }
  }

  config::Settings settings_;
  consumer::Logger log_{config::Settings::Log{}, [](std::string_view) {},
                        [] { return consumer::Logger::Time{std::chrono::system_clock::now(), steady_clock::now()}; }};
  Contact contact_{log_};
  consumer::Link link_;
  Quiet membership_;
  Handle owner_;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
  std::unique_ptr<KafkaInput> input_;
  std::unique_ptr<KafkaOutput> output_;
};

struct Row {
  Api api;
  rd_kafka_resp_err_t code;
  Fate fate;
  const char* words;  ///< part of the reason
};

// One broker for each row, so that no row inherits the state of another.
TEST(Output, MapsWhatTheBrokerAnswersToWhatTheLaneDoes) {
  for (const auto& row : {
           Row{produce, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, Fate::done, ""},
           Row{add_partitions, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, Fate::done, ""},
           Row{end, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, Fate::done, ""},
           Row{offset_commit, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, Fate::done, ""},
           Row{offset_commit, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, Fate::abort, "send_offsets"},
           Row{offset_commit, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, Fate::abort, "send_offsets"},
           Row{offset_commit, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, Fate::abort, "send_offsets"},
           Row{offset_commit, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, Fate::rebuild,
               "grant Read on the group \"newsmill\""},
           Row{produce, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, Fate::rebuild,
               "grant Write and Describe on the topics"},
           Row{produce, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, Fate::rebuild, "articles.enriched"},
           Row{produce, RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, Fate::rebuild, "articles.enriched"},
           Row{add_partitions, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, Fate::fenced, "fenced"},
           Row{end, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, Fate::fenced, "commit_transaction"},
           Row{end, RD_KAFKA_RESP_ERR_INVALID_TXN_STATE, Fate::rebuild, "commit_transaction"},
       }) {
    Injected broker;
    ASSERT_EQ(broker.open().reason, "");
    broker.push(row.api, row.code);
    const Outcome outcome = broker.transact();
    EXPECT_EQ(outcome.fate, row.fate) << rd_kafka_err2name(row.code) << ": " << outcome.reason;
    EXPECT_THAT(outcome.reason, HasSubstr(row.words));
  }
}

TEST(Output, GoesOnAfterAnAbort) {
  Injected broker;
  ASSERT_EQ(broker.open().reason, "");
  broker.push(offset_commit, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION);
  ASSERT_EQ(broker.transact().fate, Fate::abort);
  EXPECT_EQ(broker.output().abort().reason, "");
  EXPECT_FALSE(broker.output().hiccup());  // messages that the abort took back are no failures
  EXPECT_EQ(broker.transact().reason, "");
}

TEST(Output, OfATransactionalIdWithoutRightsSaysWhichToGrant) {
  Injected broker;
  broker.push(init, RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
  const Outcome outcome = broker.open();
  EXPECT_EQ(outcome.fate, Fate::rebuild);
  EXPECT_THAT(outcome.reason, HasSubstr("transactional ids with the prefix \"newsmill-\""));
  EXPECT_EQ(broker.open().reason, "");  // the right was granted meanwhile
}

}  // namespace
}  // namespace newsmill::kafka
