#include "consumer/kafka/fate.h"

#include <gtest/gtest.h>

namespace newsmill::kafka {
namespace {

struct Row {
  const char* what;
  ErrorTraits error;
  Fate fate;
};

// What librdkafka 2.0.2 makes of errors that were injected into its mock broker, and of real brokers.
constexpr Row kRows[] = {
    {"nothing", {}, Fate::done},
    {"the coordinator moved", {RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, false, true, false}, Fate::retry},
    {"no answer in time", {RD_KAFKA_RESP_ERR__TIMED_OUT, false, true, false}, Fate::retry},
    {"the last transaction still ends", {RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, false, true, false}, Fate::retry},
    {"the group moved on", {RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, false, false, true}, Fate::abort},
    {"a rebalance runs", {RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, false, false, true}, Fate::abort},
    {"the member is unknown", {RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, false, false, true}, Fate::abort},
    {"a message timed out", {RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, false, false, true}, Fate::abort},
    {"after a refused size", {RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, false, false, true}, Fate::abort},
    {"abort wins over retry", {RD_KAFKA_RESP_ERR__TIMED_OUT, false, true, true}, Fate::abort},
    {"fenced", {RD_KAFKA_RESP_ERR__FENCED, true, false, false}, Fate::fenced},
    {"fenced, by the broker's own name", {RD_KAFKA_RESP_ERR_PRODUCER_FENCED, true, false, false}, Fate::fenced},
    {"the epoch is old", {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, true, false, false}, Fate::fenced},
    {"the static member was replaced", {RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, true, false, false}, Fate::fenced},
    {"fatal wins over abort", {RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, true, false, true}, Fate::rebuild},
    {"no right to the id",
     {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, true, false, false},
     Fate::rebuild},
    {"a state that nobody expected", {RD_KAFKA_RESP_ERR__STATE, false, false, false}, Fate::rebuild},
    {"the broker allows less time", {RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, true, false, false}, Fate::stop},
    {"the broker has no transactions", {RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, true, false, false}, Fate::stop},
};

TEST(Fate, FollowsTheTableOfErrorClasses) {
  for (const auto& row : kRows) EXPECT_EQ(fate_of(row.error), row.fate) << row.what;
}

TEST(Fate, OfAPlainQuestionIsRetryOnlyForWhatPasses) {
  for (const auto code : {RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
                          RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT,
                          RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION})
    EXPECT_EQ(fate_of_client(code), Fate::retry) << words_of(code);
  for (const auto code : {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                          RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR__AUTHENTICATION})
    EXPECT_EQ(fate_of_client(code), Fate::rebuild) << words_of(code);
  EXPECT_EQ(fate_of_client(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID), Fate::fenced);
  EXPECT_EQ(fate_of_client(RD_KAFKA_RESP_ERR_NO_ERROR), Fate::done);
}

TEST(Fate, ReasonNamesTheCallAndTheWords) {
  ClientError error(rd_kafka_error_new(RD_KAFKA_RESP_ERR__TIMED_OUT, "no answer within %d ms", 5));
  const Outcome outcome = outcome_of("commit_transaction", std::move(error));
  EXPECT_EQ(outcome.fate, Fate::rebuild);  // made by hand it is neither retriable nor anything else
  EXPECT_EQ(outcome.reason, "commit_transaction: no answer within 5 ms (_TIMED_OUT)");
  EXPECT_EQ(outcome_of("commit_transaction", nullptr).fate, Fate::done);
}

}  // namespace
}  // namespace newsmill::kafka
