#include "consumer/kafka/connection.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>

#include "consumer/kafka/client.h"
#include "consumer/kafka/fate.h"
#include "consumer/kafka/produce.h"
#include "consumer/kafka/reader.h"
#include "consumer/kafka/topics.h"

namespace newsmill::kafka {
namespace {

using Result = ConnectFinding::Result;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPatience{10'000}, kStep{500};

/// What one handle met, by librdkafka's log lines and errors. Log lines come from any thread.
class Met {
 public:
  void install(rd_kafka_conf_t* conf) {
    rd_kafka_conf_set_opaque(conf, this);
    rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t* handle, int, const char* kind, const char* text) {
      static_cast<Met*>(rd_kafka_opaque(handle))->line(kind, text);
    });
    rd_kafka_conf_set_error_cb(conf, [](rd_kafka_t*, int code, const char* words, void* opaque) {
      static_cast<Met*>(opaque)->error(static_cast<rd_kafka_resp_err_t>(code), words);
    });
  }
  std::string authentication() const { return get(authentication_); }
  std::string encryption() const { return get(encryption_); }
  std::string transport() const { return get(transport_); }
  /// The lowest version of Fetch that the broker speaks: 4 since Kafka 4.0 (KIP-896), 0 before.
  std::optional<int> oldest_fetch() const {
    const std::lock_guard lock(mutex_);
    return oldest_fetch_;
  }

 private:
  std::string get(const std::string& text) const {
    const std::lock_guard lock(mutex_);
    return text;
  }
  void line(std::string_view kind, std::string_view text) {
    constexpr std::string_view kFetch = "ApiKey Fetch (1) Versions ";
    if (kind != "APIVERSION") return;
    const auto at = text.find(kFetch);
    if (at == std::string_view::npos || at + kFetch.size() >= text.size()) return;
    const std::lock_guard lock(mutex_);
    oldest_fetch_ = text[at + kFetch.size()] - '0';  // one digit as long as there are not ten versions gone
  }
  void error(rd_kafka_resp_err_t code, const char* words) {
    const std::lock_guard lock(mutex_);
    if (code == RD_KAFKA_RESP_ERR__AUTHENTICATION) authentication_ = words;
    else if (code == RD_KAFKA_RESP_ERR__SSL) encryption_ = words;
    // "all brokers are down" says less than what made them so.
    else if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || transport_.empty()) transport_ = words;
  }

  mutable std::mutex mutex_;
  std::string authentication_, encryption_, transport_;
  std::optional<int> oldest_fetch_;
};

std::string client_value(const config::Settings& settings, std::initializer_list<const char*> keys) {
  for (const char* const key : keys)
    if (const auto found = settings.kafka.client.find(key); found != settings.kafka.client.end()) return found->second;
  return {};
}

class Check {
 public:
  Check(const config::Settings& settings, consumer::Logger& log, const std::function<void(const ConnectFinding&)>& each)
      : settings_(settings), log_(log), each_(each) {}

  std::vector<ConnectFinding> run() {
    if (!brokers()) return std::move(findings_);
    topics();
    for (const auto& row : plan_.topics)
      if ((row.role == TopicRole::input || row.role == TopicRole::dedup) && row.state.exists) read(row.name);
    group();
    transactions();
    for (const auto& row : plan_.topics)
      if (row.role == TopicRole::dedup && row.state.exists) append(row);
    return std::move(findings_);
  }

 private:
  void add(ConnectFinding finding) {
    findings_.push_back(std::move(finding));
    if (each_) each_(findings_.back());
  }
  Handle open(Role role, const std::string& id, Met& met, const char* debug, std::string& words) {
    Conf conf = make_conf(settings_, role, id, words);
    char text[256] = "";
    if (debug != nullptr) rd_kafka_conf_set(conf.get(), "debug", debug, text, sizeof text);
    met.install(conf.get());
    return words.empty() ? make_handle(role, std::move(conf), words) : nullptr;
  }

  bool brokers();
  void explain(const Met& met);
  void topics();
  void read(const std::string& topic);
  void group();
  void transactions();
  void append(const TopicRow& log);
  void write(rd_kafka_t* handle, const std::string& topic, rd_kafka_resp_err_t& reported);
  void commit_offsets(rd_kafka_t* handle);

  const config::Settings& settings_;
  consumer::Logger& log_;
  const std::function<void(const ConnectFinding&)>& each_;
  std::vector<ConnectFinding> findings_;
  TopicPlan plan_;
};

