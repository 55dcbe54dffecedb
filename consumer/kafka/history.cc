#include "consumer/kafka/history.h"

#include <algorithm>
#include <utility>

#include "consumer/kafka/client.h"
#include "consumer/kafka/fate.h"

namespace newsmill::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
constexpr int kPatienceMs = 6'000;
constexpr std::int64_t kFirst = -2, kLast = -1;  // ListOffsets' own names for the two ends
constexpr std::chrono::seconds kSilence{30};     // without an answer: the broker is away
constexpr std::size_t kAheadKb = 64 * 1024;      // fetched ahead, of all partitions together
constexpr std::int64_t kTail = 100;              // offsets that newest() looks at first

}  // namespace

consumer::Outcome TopicHistory::open(const config::Settings& settings, consumer::Logger& log, const std::string& topic,
                                     std::unique_ptr<TopicHistory>& history) {
  std::unique_ptr<TopicHistory> made(new TopicHistory(topic, log));
  if (auto outcome = made->begin(settings); !outcome) return outcome;
  history = std::move(made);
  return {};
}

TopicHistory::~TopicHistory() {
  for (Part& part : parts_) stop(part);
  rkt_.reset();
}

consumer::Outcome TopicHistory::make(const config::Settings& settings, const char* isolation, std::size_t ahead,
                                     Events& events, Handle& handle) {
  std::string words;
  Conf conf = make_conf(settings, Role::reader, settings.instance + "-history", words);
  char text[256] = "";
  rd_kafka_conf_set(conf.get(), "isolation.level", isolation, text, sizeof text);
  rd_kafka_conf_set(conf.get(), "queued.max.messages.kbytes", std::to_string(ahead).c_str(), text, sizeof text);
  if (!words.empty()) return {Fate::stop, words};
  events.install(conf.get(), false);
  handle = make_handle(Role::reader, std::move(conf), words);
  if (handle == nullptr) return {Fate::stop, words};
  return {};
}

consumer::Outcome TopicHistory::begin(const config::Settings& settings) {
  if (auto outcome = make(settings, "read_uncommitted", kAheadKb, loose_events_, loose_); !outcome) return outcome;
  const Topic named(rd_kafka_topic_new(loose_.get(), topic_.c_str(), nullptr));
  const struct rd_kafka_metadata* found = nullptr;
  auto code = rd_kafka_metadata(loose_.get(), 0, named.get(), &found, kPatienceMs);
  const Metadata metadata(found);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->topic_cnt == 1) code = metadata->topics[0].err;
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    consumer::Outcome outcome{fate_of_client(code), "topic \"" + topic_ + "\": " + words_of(code)};
    rd_kafka_poll(loose_.get(), 0);
    if (outcome.fate == Fate::retry && !link_.is_up()) outcome.reason += " (" + link_.why() + ")";
    if (is_authorization(code)) outcome.reason += "; grant Read and Describe on it";
    return outcome;
  }
  parts_.resize(static_cast<std::size_t>(metadata->topics[0].partition_cnt));
  for (std::size_t i = 0; i < parts_.size(); ++i) parts_[i].number = static_cast<std::int32_t>(i);
  const std::size_t ahead = std::max<std::size_t>(kAheadKb / std::max<std::size_t>(parts_.size(), 1), 1024);
  if (auto outcome = make(settings, "read_committed", ahead, events_, handle_); !outcome) return outcome;
  rkt_.reset(rd_kafka_topic_new(handle_.get(), topic_.c_str(), nullptr));
  return {};
}

/// For each partition the first offset of that time or a later one; for kFirst and kLast the ends, as the
/// handle sees them.
consumer::Outcome TopicHistory::offsets(rd_kafka_t* handle, std::int64_t time, std::vector<std::int64_t>& found) const {
  const Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(parts_.size())));
  for (const Part& part : parts_)
    rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), part.number)->offset = time;
  const std::string what = "offsets of \"" + topic_ + "\": ";
  if (const auto code = rd_kafka_offsets_for_times(handle, list.get(), kPatienceMs); code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return {fate_of_client(code), what + words_of(code)};
  found.assign(parts_.size(), -1);
  for (int i = 0; i < list->cnt; ++i) {
    const auto& row = list->elems[i];
    if (row.err != RD_KAFKA_RESP_ERR_NO_ERROR) return {fate_of_client(row.err), what + words_of(row.err)};
    found[static_cast<std::size_t>(row.partition)] = row.offset;
  }
  return {};
}

