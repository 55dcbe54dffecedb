#include "consumer/kafka/admin.h"

#include <algorithm>
#include <array>

#include "consumer/kafka/client.h"
#include "consumer/kafka/fate.h"

namespace newsmill::kafka {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kPatience{6'000};

rd_kafka_AdminOptions_t* options(rd_kafka_t* handle, rd_kafka_admin_op_t what) {
  rd_kafka_AdminOptions_t* const made = rd_kafka_AdminOptions_new(handle, what);
  char text[256] = "";
  rd_kafka_AdminOptions_set_request_timeout(made, static_cast<int>(kPatience.count()), text, sizeof text);
  if (what == RD_KAFKA_ADMIN_OP_CREATETOPICS)
    rd_kafka_AdminOptions_set_operation_timeout(made, static_cast<int>(kPatience.count()), text, sizeof text);
  return made;
}

}  // namespace

Admin::Admin(const config::Settings& settings, Contact& contact, consumer::Link* link)
    : settings_(settings), contact_(contact), link_(link != nullptr ? link : &own_link_), events_(contact, link_) {}

Admin::~Admin() = default;

Outcome Admin::open() {
  if (handle_ != nullptr) return {};
  std::string words;
  Conf conf = make_conf(settings_, Role::admin, settings_.instance + "-admin", words);
  if (!words.empty()) return {Fate::stop, words};
  events_.install(conf.get(), false);
  handle_ = make_handle(Role::admin, std::move(conf), words);
  if (handle_ == nullptr) return {Fate::stop, words};
  return {};
}

// What the connection met is worth more than "timed out".
std::string Admin::trouble() const {
  rd_kafka_poll(handle_.get(), 0);
  return link_->is_up() ? std::string() : " (" + link_->why() + ")";
}

Outcome Admin::failed(const std::string& what, rd_kafka_resp_err_t code, const char* words) {
  Outcome outcome{fate_of_client(code), what + ": " + (words != nullptr ? std::string(words) : words_of(code))};
  if (outcome.fate == Fate::retry) outcome.reason += trouble();
  return outcome;
}

Event Admin::wait(rd_kafka_queue_t* queue) const {
  return Event(rd_kafka_queue_poll(queue, static_cast<int>(kPatience.count() + 1'000)));
}

Outcome Admin::describe(const std::string& topic, TopicState& state) {
  state = {};
  if (auto outcome = open(); !outcome) return outcome;
  {
    const Topic named(rd_kafka_topic_new(handle_.get(), topic.c_str(), nullptr));
    const struct rd_kafka_metadata* found = nullptr;
    const auto code = rd_kafka_metadata(handle_.get(), 0, named.get(), &found, static_cast<int>(kPatience.count()));
    const Metadata metadata(found);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failed("metadata of \"" + topic + "\"", code);
    if (metadata->topic_cnt != 1) return {Fate::rebuild, "the broker says nothing about \"" + topic + "\""};
    const auto& row = metadata->topics[0];
    if (row.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return {};
    if (row.err != RD_KAFKA_RESP_ERR_NO_ERROR && row.err != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE) {
      auto outcome = failed("topic \"" + topic + "\"", row.err);
      if (is_authorization(row.err)) outcome.reason += "; grant Describe on it";
      return outcome;
    }
    state.exists = true;
    state.partitions = row.partition_cnt;
    for (int i = 0; i < row.partition_cnt; ++i)
      state.replicas = i == 0 ? row.partitions[i].replica_cnt : std::min(state.replicas, row.partitions[i].replica_cnt);
  }

  const Queue queue(rd_kafka_queue_new(handle_.get()));
  const Owned<rd_kafka_AdminOptions_t> with(options(handle_.get(), RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS));
  const Owned<rd_kafka_ConfigResource_t> resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  rd_kafka_ConfigResource_t* one[] = {resource.get()};
  rd_kafka_DescribeConfigs(handle_.get(), one, 1, with.get(), queue.get());
  const Event event = wait(queue.get());
  if (event == nullptr) return {Fate::retry, "settings of \"" + topic + "\": no answer" + trouble()};
  if (const auto code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (is_transport(code)) return failed("settings of \"" + topic + "\"", code);
    state.unread = rd_kafka_event_error_string(event.get());
    return {};
  }
  std::size_t resources = 0;
  const auto* const answers =
      rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event.get()), &resources);
  for (std::size_t i = 0; i < resources; ++i) {
    if (const auto code = rd_kafka_ConfigResource_error(answers[i]); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      state.unread = words_of(code);
      if (is_authorization(code)) state.unread += "; grant DescribeConfigs on it";
      return {};
    }
    std::size_t count = 0;
    const auto* const entries = rd_kafka_ConfigResource_configs(answers[i], &count);
    for (std::size_t k = 0; k < count; ++k) {
      const char* const value = rd_kafka_ConfigEntry_value(entries[k]);
      if (value == nullptr) continue;
      state.settings[rd_kafka_ConfigEntry_name(entries[k])] = value;
      if (rd_kafka_ConfigEntry_source(entries[k]) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG)
        state.own[rd_kafka_ConfigEntry_name(entries[k])] = value;
    }
  }
  return {};
}

Outcome Admin::create(const std::string& topic, int partitions, int replicas,
                      const std::map<std::string, std::string>& settings) {
  if (auto outcome = open(); !outcome) return outcome;
  char text[512] = "";
  const Owned<rd_kafka_NewTopic_t> made(rd_kafka_NewTopic_new(topic.c_str(), partitions, replicas, text, sizeof text));
  if (made == nullptr) return {Fate::stop, "topic \"" + topic + "\": " + text};
  for (const auto& [name, value] : settings) rd_kafka_NewTopic_set_config(made.get(), name.c_str(), value.c_str());
  const Queue queue(rd_kafka_queue_new(handle_.get()));
  const Owned<rd_kafka_AdminOptions_t> with(options(handle_.get(), RD_KAFKA_ADMIN_OP_CREATETOPICS));
  rd_kafka_NewTopic_t* one[] = {made.get()};
  rd_kafka_CreateTopics(handle_.get(), one, 1, with.get(), queue.get());
  const Event event = wait(queue.get());
  const std::string what = "creating \"" + topic + "\"";
  if (event == nullptr) return {Fate::retry, what + ": no answer" + trouble()};
  if (const auto code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return failed(what, code, rd_kafka_event_error_string(event.get()));
  std::size_t count = 0;
  const auto* const results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i)
    if (const auto code = rd_kafka_topic_result_error(results[i]);
        code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
      auto outcome = failed(what, code, rd_kafka_topic_result_error_string(results[i]));
      if (is_authorization(code)) outcome.reason += "; grant Create on it, or create it by hand";
      if (code == RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR)
        outcome.reason += "; kafka.replication_factor is more than there are brokers";
      return outcome;
    }
  return {};
}

Outcome Admin::alter(const std::string& topic, const std::map<std::string, std::string>& settings) {
  if (auto outcome = open(); !outcome) return outcome;
  const Owned<rd_kafka_ConfigResource_t> resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  for (const auto& [name, value] : settings)
    rd_kafka_ConfigResource_set_config(resource.get(), name.c_str(), value.c_str());
  const Queue queue(rd_kafka_queue_new(handle_.get()));
  const Owned<rd_kafka_AdminOptions_t> with(options(handle_.get(), RD_KAFKA_ADMIN_OP_ALTERCONFIGS));
  rd_kafka_ConfigResource_t* one[] = {resource.get()};
  rd_kafka_AlterConfigs(handle_.get(), one, 1, with.get(), queue.get());
  const Event event = wait(queue.get());
  const std::string what = "settings of \"" + topic + "\"";
  if (event == nullptr) return {Fate::retry, what + ": no answer" + trouble()};
  if (const auto code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return failed(what, code, rd_kafka_event_error_string(event.get()));
  std::size_t count = 0;
  const auto* const results =
      rd_kafka_AlterConfigs_result_resources(rd_kafka_event_AlterConfigs_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i)
    if (const auto code = rd_kafka_ConfigResource_error(results[i]); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      const char* const words = rd_kafka_ConfigResource_error_string(results[i]);
      auto outcome = failed(what, code, words);
      if (is_authorization(code)) outcome.reason += "; grant AlterConfigs on it, or change it by hand";
      return outcome;
    }
  return {};
}

}  // namespace newsmill::kafka