bool Check::brokers() {
  Met met;  // outlives the handle
  std::string words;
  const std::string mechanism = client_value(settings_, {"sasl.mechanism", "sasl.mechanisms"});
  const Handle handle = open(Role::admin, settings_.instance + "-check", met,
                             mechanism.starts_with("SCRAM") ? "feature" : nullptr, words);
  if (handle == nullptr) {
    add({Result::bad, "kafka.client", words, "keys that librdkafka takes", ""});
    return false;
  }
  for (const auto deadline = steady_clock::now() + kPatience; steady_clock::now() < deadline;) {
    const struct rd_kafka_metadata* found = nullptr;
    const auto code = rd_kafka_metadata(handle.get(), 0, nullptr, &found, static_cast<int>(kStep.count()));
    const Metadata metadata(found);
    rd_kafka_poll(handle.get(), 0);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->broker_cnt > 0) {
      std::string names;
      for (int i = 0; i < metadata->broker_cnt; ++i)
        names += (i == 0 ? "" : ", ") + std::string(metadata->brokers[i].host) + ":" +
                 std::to_string(metadata->brokers[i].port);
      add({Result::good, "brokers", names, "", ""});
      return true;
    }
    if (!met.authentication().empty() || !met.encryption().empty()) break;  // waiting does not change these
  }
  explain(met);
  return false;
}

void Check::explain(const Met& met) {
  const std::string mechanism = client_value(settings_, {"sasl.mechanism", "sasl.mechanisms"});
  if (const auto words = met.authentication(); !words.empty()) {
    ConnectFinding finding{Result::bad, "authentication", words, "the broker accepts user and password",
                           "check sasl.username and sasl.password, and that the broker knows the user for " +
                               (mechanism.empty() ? "this mechanism" : mechanism)};
    // librdkafka before 2.6.1 fails SCRAM against Kafka 4 whatever the password (librdkafka issue 4895).
    if (mechanism.starts_with("SCRAM") && rd_kafka_version() < 0x020601ff && met.oldest_fetch().value_or(0) >= 4)
      finding.hint = "this is Kafka 4 or newer, and the SCRAM of librdkafka " + std::string(rd_kafka_version_str()) +
                     " never works there, with the right password either (its issue 4895, mended in 2.6.1): use "
                     "sasl.mechanism PLAIN "
                     "over TLS (security.protocol SASL_SSL), or a broker before 4.0";
    add(std::move(finding));
    return;
  }
  if (const auto words = met.encryption(); !words.empty()) {
    ConnectFinding finding{Result::bad, "TLS", words, "a certificate that ssl.ca.location vouches for", ""};
    if (words.find("certificate verify failed") != std::string::npos)
      finding.hint =
          "ssl.ca.location must name the certificate of the authority that signed the broker's, and the broker's must "
          "carry the host name of kafka.brokers";
    else
      finding.hint = "check security.protocol and that this port of the broker speaks TLS";
    add(std::move(finding));
    return;
  }
  const auto words = met.transport();
  add({Result::bad, "brokers", words.empty() ? "no answer from " + settings_.kafka.brokers : words,
       "an answer within " + std::to_string(kPatience.count() / 1'000) + " s",
       "check kafka.brokers (" + settings_.kafka.brokers + "), the network, and security.protocol"});
}

void Check::topics() {
  if (auto outcome = plan_topics(settings_, log_, nullptr, plan_); !outcome) {
    add({Result::bad, "topics", outcome.reason, "topics that can be described", ""});
    return;
  }
  for (const auto& row : plan_.topics) {
    bool sound = true;
    for (const auto& finding : plan_.findings) {
      if (finding.topic != row.name) continue;
      sound = false;
      add({finding.refused ? Result::bad : Result::warning, "topic " + finding.topic + ": " + finding.setting,
           finding.found, finding.expected,
           finding.reason.empty() ? finding.hint : finding.reason + "; " + finding.hint});
    }
    if (sound)
      add({Result::good, "topic " + row.name,
           std::to_string(row.state.partitions) + " partitions, replication factor " +
               std::to_string(row.state.replicas),
           "", ""});
  }
}

void Check::read(const std::string& topic) {
  std::unique_ptr<TopicReader> reader;
  auto outcome = TopicReader::open(settings_, log_, topic, {{}, true}, TopicReader::View::committed, reader);
  if (outcome) outcome = reader->probe(kPatience);
  if (outcome) add({Result::good, "topic " + topic + ": read", "allowed", "", ""});
  else
    add({Result::bad, "topic " + topic + ": read", outcome.reason, "the right to read",
         "grant Read and Describe on the topic"});
}

// Asks for the group's offsets, without joining it.
void Check::group() {
  Met met;
  std::string words;
  config::Settings settings = settings_;
  Conf conf = make_conf(settings, Role::input, settings.kafka.group + "-" + settings.instance + "-check", words);
  met.install(conf.get());
  const Handle handle = words.empty() ? make_handle(Role::input, std::move(conf), words) : nullptr;
  if (handle == nullptr) return;  // said before
  const Partitions list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), settings_.input.topics[0].name.c_str(), 0);
  auto code = rd_kafka_committed(handle.get(), list.get(), static_cast<int>(kPatience.count()));
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) code = list->elems[0].err;
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
      code == RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT) {  // a running instance commits just now
    add({Result::good, "group " + settings_.kafka.group + ": describe", "allowed", "", ""});
    return;
  }
  add({Result::bad, "group " + settings_.kafka.group + ": describe", words_of(code), "the right to read offsets",
       "grant Read on the group"});
}

