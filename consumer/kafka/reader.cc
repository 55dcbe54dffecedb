#include "consumer/kafka/reader.h"

#include <algorithm>

#include "consumer/kafka/client.h"
#include "consumer/kafka/fate.h"

namespace newsmill::kafka {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kPatience{6'000};
constexpr std::int64_t kFirst = -2, kLast = -1;  // ListOffsets' own names for the two ends

}  // namespace

StoredMessage stored(const rd_kafka_message_t& from) {
  StoredMessage message;
  message.topic = rd_kafka_topic_name(from.rkt);
  message.partition = from.partition;
  message.offset = from.offset;
  rd_kafka_timestamp_type_t type;
  message.timestamp_ms = rd_kafka_message_timestamp(&from, &type);
  if (from.key != nullptr) message.key.emplace(static_cast<const char*>(from.key), from.key_len);
  if (from.payload != nullptr) message.value.emplace(static_cast<const char*>(from.payload), from.len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&from, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return message;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    auto& header = message.headers.emplace_back(name, std::nullopt);
    if (value != nullptr) header.second.emplace(static_cast<const char*>(value), size);
  }
  return message;
}

const std::string* StoredMessage::header(std::string_view name) const {
  for (const auto& [key_of, value_of] : headers)
    if (key_of == name) return value_of ? &*value_of : nullptr;
  return nullptr;
}

consumer::Outcome TopicReader::open(const config::Settings& settings, consumer::Logger& log, const std::string& topic,
                                    const Range& range, View view, std::unique_ptr<TopicReader>& reader) {
  std::unique_ptr<TopicReader> made(new TopicReader(topic, log));
  if (auto outcome = made->start(settings, range, view); !outcome) return outcome;
  reader = std::move(made);
  return {};
}

TopicReader::~TopicReader() {
  for (std::size_t i = 0; i < partitions_.size(); ++i)
    if (partitions_[i].started) rd_kafka_consume_stop(rkt_.get(), static_cast<std::int32_t>(i));
  rkt_.reset();
  queue_.reset();
}

std::string TopicReader::trouble() const {
  rd_kafka_poll(handle_.get(), 0);
  return link_.is_up() ? std::string() : " (" + link_.why() + ")";
}

// For each partition the end that `which` names.
consumer::Outcome TopicReader::offsets(std::int64_t which, std::vector<std::int64_t>& found, milliseconds wait) {
  const Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions_.size())));
  for (std::size_t i = 0; i < partitions_.size(); ++i)
    rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), static_cast<std::int32_t>(i))->offset = which;
  const auto code = rd_kafka_offsets_for_times(handle_.get(), list.get(), static_cast<int>(wait.count()));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return {fate_of_client(code), "offsets of \"" + topic_ + "\": " + words_of(code) + trouble()};
  found.assign(partitions_.size(), -1);
  for (int i = 0; i < list->cnt; ++i) {
    const auto& row = list->elems[i];
    if (row.err != RD_KAFKA_RESP_ERR_NO_ERROR)
      return {fate_of_client(row.err), "offsets of \"" + topic_ + "\": " + words_of(row.err)};
    found[static_cast<std::size_t>(row.partition)] = row.offset;
  }
  return {};
}

