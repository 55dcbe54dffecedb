#pragma once
#include <string>

#include "consumer/kafka/handle.h"
#include "consumer/ports.h"

/// From librdkafka's errors to what the lane does next. The table is measured on librdkafka 2.0.2
/// with injected errors and on Apache Kafka 3.9 and 4.x (docs/design.md, "Exactly once").
namespace newsmill::kafka {

using consumer::Fate;
using consumer::Outcome;

/// The properties of a rd_kafka_error_t, apart from it so that the table can be tested.
struct ErrorTraits {
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  bool fatal = false, retriable = false, requires_abort = false;
};

/// Fatal wins over abort, abort over retry. What is none of these leaves the state of the handle
/// unknown: rebuild.
Fate fate_of(const ErrorTraits& error);

/// Fate of the error that a transactional call returned (null: done); `call` begins the reason.
Outcome outcome_of(const char* call, ClientError error);

/// Fate of an error code from a consumer, a metadata or an admin call, none of which belongs to a
/// transaction.
Fate fate_of_client(rd_kafka_resp_err_t code);

/// True for errors that only say that a broker cannot be reached or did not answer in time.
bool is_transport(rd_kafka_resp_err_t code);

/// True for a right that is missing; the cure is an ACL.
bool is_authorization(rd_kafka_resp_err_t code);

/// "Broker: Unknown topic or partition" and so on.
std::string words_of(rd_kafka_resp_err_t code);

}  // namespace newsmill::kafka