void Check::transactions() {
  const std::string id = settings_.kafka.group + "-" + settings_.instance + "-check";
  const std::string subject = "transactional id " + settings_.kafka.group + "-*";
  Met met;
  std::string words;
  rd_kafka_resp_err_t reported = RD_KAFKA_RESP_ERR_NO_ERROR;  // of the record that is under way
  Conf conf = make_conf(settings_, Role::check, id, words);
  met.install(conf.get());
  rd_kafka_conf_set_dr_msg_cb(conf.get(), [](rd_kafka_t*, const rd_kafka_message_t* message, void*) {
    *static_cast<rd_kafka_resp_err_t*>(message->_private) = message->err;
  });
  const Handle handle = words.empty() ? make_handle(Role::check, std::move(conf), words) : nullptr;
  if (handle == nullptr) {
    add({Result::bad, "kafka.client", words, "keys that librdkafka takes", ""});
    return;
  }
  const ClientError error(rd_kafka_init_transactions(handle.get(), static_cast<int>(2 * kPatience.count())));
  if (error != nullptr) {
    const auto code = rd_kafka_error_code(error.get());
    if (code == RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT)
      add({Result::bad, "transaction.timeout.ms", std::to_string(transaction_timeout_ms(settings_)),
           "at most the broker's transaction.max.timeout.ms", "lower it under kafka.client"});
    else
      add({Result::bad, subject, rd_kafka_error_string(error.get()), "the right to open transactions",
           is_authorization(code)
               ? "grant Write and Describe on transactional ids with the prefix \"" + settings_.kafka.group + "-\""
               : "check the broker's log; its internal topic __transaction_state must be available"});
    return;
  }
  add({Result::good, subject, "allowed", "", ""});
  for (const auto& row : plan_.topics)
    if ((row.role == TopicRole::enriched || row.role == TopicRole::deadletter) && row.state.exists)
      write(handle.get(), row.name, reported);
  commit_offsets(handle.get());
}