consumer::Outcome TopicReader::start(const config::Settings& settings, const Range& range, View view) {
  follow_ = range.follow;
  std::string words;
  Conf conf = make_conf(settings, Role::reader, settings.instance + "-reader", words);
  char text[256] = "";
  rd_kafka_conf_set(conf.get(), "isolation.level", view == View::committed ? "read_committed" : "read_uncommitted",
                    text, sizeof text);
  if (!words.empty()) return {Fate::stop, words};
  events_.install(conf.get(), false);
  handle_ = make_handle(Role::reader, std::move(conf), words);
  if (handle_ == nullptr) return {Fate::stop, words};
  rkt_.reset(rd_kafka_topic_new(handle_.get(), topic_.c_str(), nullptr));

  const struct rd_kafka_metadata* found = nullptr;
  auto code = rd_kafka_metadata(handle_.get(), 0, rkt_.get(), &found, static_cast<int>(kPatience.count()));
  const Metadata metadata(found);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->topic_cnt == 1) code = metadata->topics[0].err;
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    consumer::Outcome outcome{fate_of_client(code), "topic \"" + topic_ + "\": " + words_of(code)};
    if (outcome.fate == Fate::retry) outcome.reason += trouble();
    if (is_authorization(code)) outcome.reason += "; grant Read and Describe on it";
    return outcome;
  }
  partitions_.resize(static_cast<std::size_t>(metadata->topics[0].partition_cnt));

  std::vector<std::int64_t> first, last;
  if (auto outcome = offsets(kFirst, first, kPatience); !outcome) return outcome;
  if (auto outcome = offsets(kLast, last, kPatience); !outcome) return outcome;
  if (range.place) {
    const auto [partition, offset] = *range.place;
    const auto place = topic_ + "[" + std::to_string(partition) + "]";
    if (partition < 0 || static_cast<std::size_t>(partition) >= partitions_.size())
      return {Fate::rebuild,
              place + " does not exist: the topic has partitions 0 to " + std::to_string(partitions_.size() - 1)};
    const auto at = static_cast<std::size_t>(partition);
    if (offset < first[at] || offset >= last[at])
      return {Fate::rebuild, place + " holds offsets " + std::to_string(first[at]) + " to " +
                                 std::to_string(last[at] - 1) + ", not " + std::to_string(offset)};
  }

  queue_.reset(rd_kafka_queue_new(handle_.get()));
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    auto& partition = partitions_[i];
    partition = {first[i], last[i], false};
    if (range.place) partition = i == static_cast<std::size_t>(range.place->first)
                                     ? Progress{range.place->second, range.place->second + 1, false} : Progress{};
    expected_ += partition.end - partition.next;
    if (partition.next >= partition.end && (!follow_ || range.place)) continue;
    if (rd_kafka_consume_start_queue(rkt_.get(), static_cast<std::int32_t>(i), partition.next, queue_.get()) != 0)
      return {Fate::rebuild, "reading \"" + topic_ + "\": " + words_of(rd_kafka_last_error())};
    partition.started = true;
  }
  return {};
}

bool TopicReader::done() const {
  return !follow_ &&
         std::all_of(partitions_.begin(), partitions_.end(), [](const Progress& p) { return p.next >= p.end; });
}

std::optional<StoredMessage> TopicReader::next(milliseconds wait) {
  const auto deadline = std::chrono::steady_clock::now() + wait;
  while (!done() && !failure_) {
    const auto left = std::max<milliseconds>(
        std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now()), milliseconds(0));
    const ClientMessage message(rd_kafka_consume_queue(queue_.get(), static_cast<int>(left.count())));
    rd_kafka_poll(handle_.get(), 0);
    if (message == nullptr) return std::nullopt;
    const auto at = static_cast<std::size_t>(message->partition);
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      auto& partition = partitions_[at];
      partition.next = message->offset + 1;
      if (follow_ || message->offset < partition.end) return stored(*message);
    } else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      // What is left are control records, which never come out.
      if (at < partitions_.size()) partitions_[at].next = std::max(partitions_[at].next, message->offset);
    } else if (!is_transport(message->err)) {
      failure_ = {Fate::rebuild, "reading \"" + topic_ + "\": " + rd_kafka_message_errstr(message.get())};
    }
  }
  return std::nullopt;
}

consumer::Outcome TopicReader::probe(milliseconds wait) {
  for (const auto deadline = std::chrono::steady_clock::now() + wait; std::chrono::steady_clock::now() < deadline;) {
    const ClientMessage message(rd_kafka_consume_queue(queue_.get(), 100));
    if (message == nullptr || is_transport(message->err)) continue;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR || message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return {};
    return {Fate::rebuild, "reading \"" + topic_ + "\": " + rd_kafka_message_errstr(message.get())};
  }
  return {Fate::retry, "reading \"" + topic_ + "\": no answer" + trouble()};
}

}  // namespace newsmill::kafka
