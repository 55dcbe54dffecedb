#include "tests/support/kafka_client.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>

namespace newsmill::test {
namespace {

using std::chrono_literals::operator""min;
using std::chrono_literals::operator""s;
constexpr int kLimitMs = 60'000;

[[noreturn]] void fail(const std::string& what, const std::string& why) { throw std::runtime_error(what + ": " + why); }

void check(rd_kafka_resp_err_t error, const std::string& what) {
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail(what, rd_kafka_err2str(error));
}

void delivered(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  auto* record = static_cast<KafkaRecord*>(message->_private);
  record->partition = message->partition;
  record->offset = message->err == RD_KAFKA_RESP_ERR_NO_ERROR ? message->offset : -message->err;
}

void quiet(const rd_kafka_t*, int, const char*, const char*) {}

decltype(rd_kafka_vu_t{}.u.mem) memory(std::optional<std::string>& text) {
  if (!text) return {nullptr, 0};
  return {text->data(), text->size()};
}

std::optional<std::string> bytes(const void* data, std::size_t size) {
  if (data == nullptr) return std::nullopt;
  return std::string(static_cast<const char*>(data), size);
}

KafkaRecord record_of(const rd_kafka_message_t& message) {
  KafkaRecord record{.partition = message.partition,
                     .offset = message.offset,
                     .timestamp = rd_kafka_message_timestamp(&message, nullptr),
                     .key = bytes(message.key, message.key_len),
                     .value = bytes(message.payload, message.len)};
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return record;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
    record.headers.push_back({name, bytes(value, size)});
  return record;
}

/// An admin request: options, queue and the event that answers it, freed together.
class Admin {
 public:
  Admin(rd_kafka_t* handle, rd_kafka_admin_op_t operation)
      : queue_(rd_kafka_queue_new(handle)), options_(rd_kafka_AdminOptions_new(handle, operation)) {
    char reason[256];
    rd_kafka_AdminOptions_set_request_timeout(options_, kLimitMs, reason, sizeof reason);
  }
  ~Admin() {
    if (event_ != nullptr) rd_kafka_event_destroy(event_);
    rd_kafka_AdminOptions_destroy(options_);
    rd_kafka_queue_destroy(queue_);
  }
  Admin(const Admin&) = delete;
  Admin& operator=(const Admin&) = delete;

