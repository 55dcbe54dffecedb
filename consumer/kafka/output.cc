#include "consumer/kafka/output.h"

#include <algorithm>
#include <cstring>

#include "consumer/kafka/client.h"
#include "consumer/kafka/fate.h"
#include "consumer/kafka/input.h"
#include "consumer/kafka/produce.h"

namespace newsmill::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kStep{5'000};      // of init_transactions, metadata and send_offsets
constexpr milliseconds kRoom{3'000};      // for room in a full queue
constexpr int kPause = 100;              // ms
constexpr unsigned kServe = 256;          // records between two looks at the delivery reports
constexpr std::size_t kBatchBytes = 1'000'000;  // librdkafka's batch.size
// Kafka 4 refuses timestamps more than an hour ahead (KIP-1030); some sources' clocks run ahead.
constexpr std::chrono::minutes kAhead{55};

std::int64_t now_ms() {
  return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

bool is_about_the_topic(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:  // no key on a compacted topic
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION: return true;
    default: return false;
  }
}

}  // namespace

KafkaOutput::KafkaOutput(const config::Settings& settings, std::string id, Limits limits, Contact& contact,
                         consumer::Link& link)
    : settings_(settings),
      id_(std::move(id)),
      timeout_(transaction_timeout_ms(settings)),
      limits_(std::move(limits)),
      events_(contact, &link) {
  events_.delivered = [this](const rd_kafka_message_t& message) {
    switch (message.err) {
      case RD_KAFKA_RESP_ERR_NO_ERROR:
      case RD_KAFKA_RESP_ERR__PURGE_QUEUE:     // an abort took them back
      case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT: return;
      default: break;
    }
    if (is_transport(message.err)) events_.hiccup = true;
    if (refused_ != RD_KAFKA_RESP_ERR_NO_ERROR) return;
    refused_ = message.err;
    refused_topic_ = rd_kafka_topic_name(message.rkt);
  };
}

KafkaOutput::~KafkaOutput() { drop(); }

// A handle whose topics or messages are alive is never let go by rd_kafka_destroy.
void KafkaOutput::drop() {
  initialized_ = ready_ = false;
  topics_.clear();
  if (handle_ == nullptr) return;
  rd_kafka_purge(handle_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
  rd_kafka_poll(handle_.get(), 0);
  handle_.reset();
}

Outcome KafkaOutput::make() {
  std::string words;
  Conf conf = make_conf(settings_, Role::output, id_, words);
  // A batch is refused as a whole when it is larger than the topic takes, however small its records.
  std::size_t batch = kBatchBytes;
  for (const auto& [name, bytes] : limits_) batch = std::min(batch, bytes);
  char text[256] = "";
  if (!settings_.kafka.client.contains("batch.size") &&
      rd_kafka_conf_set(conf.get(), "batch.size", std::to_string(batch).c_str(), text, sizeof text) != RD_KAFKA_CONF_OK)
    words += text;
  if (!words.empty()) return {Fate::stop, words};
  events_.install(conf.get(), true);
  handle_ = make_handle(Role::output, std::move(conf), words);
  if (handle_ == nullptr) return {Fate::stop, words};
  return {};
}

Outcome KafkaOutput::recycle() {
  if (ready_) drop();
  if (handle_ == nullptr)
    if (auto outcome = make(); !outcome) return outcome;
  if (!initialized_) {
    auto outcome = judge("init_transactions",
                         ClientError(rd_kafka_init_transactions(handle_.get(), static_cast<int>(kStep.count()))));
    rd_kafka_poll(handle_.get(), 0);
    if (outcome.fate != Fate::done) {
      if (outcome.fate != Fate::retry) drop();
      return outcome;
    }
    initialized_ = true;
  }
  if (auto outcome = warm(); !outcome) {
    if (outcome.fate != Fate::retry) drop();
    return outcome;
  }
  events_.hiccup = false;
  ready_ = true;
  return {};
}

Outcome KafkaOutput::warm() {
  for (const auto& [name, bytes] : limits_) {
    const struct rd_kafka_metadata* found = nullptr;
    auto code = rd_kafka_metadata(handle_.get(), 0, topic(name), &found, static_cast<int>(kStep.count()));
    const Metadata metadata(found);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->topic_cnt > 0) code = metadata->topics[0].err;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    Outcome outcome{fate_of_client(code), "topic \"" + name + "\": " + words_of(code)};
    if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) outcome.reason += "; `newsmill kafka apply` creates it";
    if (is_authorization(code)) outcome.reason += "; grant Write and Describe on it";
    return outcome;
  }
  return {};
}

