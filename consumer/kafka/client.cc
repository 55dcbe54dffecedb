#include "consumer/kafka/client.h"

#include <algorithm>
#include <cstdlib>
#include <span>

#include "consumer/kafka/client_keys.h"

namespace newsmill::kafka {
namespace {

constexpr FixedSetting kEveryHandle[] = {
    {"allow.auto.create.topics", "false", "a topic made by accident has the broker's defaults, not the contract's"},
    {"log.queue", "false", "log lines come from librdkafka's threads at once, also while a call blocks"},
};
constexpr FixedSetting kInputFixed[] = {
    {"partition.assignment.strategy", "range",
     "cooperative-sticky aborts the process in librdkafka 2.0.2 (issue 4312)"},
    {"enable.auto.commit", "false", "offsets are committed inside the transaction, never beside it"},
    {"enable.auto.offset.store", "false", "as enable.auto.commit"},
    {"isolation.level", "read_committed", "articles of an aborted transaction must not be processed"},
    {"auto.offset.reset", "error", "a position that retention has passed is a loud stop, never a skip"},
    {"max.poll.interval.ms", "3600000", "one thread polls and commits; newsmill's own heartbeat replaces it"},
    {"enable.partition.eof", "false", "the end of a partition is no event for a lane"},
    {"check.crcs", "true", "a damaged message must not become a record"},
    {"statistics.interval.ms", "2000",
     "the ends of the partitions, and with them the lag, are read from the statistics"},
};
constexpr FixedSetting kReaderFixed[] = {
    {"enable.auto.commit", "false", "a reader leaves no trace"},
    {"enable.auto.offset.store", "false", "as enable.auto.commit"},
    {"auto.offset.reset", "error", "the reader says where it starts"},
    {"enable.partition.eof", "true", "a reader stops at the end"},
    {"check.crcs", "true", "a damaged message must not be shown as whole"},
};
constexpr FixedSetting kProducerFixed[] = {
    {"enable.idempotence", "true", "retries neither double nor reorder"},
    {"partitioner", "murmur2_random", "the partition of a key is the one a Java client computes"},
};
constexpr FixedSetting kLogWriterFixed[] = {
    {"enable.idempotence", "true", "retries neither double nor reorder"},
    {"message.timeout.ms", "0", "a message that is given up would leave a hole before those behind it"},
    {"linger.ms", "0", "a lane waits for what it appends; what it appends at once shares requests anyhow"},
    {"queue.buffering.max.messages", "200000", "the writer keeps below it, so that an append is taken whole or not"},
    {"queue.buffering.max.kbytes", "262144", "as queue.buffering.max.messages"},
};
constexpr FixedSetting kEveryHandleStart[] = {
    {"socket.nagle.disable", "true", "Nagle and delayed acknowledgements cost 40 ms a commit"},
    {"socket.keepalive.enable", "true", "a peer that vanished behind a firewall is noticed"},
    {"socket.timeout.ms", "30000", "a frozen broker is known to be away before the two minutes of the watchdog"},
    {"reconnect.backoff.max.ms", "1000", "10 s by default: the lane would stand still long after the broker is back"},
};
constexpr FixedSetting kInputStart[] = {
    {"fetch.wait.max.ms", "100", "bounds the delay of the first article after a quiet time"},
    {"fetch.error.backoff.ms", "100", "500 by default; after a leader change"},
    {"queued.max.messages.kbytes", "65536",
     "below a second of traffic librdkafka 2.0.2 sleeps a second before it fetches again"},
    {"session.timeout.ms", "20000", "a killed instance's partitions wait this long, unless it comes back before"},
};
constexpr FixedSetting kReaderStart[] = {
    {"fetch.wait.max.ms", "100", "an end of the topic is seen soon"},
    {"queued.max.messages.kbytes", "16384", "bounds the memory of a listing"},
};
constexpr FixedSetting kProducerStart[] = {
    {"linger.ms", "5", "records of one transaction share requests; a commit flushes at once"},
    {"compression.codec", "lz4", "half the bytes for 12 µs a record"},
    {"queue.buffering.max.kbytes", "65536", "1 GB by default lets the process grow by as much"},
    {"retry.backoff.ms", "5", "the next transaction waits for the markers of the last; 100 ms by default"},
    {"transaction.timeout.ms", "30000", "readers of the results wait at most this long for a killed instance"},
};
constexpr FixedSetting kLogWriterStart[] = {
    {"compression.codec", "lz4", "half the bytes"},
    {"retry.backoff.ms", "5", "a lane waits for what it appends; 100 ms by default"},
};
constexpr FixedSetting kLogReaderStart[] = {
    {"fetch.wait.max.ms", "100", "what is appended comes at once anyhow"},
    {"fetch.error.backoff.ms", "100", "500 by default; after a leader change"},
    {"queued.min.messages", "600000",
     "a replay applies 300,000 a second; with less in store librdkafka 2.0.2 sleeps a second before it fetches again"},
    {"queued.max.messages.kbytes", "196608", "as queued.min.messages"},
};
// Neither the feeder of the demo nor a mere check may keep others waiting.
constexpr FixedSetting kFeederStart[] = {
    {"linger.ms", "5", "articles share requests"},
    {"compression.codec", "lz4", "as the producers of the raw topic should"},
    {"queue.buffering.max.kbytes", "16384", "bounds memory"},
};

bool is_producer(Role role) {
  return role == Role::output || role == Role::check || role == Role::feeder || role == Role::log_writer;
}

void append(std::vector<FixedSetting>& all, std::span<const FixedSetting> more) {
  all.insert(all.end(), more.begin(), more.end());
}

// As the operator wrote it, or as it is to start with.
int number_of(const config::Settings& settings, const std::string& key, std::span<const FixedSetting> start) {
  if (const auto found = settings.kafka.client.find(key); found != settings.kafka.client.end())
    return std::atoi(found->second.c_str());
  const auto own = std::ranges::find(start, key, &FixedSetting::key);
  return own != start.end() ? std::atoi(std::string(own->value).c_str()) : 0;
}

// Sets one value; what librdkafka says goes to `words`.
bool set(rd_kafka_conf_t* conf, const std::string& key, const std::string& value, std::string& words) {
  char text[512] = "";
  if (rd_kafka_conf_set(conf, key.c_str(), value.c_str(), text, sizeof text) == RD_KAFKA_CONF_OK) return true;
  if (!words.empty()) words += "; ";
  words += client_words(key, value, text);
  return false;
}

}  // namespace

std::vector<FixedSetting> fixed_settings(Role role) {
  std::vector<FixedSetting> all;
  append(all, kEveryHandle);
  if (role == Role::log_writer) append(all, kLogWriterFixed);
  else if (is_producer(role)) append(all, kProducerFixed);
  else if (role == Role::input) append(all, kInputFixed);
  else append(all, kReaderFixed);
  return all;
}

std::vector<FixedSetting> starting_settings(Role role) {
  std::vector<FixedSetting> all;
  append(all, kEveryHandleStart);
  if (role == Role::feeder) append(all, kFeederStart);
  else if (role == Role::log_writer) append(all, kLogWriterStart);
  else if (role == Role::log_reader) append(all, kLogReaderStart);
  else if (is_producer(role)) append(all, kProducerStart);
  else if (role == Role::input) append(all, kInputStart);
  else append(all, kReaderStart);
  return all;
}

std::string lane_id(const config::Settings& settings, int lane) {
  return settings.kafka.group + "-" + settings.instance + "-" + std::to_string(lane);
}

int transaction_timeout_ms(const config::Settings& settings) {
  return number_of(settings, "transaction.timeout.ms", kProducerStart);
}

int session_timeout_ms(const config::Settings& settings) {
  return number_of(settings, "session.timeout.ms", kInputStart);
}

std::size_t wire_bytes(std::size_t key, std::size_t value, std::size_t headers, std::size_t header_bytes) {
  // Record: length 5, attributes 1, timestamp delta 10, offset delta 5, key and value length 5 each,
  // header count 5; each header: two lengths of 5.
  return 61 + 36 + key + value + headers * 10 + header_bytes;
}

Conf make_conf(const config::Settings& settings, Role role, std::string_view id, std::string& words) {
  Conf conf(rd_kafka_conf_new());
  rd_kafka_conf_t* const c = conf.get();
  for (const auto& setting : starting_settings(role)) {
    std::string value(setting.value);
    // librdkafka refuses a producer whose requests may take longer than its transactions.
    if (setting.key == "socket.timeout.ms" && (role == Role::output || role == Role::check))
      value = std::to_string(std::min(std::atoi(value.c_str()), transaction_timeout_ms(settings)));
    set(c, std::string(setting.key), value, words);
  }
  for (const auto& [key, value] : settings.kafka.client) {
    if (!reserved_reason(key, value).empty()) {
      if (!words.empty()) words += "; ";
      words += key + ": " + std::string(reserved_reason(key, value));
    } else if (applies(key, is_producer(role))) {
      set(c, key, value, words);
    }
  }
  for (const auto& setting : fixed_settings(role)) set(c, std::string(setting.key), std::string(setting.value), words);

  set(c, "bootstrap.servers", settings.kafka.brokers, words);
  if (!settings.kafka.client.contains("client.id"))
    set(c, "client.id", (id.starts_with("newsmill") ? "" : "newsmill-") + std::string(id), words);
  switch (role) {
    case Role::input:
      set(c, "group.id", settings.kafka.group, words);
      set(c, "group.instance.id", std::string(id), words);
      break;
    case Role::output:
    case Role::check:
      set(c, "transactional.id", std::string(id), words);
      // The topic's own limit is checked before produce(); this one must only never be the smaller.
      set(c, "message.max.bytes", "1000000000", words);
      break;
    case Role::feeder:
    case Role::log_writer: set(c, "message.max.bytes", "1000000000", words); break;
    // Its end is the high watermark: a transaction that somebody else left open must not hide what is behind it.
    case Role::log_reader: set(c, "isolation.level", "read_uncommitted", words); break;
    case Role::reader:
    case Role::admin: break;
  }
  return conf;
}

Handle make_handle(Role role, Conf conf, std::string& words) {
  char text[512] = "";
  rd_kafka_t* const handle = rd_kafka_new(is_producer(role) ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, conf.get(), text,
                                          sizeof text);
  if (handle == nullptr) {
    words = text;
    return nullptr;
  }
  [[maybe_unused]] rd_kafka_conf_t* const taken = conf.release();  // the handle owns it now
  return Handle(handle);
}

}  // namespace newsmill::kafka