  rd_kafka_queue_t* queue() { return queue_; }
  rd_kafka_AdminOptions_t* options() { return options_; }
  rd_kafka_event_t* answer(const std::string& what) {
    event_ = rd_kafka_queue_poll(queue_, kLimitMs + 5'000);
    if (event_ == nullptr) fail(what, "no answer");
    if (rd_kafka_event_error(event_) != RD_KAFKA_RESP_ERR_NO_ERROR) fail(what, rd_kafka_event_error_string(event_));
    return event_;
  }

 private:
  rd_kafka_queue_t* queue_;
  rd_kafka_AdminOptions_t* options_;
  rd_kafka_event_t* event_ = nullptr;
};

void check_topics(const rd_kafka_topic_result_t** results, std::size_t count, const std::string& what) {
  for (std::size_t i = 0; i < count; ++i)
    if (rd_kafka_topic_result_error(results[i]) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      const char* words = rd_kafka_topic_result_error_string(results[i]);
      fail(what, words != nullptr ? words : rd_kafka_err2str(rd_kafka_topic_result_error(results[i])));
    }
}

struct PartitionList {
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
  PartitionList() = default;
  ~PartitionList() { rd_kafka_topic_partition_list_destroy(list); }
  PartitionList(const PartitionList&) = delete;
  PartitionList& operator=(const PartitionList&) = delete;
  void add(const std::string& topic, std::int32_t partition, std::int64_t offset) {
    rd_kafka_topic_partition_list_add(list, topic.c_str(), partition)->offset = offset;
  }
};

}  // namespace

rd_kafka_t* kafka_handle(bool consumer, const std::string& bootstrap, const KafkaSettings& settings) {
  KafkaSettings all{
      {"bootstrap.servers", bootstrap}, {"reconnect.backoff.max.ms", "500"}, {"socket.nagle.disable", "true"}};
  for (const auto& [name, value] : settings) all[name] = value;
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  char reason[512];
  for (const auto& [name, value] : all)
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason, sizeof reason) != RD_KAFKA_CONF_OK) {
      rd_kafka_conf_destroy(conf);
      fail(name, reason);
    }
  rd_kafka_conf_set_log_cb(conf, quiet);
  if (!consumer) rd_kafka_conf_set_dr_msg_cb(conf, delivered);
  rd_kafka_t* handle = rd_kafka_new(consumer ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
  if (handle == nullptr) {
    rd_kafka_conf_destroy(conf);
    fail("rd_kafka_new", reason);
  }
  if (consumer) rd_kafka_poll_set_consumer(handle);
  return handle;
}

std::optional<std::string> KafkaRecord::header(const std::string& name) const {
  for (const KafkaHeader& one : headers)
    if (one.name == name) return one.value;
  return std::nullopt;
}

KafkaClient::KafkaClient(std::string bootstrap, KafkaSettings settings)
    : bootstrap_(std::move(bootstrap)), settings_(std::move(settings)) {
  KafkaSettings writing = settings_;
  writing.insert({{"enable.idempotence", "true"},
                  {"partitioner", "murmur2_random"},
                  {"linger.ms", "5"},
                  {"message.max.bytes", "30000000"},
                  {"message.timeout.ms", "120000"}});
  producer_ = kafka_handle(false, bootstrap_, writing);
}

KafkaClient::~KafkaClient() {
  for (const auto& [what, handle] : consumers_) rd_kafka_destroy(handle);
  rd_kafka_destroy(producer_);
}

rd_kafka_t* KafkaClient::consumer(const std::string& group, KafkaView view) {
  rd_kafka_t*& handle = consumers_[{group, view}];
  if (handle != nullptr) return handle;
  KafkaSettings reading = settings_;
  reading.insert({{"group.id", group},
                  {"enable.auto.commit", "false"},
                  {"isolation.level", view == KafkaView::committed ? "read_committed" : "read_uncommitted"}});
  handle = kafka_handle(true, bootstrap_, reading);
  return handle;
}

bool KafkaClient::answers(std::chrono::milliseconds limit) {
  const rd_kafka_metadata_t* metadata = nullptr;
  const int limit_ms = static_cast<int>(limit.count());
  if (rd_kafka_metadata(producer_, 1, nullptr, &metadata, limit_ms) != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
  const bool alive = metadata->broker_cnt > 0;
  rd_kafka_metadata_destroy(metadata);
  return alive;
}

std::set<std::string> KafkaClient::topics() {
  const rd_kafka_metadata_t* metadata = nullptr;
  check(rd_kafka_metadata(producer_, 1, nullptr, &metadata, kLimitMs), "metadata");
  std::set<std::string> names;
  for (int i = 0; i < metadata->topic_cnt; ++i) names.insert(metadata->topics[i].topic);
  rd_kafka_metadata_destroy(metadata);
  return names;
}

int KafkaClient::partitions(const std::string& topic, std::chrono::milliseconds limit) {
  const rd_kafka_metadata_t* metadata = nullptr;
  check(rd_kafka_metadata(producer_, 1, nullptr, &metadata, static_cast<int>(limit.count())), "metadata");
  int count = 0;
  for (int i = 0; i < metadata->topic_cnt; ++i)
    if (metadata->topics[i].topic == topic) count = metadata->topics[i].partition_cnt;
  rd_kafka_metadata_destroy(metadata);
  return count;
}

void KafkaClient::create_topic(const std::string& topic, int partitions,
                               const std::map<std::string, std::string>& config) {
  char reason[256];
  rd_kafka_NewTopic_t* wanted = rd_kafka_NewTopic_new(topic.c_str(), partitions, 1, reason, sizeof reason);
  if (wanted == nullptr) fail("create topic " + topic, reason);
  for (const auto& [name, value] : config) rd_kafka_NewTopic_set_config(wanted, name.c_str(), value.c_str());
  Admin admin(producer_, RD_KAFKA_ADMIN_OP_CREATETOPICS);
  rd_kafka_AdminOptions_set_operation_timeout(admin.options(), kLimitMs, reason, sizeof reason);
  rd_kafka_CreateTopics(producer_, &wanted, 1, admin.options(), admin.queue());
  rd_kafka_NewTopic_destroy(wanted);
  std::size_t count = 0;
  const auto* result = rd_kafka_event_CreateTopics_result(admin.answer("create topic " + topic));
  check_topics(rd_kafka_CreateTopics_result_topics(result, &count), count, "create topic " + topic);
  // The answer may come before every client can see the topic.
  for (const auto deadline = std::chrono::steady_clock::now() + 1min; this->partitions(topic) != partitions;)
    if (std::chrono::steady_clock::now() > deadline) fail("create topic " + topic, "not visible");
}

void KafkaClient::create_dedup_log(const std::string& topic, const std::map<std::string, std::string>& config) {
  std::map<std::string, std::string> all = config;
  all.insert({{"message.timestamp.type", "LogAppendTime"}, {"retention.ms", "-1"}, {"segment.ms", "10800000"}});
  create_topic(topic, 1, all);
}

void KafkaClient::delete_topic(const std::string& topic) {
  rd_kafka_DeleteTopic_t* wanted = rd_kafka_DeleteTopic_new(topic.c_str());
  Admin admin(producer_, RD_KAFKA_ADMIN_OP_DELETETOPICS);
  rd_kafka_DeleteTopics(producer_, &wanted, 1, admin.options(), admin.queue());
  rd_kafka_DeleteTopic_destroy(wanted);
  std::size_t count = 0;
  const auto* result = rd_kafka_event_DeleteTopics_result(admin.answer("delete topic " + topic));
  check_topics(rd_kafka_DeleteTopics_result_topics(result, &count), count, "delete topic " + topic);
}

std::map<std::string, std::string> KafkaClient::topic_config(const std::string& topic) {
  rd_kafka_ConfigResource_t* asked = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str());
  Admin admin(producer_, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
  rd_kafka_DescribeConfigs(producer_, &asked, 1, admin.options(), admin.queue());
  rd_kafka_ConfigResource_destroy(asked);
  const auto* result = rd_kafka_event_DescribeConfigs_result(admin.answer("describe topic " + topic));
  std::size_t resources = 0, entries = 0;
  const rd_kafka_ConfigResource_t** answered = rd_kafka_DescribeConfigs_result_resources(result, &resources);
  std::map<std::string, std::string> config;
  if (resources != 1) fail("describe topic " + topic, "no answer for it");
  check(rd_kafka_ConfigResource_error(answered[0]), "describe topic " + topic);
  const rd_kafka_ConfigEntry_t** found = rd_kafka_ConfigResource_configs(answered[0], &entries);
  for (std::size_t i = 0; i < entries; ++i)
    if (const char* value = rd_kafka_ConfigEntry_value(found[i])) config[rd_kafka_ConfigEntry_name(found[i])] = value;
  return config;
}

void KafkaClient::delete_records(const std::string& topic, std::int32_t partition, std::int64_t before) {
  const std::string what = "delete records of " + topic;
  PartitionList offsets;
  offsets.add(topic, partition, before);
  rd_kafka_DeleteRecords_t* wanted = rd_kafka_DeleteRecords_new(offsets.list);
  Admin admin(producer_, RD_KAFKA_ADMIN_OP_DELETERECORDS);
  rd_kafka_DeleteRecords(producer_, &wanted, 1, admin.options(), admin.queue());
  rd_kafka_DeleteRecords_destroy(wanted);
  const auto* result = rd_kafka_event_DeleteRecords_result(admin.answer(what));
  const rd_kafka_topic_partition_list_t* done = rd_kafka_DeleteRecords_result_offsets(result);
  for (int i = 0; i < done->cnt; ++i) check(done->elems[i].err, what);
}

void KafkaClient::allow(const std::string& user, Resource resource, const std::string& name, Operation operation) {
  constexpr rd_kafka_ResourceType_t kResources[] = {RD_KAFKA_RESOURCE_TOPIC, RD_KAFKA_RESOURCE_GROUP};
  constexpr rd_kafka_AclOperation_t kOperations[] = {RD_KAFKA_ACL_OPERATION_READ, RD_KAFKA_ACL_OPERATION_WRITE,
                                                     RD_KAFKA_ACL_OPERATION_CREATE, RD_KAFKA_ACL_OPERATION_DESCRIBE,
                                                     RD_KAFKA_ACL_OPERATION_DESCRIBE_CONFIGS};
  char reason[256];
  const std::string what = "allow " + user + " on " + name;
  rd_kafka_AclBinding_t* wanted = rd_kafka_AclBinding_new(
      kResources[static_cast<int>(resource)], name.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL, ("User:" + user).c_str(),
      "*", kOperations[static_cast<int>(operation)], RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, reason, sizeof reason);
  if (wanted == nullptr) fail(what, reason);
  Admin admin(producer_, RD_KAFKA_ADMIN_OP_CREATEACLS);
  rd_kafka_CreateAcls(producer_, &wanted, 1, admin.options(), admin.queue());
  rd_kafka_AclBinding_destroy(wanted);
  std::size_t count = 0;
  const auto* result = rd_kafka_event_CreateAcls_result(admin.answer(what));
  const rd_kafka_acl_result_t** results = rd_kafka_CreateAcls_result_acls(result, &count);
  for (std::size_t i = 0; i < count; ++i)
    if (const rd_kafka_error_t* error = rd_kafka_acl_result_error(results[i])) fail(what, rd_kafka_error_string(error));
}

std::vector<KafkaRecord> KafkaClient::produce(const std::string& topic, std::vector<KafkaRecord> records) {
  for (KafkaRecord& record : records) {
    rd_kafka_headers_t* headers = rd_kafka_headers_new(record.headers.size());
    for (const KafkaHeader& one : record.headers)
      rd_kafka_header_add(headers, one.name.c_str(), -1, one.value ? one.value->data() : nullptr,
                          one.value ? static_cast<ssize_t>(one.value->size()) : -1);
    rd_kafka_vu_t fields[7];
    fields[0].vtype = RD_KAFKA_VTYPE_TOPIC, fields[0].u.cstr = topic.c_str();
    fields[1].vtype = RD_KAFKA_VTYPE_PARTITION, fields[1].u.i32 = record.partition;
    fields[2].vtype = RD_KAFKA_VTYPE_KEY, fields[2].u.mem = memory(record.key);
    fields[3].vtype = RD_KAFKA_VTYPE_VALUE, fields[3].u.mem = memory(record.value);
    fields[4].vtype = RD_KAFKA_VTYPE_TIMESTAMP, fields[4].u.i64 = record.timestamp;
    fields[5].vtype = RD_KAFKA_VTYPE_HEADERS, fields[5].u.headers = headers;
    fields[6].vtype = RD_KAFKA_VTYPE_OPAQUE, fields[6].u.ptr = &record;
    rd_kafka_error_t* error = nullptr;
    while ((error = rd_kafka_produceva(producer_, fields, std::size(fields))) != nullptr &&
           rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      rd_kafka_error_destroy(error);
      rd_kafka_poll(producer_, 100);
    }
    if (error == nullptr) continue;
    const std::string reason = rd_kafka_error_string(error);
    rd_kafka_error_destroy(error);
    rd_kafka_headers_destroy(headers);
    fail("produce to " + topic, reason);
  }
  check(rd_kafka_flush(producer_, 3 * kLimitMs), "flush to " + topic);
  for (const KafkaRecord& record : records)
    if (record.offset < 0) check(static_cast<rd_kafka_resp_err_t>(-record.offset), "produce to " + topic);
  return records;
}

std::int64_t KafkaClient::end(const std::string& topic, std::int32_t partition, KafkaView view) {
  std::int64_t low = 0, high = 0;
  rd_kafka_t* handle = consumer("newsmill-test", view);
  check(rd_kafka_query_watermark_offsets(handle, topic.c_str(), partition, &low, &high, kLimitMs), "end of " + topic);
  return high;
}

void KafkaClient::settle(const std::string& topic) {
  const auto deadline = std::chrono::steady_clock::now() + 3min;
  const int count = partitions(topic);
  for (std::int32_t partition = 0; partition < count; ++partition)
    while (end(topic, partition, KafkaView::committed) < end(topic, partition, KafkaView::uncommitted))
      if (std::chrono::steady_clock::now() > deadline) fail("settle " + topic, "a transaction stays open");
}

std::vector<KafkaRecord> KafkaClient::read(const std::string& topic, KafkaView view) {
  const int count = partitions(topic);
  const auto deadline = std::chrono::steady_clock::now() + 3min;
  std::vector<std::int64_t> ends;
  for (std::int32_t partition = 0; partition < count; ++partition) ends.push_back(end(topic, partition, view));
  KafkaReader reader(bootstrap_, topic, count, view, settings_);
  std::vector<std::vector<KafkaRecord>> read(static_cast<std::size_t>(count));
  while (!reader.at_end()) {
    if (std::optional<KafkaRecord> record = reader.next(1s)) {
      const auto partition = static_cast<std::size_t>(record->partition);
      if (record->offset < ends[partition]) read[partition].push_back(std::move(*record));
    } else if (std::chrono::steady_clock::now() > deadline) {
      fail("read " + topic, "no end within three minutes");
    }
  }
  std::vector<KafkaRecord> all;
  for (auto& records : read) std::move(records.begin(), records.end(), std::back_inserter(all));
  return all;
}

std::vector<std::int64_t> KafkaClient::committed(const std::string& group, const std::string& topic,
                                                 std::chrono::milliseconds limit) {
  PartitionList offsets;
  const int count = partitions(topic, limit);
  for (std::int32_t partition = 0; partition < count; ++partition) offsets.add(topic, partition, -1);
  const std::string what = "committed offsets of " + group;
  rd_kafka_t* handle = consumer(group, KafkaView::committed);
  check(rd_kafka_committed(handle, offsets.list, static_cast<int>(limit.count())), what);
  std::vector<std::int64_t> found;
  for (int i = 0; i < offsets.list->cnt; ++i) {
    check(offsets.list->elems[i].err, what);
    found.push_back(offsets.list->elems[i].offset < 0 ? -1 : offsets.list->elems[i].offset);
  }
  return found;
}

KafkaReader::KafkaReader(const std::string& bootstrap, std::string topic, int partitions, KafkaView view,
                         KafkaSettings settings)
    : topic_(std::move(topic)), partitions_(partitions) {
  settings.insert({{"group.id", "newsmill-test"},
                   {"enable.auto.commit", "false"},
                   {"enable.partition.eof", "true"},
                   {"auto.offset.reset", "error"},
                   {"fetch.wait.max.ms", "50"},
                   {"receive.message.max.bytes", "200000000"},
                   {"isolation.level", view == KafkaView::committed ? "read_committed" : "read_uncommitted"}});
  consumer_ = kafka_handle(true, bootstrap, settings);
  PartitionList start;
  for (std::int32_t partition = 0; partition < partitions; ++partition)
    start.add(topic_, partition, RD_KAFKA_OFFSET_BEGINNING);
  check(rd_kafka_assign(consumer_, start.list), "read " + topic_);
}

KafkaReader::~KafkaReader() {
  rd_kafka_consumer_close(consumer_);
  rd_kafka_destroy(consumer_);
}

std::optional<KafkaRecord> KafkaReader::next(std::chrono::milliseconds wait) {
  const auto deadline = std::chrono::steady_clock::now() + wait;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const int left_ms = static_cast<int>(std::max<std::int64_t>(left.count(), 0));
    const std::unique_ptr<rd_kafka_message_t, void (*)(rd_kafka_message_t*)> message(
        rd_kafka_consumer_poll(consumer_, left_ms), rd_kafka_message_destroy);
    if (message && message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      at_end_.erase(message->partition);
      return record_of(*message);
    }
    if (message && message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      at_end_.insert(message->partition);
      if (at_end()) return std::nullopt;
    } else if (message && message->err != RD_KAFKA_RESP_ERR__TRANSPORT &&
               message->err != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && message->err != RD_KAFKA_RESP_ERR__RESOLVE) {
      fail("read " + topic_, rd_kafka_message_errstr(message.get()));
    }
    if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
  }
}

}  // namespace newsmill::test
