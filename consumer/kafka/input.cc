#include "consumer/kafka/input.h"

#include <algorithm>

#include "consumer/kafka/client.h"
#include "consumer/kafka/fate.h"
#include "consumer/kafka/statistics.h"

namespace newsmill::kafka {
namespace {

using consumer::Partition;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kStep{5'000};  // of a question to the broker that is asked again

std::vector<std::string> topic_names(const config::Settings& settings) {
  std::vector<std::string> names;
  for (const auto& topic : settings.input.topics) names.push_back(topic.name);
  return names;
}

std::string place(std::string_view topic, std::int32_t partition) {
  return std::string(topic) + "[" + std::to_string(partition) + "]";
}

// The first offset of a partition (-2) or the one after its last (-1), in ListOffsets' own numbers.
std::int64_t ask_offset(rd_kafka_t* handle, const char* topic, std::int32_t partition, std::int64_t which,
                        milliseconds wait) {
  const Partitions list(rd_kafka_topic_partition_list_new(1));
  auto* const row = rd_kafka_topic_partition_list_add(list.get(), topic, partition);
  row->offset = which;
  const auto code = rd_kafka_offsets_for_times(handle, list.get(), static_cast<int>(wait.count()));
  return code == RD_KAFKA_RESP_ERR_NO_ERROR && row->err == RD_KAFKA_RESP_ERR_NO_ERROR ? row->offset : -1;
}

}  // namespace

KafkaInput::KafkaInput(const config::Settings& settings, consumer::Membership& membership, Contact& contact,
                       consumer::Link& link)
    : group_(settings.kafka.group),
      topics_(topic_names(settings)),
      start_(settings.kafka.start),
      patience_(milliseconds(transaction_timeout_ms(settings)) + 3 * kStep),
      membership_(membership),
      contact_(contact),
      link_(link),
      events_(contact, &link) {}

consumer::Outcome KafkaInput::open(const config::Settings& settings, int lane, consumer::Membership& membership,
                                   Contact& contact, consumer::Link& link, std::unique_ptr<KafkaInput>& input) {
  std::unique_ptr<KafkaInput> made(new KafkaInput(settings, membership, contact, link));
  made->events_.rebalanced = [self = made.get()](rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t* list) {
    self->rebalanced(what, list);
  };
  made->events_.statistics = [self = made.get()](std::string_view json) {
    if (const auto found = parse_statistics(json))
      for (const auto& row : found->partitions) self->ends_[{row.topic, row.number}] = row.end;
  };
  std::string words;
  Conf conf = make_conf(settings, Role::input, lane_id(settings, lane), words);
  if (!words.empty()) return {Fate::stop, words};
  made->events_.install(conf.get(), false);
  made->handle_ = make_handle(Role::input, std::move(conf), words);
  if (made->handle_ == nullptr) return {Fate::stop, words};
  rd_kafka_poll_set_consumer(made->handle_.get());

  const Partitions wanted(rd_kafka_topic_partition_list_new(static_cast<int>(made->topics_.size())));
  for (const auto& topic : made->topics_)
    rd_kafka_topic_partition_list_add(wanted.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  if (const auto code = rd_kafka_subscribe(made->handle_.get(), wanted.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return {fate_of_client(code), "subscribe: " + words_of(code)};
  input = std::move(made);
  return {};
}

KafkaInput::~KafkaInput() {
  quiet_ = true;
  message_.reset();
  if (handle_ != nullptr) rd_kafka_consumer_close(handle_.get());  // a static member sends no LeaveGroup
}

std::optional<Message> KafkaInput::poll(milliseconds wait) {
  message_.reset(rd_kafka_consumer_poll(handle_.get(), static_cast<int>(wait.count())));
  if (message_ == nullptr) return std::nullopt;
  const rd_kafka_message_t& from = *message_;
  if (from.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    fail(from);
    message_.reset();
    return std::nullopt;
  }
  Message message;
  message.topic = rd_kafka_topic_name(from.rkt);
  message.partition = from.partition;
  message.offset = from.offset;
  rd_kafka_timestamp_type_t type;
  message.timestamp_ms = rd_kafka_message_timestamp(&from, &type);
  if (from.key != nullptr) message.key = std::string_view(static_cast<const char*>(from.key), from.key_len);
  if (from.payload != nullptr) message.value = std::string_view(static_cast<const char*>(from.payload), from.len);
  headers_.clear();
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&from, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
      Header& header = headers_.emplace_back();
      header.name = name;
      if (value != nullptr) header.value = std::string_view(static_cast<const char*>(value), size);
    }
  }
  message.headers = headers_;
  return message;
}

void KafkaInput::pause() {
  paused_ = true;
  if (!assignment_.empty()) rd_kafka_pause_partitions(handle_.get(), list_of_assignment().get());
}

void KafkaInput::resume() {
  paused_ = false;
  if (!assignment_.empty()) rd_kafka_resume_partitions(handle_.get(), list_of_assignment().get());
}

Outcome KafkaInput::rewind() {
  message_.reset();
  if (assignment_.empty()) return {};
  const Partitions list = list_of_assignment();
  if (auto outcome = committed(list.get(), kStep); !outcome) return outcome;
  if (auto outcome = find_start(list.get()); !outcome) return outcome;
  // 2.0.2 reads the timeout in the wrong unit; the call itself takes a tenth of a millisecond.
  if (const ClientError error(rd_kafka_seek_partitions(handle_.get(), list.get(), 60'000)); error != nullptr)
    return {fate_of_client(rd_kafka_error_code(error.get())),
            std::string("seek: ") + rd_kafka_error_string(error.get())};
  for (int i = 0; i < list->cnt; ++i)
    if (const auto& row = list->elems[i]; row.err != RD_KAFKA_RESP_ERR_NO_ERROR)
      return {Fate::rebuild, "seek " + place(row.topic, row.partition) + ": " + words_of(row.err)};
  return {};
}

std::int64_t KafkaInput::end(const Partition& partition) const {
  const auto found = ends_.find(partition);
  return found == ends_.end() ? -1 : found->second;
}

GroupMetadata KafkaInput::group() const { return GroupMetadata(rd_kafka_consumer_group_metadata(handle_.get())); }

Partitions KafkaInput::list_of_assignment() const {
  Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(assignment_.size())));
  for (const auto& partition : assignment_)
    rd_kafka_topic_partition_list_add(list.get(), partition.topic.c_str(), partition.number);
  return list;
}

void KafkaInput::rebalanced(rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t* list) {
  if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS && !quiet_) {
    assign(list);
    return;
  }
  if (!quiet_ && !assignment_.empty())
    membership_.revoked(assignment_, rd_kafka_assignment_lost(handle_.get()) != 0);
  rd_kafka_assign(handle_.get(), nullptr);
  assignment_.clear();
  ends_.clear();
}

void KafkaInput::assign(rd_kafka_topic_partition_list_t* list) {
  // The earlier owner's last transaction may still be open: its offsets are not stable until it ends.
  Outcome outcome = committed(list, patience_);
  if (outcome) outcome = find_start(list);
  if (!outcome) {
    rd_kafka_assign(handle_.get(), nullptr);
    failure_ = {outcome.fate == Fate::fenced ? Fate::fenced : Fate::rebuild, outcome.reason};
    return;
  }
  if (const auto code = rd_kafka_assign(handle_.get(), list); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    failure_ = {Fate::rebuild, "assign: " + words_of(code)};
    return;
  }
  // A partition that comes back may still be marked as paused from before.
  if (paused_) rd_kafka_resume_partitions(handle_.get(), list);
  paused_ = false;
  events_.hiccup = false;
  assignment_.clear();
  for (int i = 0; i < list->cnt; ++i) assignment_.push_back({list->elems[i].topic, list->elems[i].partition});
  membership_.assigned(assignment_);
}

// Committed offsets of `list`, asked until they are known; RD_KAFKA_OFFSET_INVALID where there is none.
Outcome KafkaInput::committed(rd_kafka_topic_partition_list_t* list, milliseconds patience) {
  const auto deadline = steady_clock::now() + patience;
  for (;;) {
    for (int i = 0; i < list->cnt; ++i) {
      list->elems[i].offset = RD_KAFKA_OFFSET_INVALID;
      list->elems[i].err = RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    auto code = rd_kafka_committed(handle_.get(), list, static_cast<int>(kStep.count()));
    std::string where = "committed offsets";
    for (int i = 0; i < list->cnt && code == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
      if (list->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        code = list->elems[i].err;
        where += " of " + place(list->elems[i].topic, list->elems[i].partition);
      }
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    Outcome outcome{fate_of_client(code), where + ": " + words_of(code)};
    if (code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
      outcome.reason += "; grant Read on the group \"" + group_ + "\"";
    if (outcome.fate != Fate::retry || steady_clock::now() >= deadline || quiet_) return outcome;
  }
}

// Where the group has committed nothing yet, the start that the settings name becomes its first
// committed offset: with `latest`, an abort or a crash before the first commit would otherwise skip
// everything that arrived meanwhile.
Outcome KafkaInput::find_start(rd_kafka_topic_partition_list_t* list) {
  const Partitions fresh(rd_kafka_topic_partition_list_new(list->cnt));
  const bool earliest = start_ == config::Settings::Kafka::Start::earliest;
  for (int i = 0; i < list->cnt; ++i) {
    auto& row = list->elems[i];
    if (row.offset >= 0) continue;
    row.offset = ask_offset(handle_.get(), row.topic, row.partition, earliest ? -2 : -1, kStep);
    if (row.offset < 0)
      return {Fate::retry, "the " + std::string(earliest ? "first" : "last") + " offset of " +
                               place(row.topic, row.partition) + " could not be read in time"};
    rd_kafka_topic_partition_list_add(fresh.get(), row.topic, row.partition)->offset = row.offset;
  }
  if (fresh->cnt == 0) return {};
  const auto code = rd_kafka_commit(handle_.get(), fresh.get(), 0);
  // The group moved on meanwhile: it is asked again after the rebalance that follows.
  if (code == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION || code == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS ||
      code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID)
    return {};
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return {fate_of_client(code), "first offsets of the group: " + words_of(code)};
  contact_.log().info("kafka-start", "the group has no offsets of some partitions yet and begins there",
                      {{"partitions", fresh->cnt}, {"start", earliest ? "earliest" : "latest"}});
  return {};
}

void KafkaInput::fail(const rd_kafka_message_t& message) {
  const std::string words = rd_kafka_message_errstr(&message);
  const std::string topic = message.rkt != nullptr ? rd_kafka_topic_name(message.rkt) : "";
  switch (message.err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF: return;
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET: fail_out_of_range(message); return;
    case RD_KAFKA_RESP_ERR__FATAL: {
      char text[512] = "";
      const auto code = rd_kafka_fatal_error(handle_.get(), text, sizeof text);
      failure_ = {fate_of({code, true, false, false}), std::string("consumer: ") + text};
      fenced_by_itself();
      return;
    }
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
      failure_ = {Fate::fenced, "consumer: " + words};
      fenced_by_itself();
      return;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
      failure_ = {Fate::rebuild,
                  "input topic \"" + topic + "\" does not exist; `newsmill kafka apply` creates it (" + words + ")"};
      return;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      failure_ = {Fate::rebuild,
                  "no right to read the input topic \"" + topic + "\"; grant Read and Describe on it (" + words + ")"};
      return;
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
      failure_ = {Fate::rebuild, "no right to join the group \"" + group_ + "\"; grant Read on it (" + words + ")"};
      return;
    default: break;
  }
  if (is_transport(message.err)) contact_.lost(&link_, words);
  else contact_.log().warning("kafka-consumer", words, {{"code", rd_kafka_err2name(message.err)}, {"topic", topic}});
}

// A broker that was frozen or away answers the JoinGroup that we sent before we sent it again, and the
// second fences the first: no other process uses our name.
void KafkaInput::fenced_by_itself() {
  if (failure_->fate != Fate::fenced || !events_.hiccup) return;
  failure_->fate = Fate::rebuild;
  failure_->reason += " (by an earlier request of ours: the connection was broken since the last assignment)";
}

void KafkaInput::fail_out_of_range(const rd_kafka_message_t& message) {
  const char* const topic = rd_kafka_topic_name(message.rkt);
  const std::int64_t low = ask_offset(handle_.get(), topic, message.partition, -2, kStep);
  const std::int64_t high = ask_offset(handle_.get(), topic, message.partition, -1, kStep);
  std::string reason =
      place(topic, message.partition) + ": the offset to read next is " + std::to_string(message.offset);
  if (low >= 0) reason += ", but the partition holds " + std::to_string(low) + " to " + std::to_string(high);
  if (low > message.offset && message.offset >= 0)
    reason +=
        ": retention passed the group, " + std::to_string(low - message.offset) + " messages were never processed";
  else if (high >= 0 && message.offset > high)
    reason += ": the topic was made anew or lost its end";
  reason += ". Decide where to go on: kafka-consumer-groups.sh --reset-offsets --group " + group_ + " --topic " +
            topic + " --to-earliest --execute (newsmill stopped), then start again";
  failure_ = {Fate::stop, std::move(reason)};
}

}  // namespace newsmill::kafka