void Check::write(rd_kafka_t* handle, const std::string& topic, rd_kafka_resp_err_t& reported) {
  const std::string subject = "topic " + topic + ": write";
  if (const ClientError error(rd_kafka_begin_transaction(handle)); error != nullptr) {
    add({Result::bad, subject, rd_kafka_error_string(error.get()), "the right to write", ""});
    return;
  }
  reported = RD_KAFKA_RESP_ERR__TIMED_OUT;
  auto code = RD_KAFKA_RESP_ERR_NO_ERROR;
  {
    const Topic named(rd_kafka_topic_new(handle, topic.c_str(), nullptr));
    consumer::Record record;
    record.topic = topic;
    const Header mark{"newsmill-check", std::string_view("aborted")};
    record.headers = {&mark, 1};
    const ClientError error = produce_record(handle, named.get(), record, 0, &reported);
    if (error != nullptr) code = rd_kafka_error_code(error.get());
    else rd_kafka_flush(handle, static_cast<int>(kPatience.count()));
  }
  std::string words = code != RD_KAFKA_RESP_ERR_NO_ERROR ? words_of(code) : words_of(reported);
  const bool written = code == RD_KAFKA_RESP_ERR_NO_ERROR && reported == RD_KAFKA_RESP_ERR_NO_ERROR;
  if (!written) {
    // The report of a message that was taken back says nothing; the transaction's error says why.
    if (reported == RD_KAFKA_RESP_ERR__PURGE_QUEUE || reported == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
      if (const ClientError why(rd_kafka_commit_transaction(handle, static_cast<int>(kPatience.count())));
          why != nullptr)
        words = rd_kafka_error_string(why.get());
  }
  const ClientError ended(rd_kafka_abort_transaction(handle, -1));
  rd_kafka_poll(handle, 0);
  if (written) add({Result::good, subject, "allowed", "", ""});
  else
    add({Result::bad, subject, words, "a record is accepted",
         "grant Write and Describe on the topic; enough replicas must be in sync"});
}

// What is written to the dedup log is seen by every instance, also out of a transaction that is aborted. So the
// right is asked with a record that is larger than the topic takes: the broker looks at the rights first, and
// refuses it for its size only when it might be written.
void Check::append(const TopicRow& log) {
  const std::string subject = "topic " + log.name + ": append";
  const std::string hint = "grant Write and Describe on the topic (before Kafka 3.0 also IdempotentWrite on the cluster)";
  const auto limit = log.state.settings.find("max.message.bytes");
  const long size = limit == log.state.settings.end() ? 0 : std::atol(limit->second.c_str());
  if (size <= 0 || size > 32 << 20) {
    add({Result::warning, subject, "not asked: max.message.bytes is " +
                                       (size <= 0 ? std::string("unknown") : std::to_string(size)),
         "the right to write", hint});
    return;
  }
  Met met;
  std::string words;
  rd_kafka_resp_err_t reported = RD_KAFKA_RESP_ERR__TIMED_OUT;
  Conf conf = make_conf(settings_, Role::log_writer, settings_.instance + "-check", words);
  char text[256] = "";
  rd_kafka_conf_set(conf.get(), "compression.codec", "none", text, sizeof text);  // it must be as large as it looks
  met.install(conf.get());
  rd_kafka_conf_set_dr_msg_cb(conf.get(), [](rd_kafka_t*, const rd_kafka_message_t* message, void*) {
    *static_cast<rd_kafka_resp_err_t*>(message->_private) = message->err;
  });
  const Handle handle = words.empty() ? make_handle(Role::log_writer, std::move(conf), words) : nullptr;
  if (handle == nullptr) return;  // said before
  {
    const Topic named(rd_kafka_topic_new(handle.get(), log.name.c_str(), nullptr));
    const std::string large(static_cast<std::size_t>(size) + 1'024, 'x');
    consumer::Record record;
    record.topic = log.name;
    record.value = large;
    if (const ClientError error = produce_record(handle.get(), named.get(), record, 0, &reported); error != nullptr)
      reported = rd_kafka_error_code(error.get());
    else
      rd_kafka_flush(handle.get(), static_cast<int>(kPatience.count()));
    rd_kafka_purge(handle.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
    const auto before = reported;
    rd_kafka_poll(handle.get(), 0);  // the report points here
    if (before == RD_KAFKA_RESP_ERR__TIMED_OUT) reported = before;
  }
  char fatal[256] = "";
  const bool refused = rd_kafka_fatal_error(handle.get(), fatal, sizeof fatal) != RD_KAFKA_RESP_ERR_NO_ERROR;
  if (reported == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) add({Result::good, subject, "allowed", "", ""});
  else add({Result::bad, subject, refused ? fatal : words_of(reported), "the right to write", hint});
}

// The right to commit offsets in a transaction is asked with a partition that cannot be: the broker
// looks at the rights first, and the group's offsets stay as they are.
void Check::commit_offsets(rd_kafka_t* handle) {
  const std::string subject = "group " + settings_.kafka.group + ": commit offsets";
  if (const ClientError error(rd_kafka_begin_transaction(handle)); error != nullptr) {
    add({Result::bad, subject, rd_kafka_error_string(error.get()), "the right to commit", ""});
    return;
  }
  const Partitions list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), settings_.input.topics[0].name.c_str(), 2'147'483'000)->offset = 0;
  const GroupMetadata group(rd_kafka_consumer_group_metadata_new(settings_.kafka.group.c_str()));
  const ClientError error(rd_kafka_send_offsets_to_transaction(handle, list.get(), group.get(), 3'000));
  const auto code = error != nullptr ? rd_kafka_error_code(error.get()) : RD_KAFKA_RESP_ERR_NO_ERROR;
  const std::string words = error != nullptr ? rd_kafka_error_string(error.get()) : "";
  const ClientError ended(rd_kafka_abort_transaction(handle, -1));
  log_.debug("kafka-check", "offsets of a partition that cannot be", {{"answer", words}});
  if (is_authorization(code))
    add({Result::bad, subject, words, "the right to commit",
         code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED
             ? "grant Read on the topic " + settings_.input.topics[0].name
             : "grant Read on the group"});
  else
    add({Result::good, subject, "allowed", "", ""});
}

}  // namespace

std::vector<ConnectFinding> check_connection(const config::Settings& settings, consumer::Logger& log,
                                             const std::function<void(const ConnectFinding&)>& each) {
  return Check(settings, log, each).run();
}

}  // namespace newsmill::kafka