consumer::Outcome TopicHistory::open_transaction(bool& open) {
  std::vector<std::int64_t> stable, all;
  // In this order: what is begun in between does not matter, what ends in between does.
  if (auto outcome = offsets(loose_.get(), kLast, all); !outcome) return outcome;
  if (auto outcome = offsets(handle_.get(), kLast, stable); !outcome) return outcome;
  open = false;
  for (std::size_t i = 0; i < parts_.size(); ++i) open |= stable[i] < all[i];
  return {};
}

consumer::Outcome TopicHistory::consume(Part& part, std::int64_t from, std::int64_t end) {
  stop(part);
  part.next = from;
  part.end = end;
  if (part.ended()) return {};
  part.queue.reset(rd_kafka_queue_new(handle_.get()));
  if (rd_kafka_consume_start_queue(rkt_.get(), part.number, from, part.queue.get()) == 0) return {};
  part.queue.reset();
  return {Fate::rebuild, "reading \"" + topic_ + "\": " + words_of(rd_kafka_last_error())};
}

void TopicHistory::stop(Part& part) {
  if (part.queue == nullptr) return;
  rd_kafka_consume_stop(rkt_.get(), part.number);
  part.queue.reset();
  part.head.reset();
}

/// False when the next message of the partition is not here yet.
bool TopicHistory::fill(Part& part, milliseconds wait) {
  const auto deadline = steady_clock::now() + wait;
  while (!part.head && part.next < part.end && !failure_) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
    const ClientMessage message(
        rd_kafka_consume_queue(part.queue.get(), static_cast<int>(std::max<std::int64_t>(left.count(), 0))));
    rd_kafka_poll(handle_.get(), 0);
    if (message == nullptr) return false;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      part.next = message->offset + 1;
      if (message->offset < part.end) part.head = stored(*message);
    } else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      // What is left are control records, which never come out.
      part.next = std::max(part.next, message->offset);
    } else if (!is_transport(message->err)) {
      failure_ = {Fate::rebuild, "reading \"" + topic_ + "\": " + rd_kafka_message_errstr(message.get())};
    }
  }
  return true;
}

consumer::Outcome TopicHistory::newest(std::optional<std::int64_t>& time_ms) {
  time_ms.reset();
  std::vector<std::int64_t> first, last;
  if (auto outcome = offsets(handle_.get(), kFirst, first); !outcome) return outcome;
  if (auto outcome = offsets(handle_.get(), kLast, last); !outcome) return outcome;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    Part& part = parts_[i];
    bool any = false;
    // The end of a partition may be aborted messages and control records.
    for (std::int64_t tail = kTail; !any && last[i] > first[i]; tail *= 10) {
      const std::int64_t from = std::max(first[i], last[i] - tail);
      if (auto outcome = consume(part, from, last[i]); !outcome) return outcome;
      for (auto heard = steady_clock::now(); !part.ended();) {
        if (steady_clock::now() - heard > kSilence) return {Fate::retry, "no broker answers any more"};
        if (!fill(part, milliseconds(200))) continue;
        if (failure_) return *failure_;
        heard = steady_clock::now();
        if (!part.head) continue;
        any = true;
        time_ms = std::max(time_ms.value_or(part.head->timestamp_ms), part.head->timestamp_ms);
        part.head.reset();
      }
      if (from == first[i]) break;
    }
    stop(part);
  }
  return {};
}

consumer::Outcome TopicHistory::start(std::int64_t from_ms) {
  std::vector<std::int64_t> first, last;
  if (auto outcome = offsets(handle_.get(), std::max<std::int64_t>(from_ms, 0), first); !outcome) return outcome;
  if (auto outcome = offsets(handle_.get(), kLast, last); !outcome) return outcome;
  expected_ = 0;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const std::int64_t from = first[i] < 0 ? last[i] : first[i];  // nothing of that time
    if (auto outcome = consume(parts_[i], from, last[i]); !outcome) return outcome;
    expected_ += std::max<std::int64_t>(last[i] - from, 0);
  }
  return {};
}

bool TopicHistory::done() const {
  return std::ranges::all_of(parts_, [](const Part& part) { return part.ended(); });
}

std::optional<StoredMessage> TopicHistory::next(milliseconds wait) {
  Part* oldest = nullptr;
  for (Part& part : parts_) {
    if (!fill(part, wait) || failure_) return std::nullopt;
    if (part.head && (oldest == nullptr || part.head->timestamp_ms < oldest->head->timestamp_ms)) oldest = &part;
  }
  if (oldest == nullptr) return std::nullopt;
  return std::exchange(oldest->head, std::nullopt);
}

}  // namespace newsmill::kafka