rd_kafka_topic_t* KafkaOutput::topic(std::string_view name) {
  auto found = topics_.find(name);
  if (found == topics_.end()) {
    std::string key(name);
    Topic made(rd_kafka_topic_new(handle_.get(), key.c_str(), nullptr));
    found = topics_.emplace(std::move(key), std::move(made)).first;
  }
  return found->second.get();
}

Outcome KafkaOutput::begin() {
  refused_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  return judge("begin_transaction", ClientError(rd_kafka_begin_transaction(handle_.get())));
}

Outcome KafkaOutput::produce(const consumer::Record& record) {
  std::size_t header_bytes = 0;
  for (const auto& header : record.headers) header_bytes += header.name.size() + header.value.value_or("").size();
  const std::size_t bytes = wire_bytes(record.key.value_or("").size(), record.value.value_or("").size(),
                                       record.headers.size(), header_bytes);
  if (bytes > limit(record.topic))  // the lane asks limit() before; the topic's settings changed since
    return {Fate::rebuild, "a record of " + std::to_string(bytes) + " bytes for topic \"" + std::string(record.topic) +
                               "\", which takes " + std::to_string(limit(record.topic))};
  if (++produced_ % kServe == 0) rd_kafka_poll(handle_.get(), 0);

  const std::int64_t latest = now_ms() + std::chrono::duration_cast<milliseconds>(kAhead).count();
  const std::int64_t timestamp = record.timestamp_ms < 0 || record.timestamp_ms > latest ? 0 : record.timestamp_ms;
  const auto deadline = steady_clock::now() + kRoom;
  for (;;) {
    const ClientError error = produce_record(handle_.get(), topic(record.topic), record, timestamp);
    if (error == nullptr) return {};
    const auto code = rd_kafka_error_code(error.get());
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      rd_kafka_poll(handle_.get(), 50);
      if (steady_clock::now() < deadline) continue;
      return {Fate::retry, "produce: the local queue is full"};
    }
    if (code == RD_KAFKA_RESP_ERR__FATAL) return fatal("produce");
    rd_kafka_poll(handle_.get(), 0);  // brings the reason
    // _STATE: an error that was met in the background ended the transaction.
    const Fate fate = code == RD_KAFKA_RESP_ERR__STATE || is_transport(code) ? Fate::abort : Fate::rebuild;
    Outcome outcome{fate, std::string("produce: ") + rd_kafka_error_string(error.get())};
    if (refused_ != RD_KAFKA_RESP_ERR_NO_ERROR)
      outcome.reason += "; topic \"" + refused_topic_ + "\": " + words_of(refused_);
    return outcome;
  }
}

Outcome KafkaOutput::send_offsets(std::span<const consumer::Position> next, const std::string& metadata) {
  if (next.empty()) return {};
  const Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(next.size())));
  for (const auto& [partition, offset] : next) {
    rd_kafka_topic_partition_t* row =
        rd_kafka_topic_partition_list_add(list.get(), partition.topic.c_str(), partition.number);
    row->offset = offset;
    if (metadata.empty()) continue;
    row->metadata = rd_kafka_mem_malloc(handle_.get(), metadata.size());  // the list frees it
    std::memcpy(row->metadata, metadata.data(), metadata.size());
    row->metadata_size = metadata.size();
  }
  const GroupMetadata group = input_->group();
  if (group == nullptr) return {Fate::rebuild, "send_offsets: the consumer has no group"};
  return judge("send_offsets", ClientError(rd_kafka_send_offsets_to_transaction(handle_.get(), list.get(), group.get(),
                                                                                static_cast<int>(kStep.count()))));
}

