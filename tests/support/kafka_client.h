#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

struct rd_kafka_s;

namespace newsmill::test {

struct KafkaHeader {
  std::string name;
  std::optional<std::string> value;
  bool operator==(const KafkaHeader&) const = default;
};

/// A record as a test writes or reads it.
struct KafkaRecord {
  std::int32_t partition = -1;   ///< -1 when written = by key, as Java clients do
  std::int64_t offset = -1;      ///< set when read
  std::int64_t timestamp = 0;    ///< Unix milliseconds; 0 when written = now
  std::optional<std::string> key = {}, value = {};
  std::vector<KafkaHeader> headers = {};

  /// Value of the first header `name`; nothing when absent or null.
  std::optional<std::string> header(const std::string& name) const;
};

/// Keys of librdkafka.
using KafkaSettings = std::map<std::string, std::string>;

/// What a reader sees: without the records of open and aborted transactions, or with them.
enum class KafkaView { committed, uncommitted };

/// Everything a test does to a broker from outside. All calls wait for the result and throw
/// std::runtime_error in librdkafka's words. Not thread-safe.
class KafkaClient {
 public:
  explicit KafkaClient(std::string bootstrap, KafkaSettings settings = {});
  ~KafkaClient();

  bool answers(std::chrono::milliseconds limit);  ///< to a request for metadata, with a live broker in it

  void create_topic(const std::string& topic, int partitions, const std::map<std::string, std::string>& config = {});
  /// One for the dedup log, as the contract wants it at the default window; `config` is added or put in place.
  void create_dedup_log(const std::string& topic, const std::map<std::string, std::string>& config = {});
  void delete_topic(const std::string& topic);
  std::set<std::string> topics();
  std::map<std::string, std::string> topic_config(const std::string& topic);
  int partitions(const std::string& topic, std::chrono::milliseconds limit = std::chrono::minutes(1));
  /// Moves the start of the log, as retention does.
  void delete_records(const std::string& topic, std::int32_t partition, std::int64_t before);
  enum class Resource { topic, group };
  enum class Operation { read, write, create, describe, describe_configs };
  /// From here on `user` has only the allowed operations on the resource (without any ACL on it: all).
  void allow(const std::string& user, Resource resource, const std::string& name, Operation operation);

  /// Waits for acks=all; returns the records with their partition and offset.
  std::vector<KafkaRecord> produce(const std::string& topic, std::vector<KafkaRecord> records);
  /// Waits until no transaction is open in the topic: a commit is acknowledged before its marker is in
  /// every partition, so what it wrote may be visible a little later only.
  void settle(const std::string& topic);
  /// All records of the topic, up to the end that was there when the call began; by partition, then offset.
  std::vector<KafkaRecord> read(const std::string& topic, KafkaView view = KafkaView::committed);
  /// Offset after the last record that `view` shows.
  std::int64_t end(const std::string& topic, std::int32_t partition, KafkaView view = KafkaView::committed);
  /// Committed offset of each partition; -1 = none. Waits until no transaction holds one back.
  std::vector<std::int64_t> committed(const std::string& group, const std::string& topic,
                                      std::chrono::milliseconds limit = std::chrono::minutes(1));

 private:
  rd_kafka_s* consumer(const std::string& group, KafkaView view);

  std::string bootstrap_;
  KafkaSettings settings_;
  rd_kafka_s* producer_;
  std::map<std::pair<std::string, KafkaView>, rd_kafka_s*> consumers_;
};

/// Reads all partitions of a topic from the start, for as long as it lives, without a group.
/// Not thread-safe.
class KafkaReader {
 public:
  KafkaReader(const std::string& bootstrap, std::string topic, int partitions, KafkaView view,
              KafkaSettings settings = {});
  ~KafkaReader();
  KafkaReader(const KafkaReader&) = delete;
  KafkaReader& operator=(const KafkaReader&) = delete;

  /// The next record; nothing after `wait`, or when every partition is at its end.
  std::optional<KafkaRecord> next(std::chrono::milliseconds wait);
  bool at_end() const { return at_end_.size() == static_cast<std::size_t>(partitions_); }

 private:
  std::string topic_;
  int partitions_;
  rd_kafka_s* consumer_;
  std::set<std::int32_t> at_end_;
};

/// A new client handle, to be destroyed with rd_kafka_destroy. A producer's delivery reports expect
/// the opaque of each message to be its KafkaRecord.
rd_kafka_s* kafka_handle(bool consumer, const std::string& bootstrap, const KafkaSettings& settings);

}  // namespace newsmill::test
