#include "consumer/kafka/fate.h"

namespace newsmill::kafka {

bool is_transport(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
    case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__WAIT_COORD:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
    case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION: return true;
    default: return false;
  }
}

bool is_authorization(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED: return true;
    default: return false;
  }
}

Fate fate_of(const ErrorTraits& error) {
  if (error.code == RD_KAFKA_RESP_ERR_NO_ERROR) return Fate::done;
  if (error.fatal) {
    switch (error.code) {
      case RD_KAFKA_RESP_ERR__FENCED:
      case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
      case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
      case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID: return Fate::fenced;
      // The broker's transaction.max.timeout.ms is below ours: starting anew meets it again.
      case RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT:
      case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE: return Fate::stop;
      default: return Fate::rebuild;
    }
  }
  if (error.requires_abort) return Fate::abort;
  if (error.retriable) return Fate::retry;
  return Fate::rebuild;
}

Fate fate_of_client(rd_kafka_resp_err_t code) {
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return Fate::done;
  if (is_transport(code)) return Fate::retry;
  switch (code) {
    case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
    case RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT:
    case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_NOT_CONTROLLER:
    case RD_KAFKA_RESP_ERR__PREV_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR__IN_PROGRESS: return Fate::retry;
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID: return Fate::fenced;
    default: return Fate::rebuild;
  }
}

Outcome outcome_of(const char* call, ClientError error) {
  if (error == nullptr) return {};
  const ErrorTraits traits{rd_kafka_error_code(error.get()), rd_kafka_error_is_fatal(error.get()) != 0,
                           rd_kafka_error_is_retriable(error.get()) != 0,
                           rd_kafka_error_txn_requires_abort(error.get()) != 0};
  return {fate_of(traits), std::string(call) + ": " + rd_kafka_error_string(error.get()) + " (" +
                               rd_kafka_err2name(traits.code) + ")"};
}

std::string words_of(rd_kafka_resp_err_t code) { return rd_kafka_err2str(code); }

}  // namespace newsmill::kafka
