#include "consumer/kafka/group_marks.h"

#include <string_view>

#include "consumer/kafka/client.h"
#include "consumer/kafka/fate.h"

namespace newsmill::kafka {
namespace {

constexpr int kPatience = 3'000;  // ms

}  // namespace

GroupMarks::GroupMarks(const config::Settings& settings, Contact& contact, consumer::Link* link)
    : settings_(settings), link_(link != nullptr ? link : &own_link_), events_(contact, link_) {}

Outcome GroupMarks::open() {
  if (handle_ != nullptr) return {};
  std::string words;
  Conf conf = make_conf(settings_, Role::input, settings_.kafka.group + "-" + settings_.instance + "-marks", words);
  // What is committed last counts, and not what a transaction is about to: that would have to be waited for.
  char text[256] = "";
  if (rd_kafka_conf_set(conf.get(), "isolation.level", "read_uncommitted", text, sizeof text) != RD_KAFKA_CONF_OK)
    words += text;
  if (!words.empty()) return {Fate::stop, words};
  events_.install(conf.get(), false);
  handle_ = make_handle(Role::input, std::move(conf), words);
  if (handle_ == nullptr) return {Fate::stop, words};
  return {};
}

Outcome GroupMarks::failed(const std::string& what, rd_kafka_resp_err_t code) const {
  Outcome outcome{fate_of_client(code), what + ": " + words_of(code)};
  if (outcome.fate == Fate::retry && !link_->is_up()) outcome.reason += " (" + link_->why() + ")";
  if (code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
    outcome.reason += "; grant Read on the group \"" + settings_.kafka.group + "\"";
  if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) outcome.reason += "; grant Read and Describe on it";
  return outcome;
}

Outcome GroupMarks::partitions(Partitions& list) {
  list.reset(rd_kafka_topic_partition_list_new(16));
  for (const auto& topic : settings_.input.topics) {
    const Topic named(rd_kafka_topic_new(handle_.get(), topic.name.c_str(), nullptr));
    const struct rd_kafka_metadata* found = nullptr;
    auto code = rd_kafka_metadata(handle_.get(), 0, named.get(), &found, kPatience);
    const Metadata metadata(found);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->topic_cnt == 1) code = metadata->topics[0].err;
    if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) continue;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failed("topic \"" + topic.name + "\"", code);
    for (int i = 0; i < metadata->topics[0].partition_cnt; ++i)
      rd_kafka_topic_partition_list_add(list.get(), topic.name.c_str(), metadata->topics[0].partitions[i].id);
  }
  return {};
}

Outcome GroupMarks::read(std::vector<LogMark>& marks) {
  marks.clear();
  if (auto outcome = open(); !outcome) return outcome;
  rd_kafka_poll(handle_.get(), 0);
  Partitions list;
  if (auto outcome = partitions(list); !outcome) return outcome;
  if (list->cnt == 0) return {};
  const std::string what = "committed offsets of the group \"" + settings_.kafka.group + "\"";
  if (const auto code = rd_kafka_committed(handle_.get(), list.get(), kPatience); code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return failed(what, code);
  for (int i = 0; i < list->cnt; ++i) {
    const auto& row = list->elems[i];
    if (row.err != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(what, row.err);
    if (row.metadata == nullptr) continue;
    if (const auto mark = parse_mark({static_cast<const char*>(row.metadata), row.metadata_size}))
      marks.push_back(*mark);
  }
  return {};
}

}  // namespace newsmill::kafka