Outcome KafkaOutput::commit() {
  for (;;) {
    // -1, never slices: librdkafka warns that a commit that is taken up again may get out of step.
    auto outcome = judge("commit_transaction", ClientError(rd_kafka_commit_transaction(handle_.get(), -1)));
    if (outcome.fate != Fate::retry) return outcome;
    rd_kafka_poll(handle_.get(), kPause);  // some errors come at once
  }
}

Outcome KafkaOutput::abort() {
  for (;;) {
    auto outcome = judge("abort_transaction", ClientError(rd_kafka_abort_transaction(handle_.get(), -1)));
    if (outcome.fate == Fate::retry) {
      rd_kafka_poll(handle_.get(), kPause);
      continue;
    }
    refused_ = RD_KAFKA_RESP_ERR_NO_ERROR;
    return outcome;
  }
}

Outcome KafkaOutput::fatal(const char* call) const {
  char text[512] = "";
  const auto code = rd_kafka_fatal_error(handle_.get(), text, sizeof text);
  return {fate_of({code, true, false, false}), std::string(call) + ": " + text + " (" + rd_kafka_err2name(code) + ")"};
}

// An abort alone would meet the same again at once where a right or a topic is missing, or where the
// topic's settings changed: opened anew, the lane waits, says why, looks at the topics and learns the limits.
Outcome KafkaOutput::judge(const char* call, ClientError error) {
  if (error == nullptr) return {};
  const auto code = rd_kafka_error_code(error.get());
  if (is_transport(code)) events_.hiccup = true;
  // _STATE: a refusal that was met in the background ended the transaction; the report that names it
  // may be a moment behind.
  for (int i = 0; code == RD_KAFKA_RESP_ERR__STATE && refused_ == RD_KAFKA_RESP_ERR_NO_ERROR && i < 10; ++i)
    rd_kafka_poll(handle_.get(), 20);
  Outcome outcome = outcome_of(call, std::move(error));
  if (refused_ != RD_KAFKA_RESP_ERR_NO_ERROR)
    outcome.reason += "; topic \"" + refused_topic_ + "\": " + words_of(refused_);
  const auto cause = refused_ != RD_KAFKA_RESP_ERR_NO_ERROR ? refused_ : code;
  if (code == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
    outcome.reason +=
        "; grant Write and Describe on transactional ids with the prefix \"" + settings_.kafka.group + "-\"";
  if (code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
    outcome.reason += "; grant Read on the group \"" + settings_.kafka.group + "\"";
  if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED || refused_ == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
    outcome.reason += "; grant Write and Describe on the topics \"" + settings_.output.enriched + "\" and \"" +
                      settings_.output.deadletter + "\"";
  if (code == RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT)
    outcome.reason += "; kafka.client transaction.timeout.ms (" + std::to_string(timeout_.count()) +
                      ") must not exceed the broker's transaction.max.timeout.ms";
  if (outcome.fate == Fate::abort && (is_authorization(cause) || is_about_the_topic(cause)))
    outcome.fate = Fate::rebuild;
  return outcome;
}

bool KafkaOutput::hiccup() const {
  if (handle_ != nullptr) rd_kafka_poll(handle_.get(), 0);  // errors that wait to be told
  return events_.hiccup;
}

std::size_t KafkaOutput::limit(std::string_view topic) const {
  const auto found = limits_.find(topic);
  return found == limits_.end() ? settings_.output.max_bytes : found->second;
}

}  // namespace newsmill::kafka
