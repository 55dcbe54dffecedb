#include "consumer/kafka/group_offsets.h"

#include <cstdlib>
#include <cstring>
#include <memory>

#include "consumer/kafka/client.h"
#include "consumer/kafka/fate.h"

namespace newsmill::kafka {
namespace {

constexpr int kPatienceMs = 6'000;

struct DestroyGroups {
  void operator()(const struct rd_kafka_group_list* list) const { rd_kafka_group_list_destroy(list); }
};
using Groups = std::unique_ptr<const struct rd_kafka_group_list, DestroyGroups>;

}  // namespace

GroupOffsets::GroupOffsets(const config::Settings& settings, consumer::Logger& log)
    : settings_(settings), contact_(log), events_(contact_, &link_) {}

GroupOffsets::~GroupOffsets() = default;

consumer::Outcome GroupOffsets::open() {
  if (handle_ != nullptr) return {};
  std::string words;
  Conf conf = make_conf(settings_, Role::reader, settings_.instance + "-offsets", words);
  char text[256] = "";
  // Of the group only in name: it neither subscribes nor polls.
  if (rd_kafka_conf_set(conf.get(), "group.id", settings_.kafka.group.c_str(), text, sizeof text) != RD_KAFKA_CONF_OK)
    words += text;
  if (!words.empty()) return {Fate::stop, words};
  events_.install(conf.get(), false);
  handle_ = make_handle(Role::reader, std::move(conf), words);
  if (handle_ == nullptr) return {Fate::stop, words};
  return {};
}

consumer::Outcome GroupOffsets::failed(const std::string& what, rd_kafka_resp_err_t code) const {
  consumer::Outcome outcome{fate_of_client(code), what + ": " + words_of(code)};
  rd_kafka_poll(handle_.get(), 0);
  if (outcome.fate == Fate::retry && !link_.is_up()) outcome.reason += " (" + link_.why() + ")";
  if (is_authorization(code)) outcome.reason += "; grant Read and Describe on it";
  return outcome;
}

consumer::Outcome GroupOffsets::partitions(const std::string& topic, std::int32_t& count) {
  const Topic named(rd_kafka_topic_new(handle_.get(), topic.c_str(), nullptr));
  const struct rd_kafka_metadata* found = nullptr;
  auto code = rd_kafka_metadata(handle_.get(), 0, named.get(), &found, kPatienceMs);
  const Metadata metadata(found);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->topic_cnt == 1) code = metadata->topics[0].err;
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failed("topic \"" + topic + "\"", code);
  count = metadata->topics[0].partition_cnt;
  return {};
}

consumer::Outcome GroupOffsets::fetch(std::vector<GroupOffset>& offsets) {
  offsets.clear();
  if (auto outcome = open(); !outcome) return outcome;
  const Partitions list(rd_kafka_topic_partition_list_new(16));
  for (const auto& topic : settings_.input.topics) {
    std::int32_t count = 0;
    if (auto outcome = partitions(topic.name, count); !outcome) return outcome;
    for (std::int32_t i = 0; i < count; ++i) rd_kafka_topic_partition_list_add(list.get(), topic.name.c_str(), i);
  }
  const std::string what = "committed offsets of group \"" + settings_.kafka.group + "\"";
  if (const auto code = rd_kafka_committed(handle_.get(), list.get(), kPatienceMs); code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return failed(what, code);
  for (int i = 0; i < list->cnt; ++i) {
    const rd_kafka_topic_partition_t& row = list->elems[i];
    if (row.err != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(what, row.err);
    GroupOffset& offset = offsets.emplace_back();
    offset.partition = {row.topic, row.partition};
    offset.offset = row.offset < 0 ? -1 : row.offset;
    if (row.metadata != nullptr) offset.metadata.assign(static_cast<const char*>(row.metadata), row.metadata_size);
  }
  return {};
}

consumer::Outcome GroupOffsets::mark(const std::vector<GroupOffset>& offsets, const std::string& metadata) {
  if (auto outcome = open(); !outcome) return outcome;
  const Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const GroupOffset& offset : offsets) {
    if (offset.offset < 0) continue;
    auto* row = rd_kafka_topic_partition_list_add(list.get(), offset.partition.topic.c_str(), offset.partition.number);
    row->offset = offset.offset;
    // The list frees it.
    row->metadata = static_cast<char*>(std::malloc(metadata.size() + 1));
    std::memcpy(row->metadata, metadata.c_str(), metadata.size() + 1);
    row->metadata_size = metadata.size();
  }
  if (list->cnt == 0) return {};
  auto code = rd_kafka_commit(handle_.get(), list.get(), 0);
  for (int i = 0; i < list->cnt && code == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) code = list->elems[i].err;
  const std::string what = "committing for group \"" + settings_.kafka.group + "\"";
  switch (code) {
    case RD_KAFKA_RESP_ERR_NO_ERROR: return {};
    // A group with members takes offsets of its members only.
    case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
    case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
      return {Fate::abort, what + ": it has members"};
    default: return failed(what, code);
  }
}

consumer::Outcome GroupOffsets::members(std::vector<Member>& members) {
  members.clear();
  if (auto outcome = open(); !outcome) return outcome;
  const struct rd_kafka_group_list* found = nullptr;
  const auto code = rd_kafka_list_groups(handle_.get(), settings_.kafka.group.c_str(), &found, kPatienceMs);
  const Groups groups(found);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failed("group \"" + settings_.kafka.group + "\"", code);
  for (int i = 0; i < groups->group_cnt; ++i)
    for (int j = 0; j < groups->groups[i].member_cnt; ++j) {
      const auto& member = groups->groups[i].members[j];
      members.push_back({member.client_id, member.client_host});
    }
  return {};
}

}  // namespace newsmill::kafka
