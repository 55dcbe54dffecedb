#include "consumer/kafka/log_reader.h"

#include <algorithm>
#include <variant>

#include "consumer/kafka/client.h"
#include "consumer/kafka/fate.h"
#include "processors/dedup/log_codec.h"
#include "processors/dedup/referee.h"

namespace newsmill::kafka {
namespace {

using dedup::LogOffset;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPatience{6'000};
constexpr std::chrono::seconds kSilence{30};        // without a message that must be there: the broker is away
constexpr std::int64_t kFirst = -2, kLast = -1;     // ListOffsets' own names for the two ends
constexpr LogOffset kNewest = 64, kGrowth = 16;     // how many of the newest are looked at, then that many times more
constexpr std::int64_t kMarginMs = 3'600'000;

/// What a message says of its sender's clock and of its log.
struct Sender {
  std::int64_t sent_ms;
  dedup::LogId log;
};
std::optional<Sender> sender_of(std::string_view bytes) {
  const dedup::Decoded decoded = dedup::decode(bytes);
  if (const auto* const article = std::get_if<dedup::FingerprintMessage>(&decoded))
    return Sender{article->sent_ms, article->log};
  if (const auto* const verdicts = std::get_if<dedup::VerdictsMessage>(&decoded))
    return Sender{verdicts->sent_ms, verdicts->log};
  return std::nullopt;
}

}  // namespace

consumer::Outcome DedupLogReader::open(const config::Settings& settings, Contact& contact, consumer::Link& link,
                                       From from, std::unique_ptr<DedupLogReader>& reader) {
  std::unique_ptr<DedupLogReader> made(new DedupLogReader(settings, contact, link));
  if (auto outcome = made->start(from); !outcome) return outcome;
  reader = std::move(made);
  return {};
}

consumer::Outcome DedupLogReader::open(const config::Settings& settings, consumer::Logger& log, From from,
                                       std::unique_ptr<DedupLogReader>& reader) {
  auto tool = std::make_unique<Tool>(log);
  std::unique_ptr<DedupLogReader> made(new DedupLogReader(settings, tool->contact, tool->link));
  made->tool_ = std::move(tool);
  if (auto outcome = made->start(from); !outcome) return outcome;
  reader = std::move(made);
  return {};
}

DedupLogReader::~DedupLogReader() {
  stop();
  rkt_.reset();
}

std::string DedupLogReader::trouble() const {
  rd_kafka_poll(handle_.get(), 0);
  return link_.is_up() ? std::string() : " (" + link_.why() + ")";
}

consumer::Outcome DedupLogReader::start(From from) {
  std::string words;
  Conf conf = make_conf(settings_, Role::log_reader, settings_.instance + "-dedup", words);
  if (!words.empty()) return {Fate::stop, words};
  events_.install(conf.get(), false);
  handle_ = make_handle(Role::log_reader, std::move(conf), words);
  if (handle_ == nullptr) return {Fate::stop, words};
  rkt_.reset(rd_kafka_topic_new(handle_.get(), topic_.c_str(), nullptr));
  messages_.reserve(kAtOnce);
  room_.resize(kAtOnce - 1);

  if (auto outcome = exists(); !outcome) return outcome;
  if (auto outcome = offset_at(kFirst, first_, kPatience); !outcome) return outcome;
  if (auto outcome = offset_at(kLast, end_, kPatience); !outcome) return outcome;
  start_ = first_;
  if (first_ < end_) {
    if (auto outcome = look_at_newest(); !outcome) return outcome;
    const std::int64_t reach = settings_.dedup.window.count() + dedup::Referee::kSlackMs + kMarginMs;
    if (from == From::window && newest_append_ms_ > reach) {
      if (auto outcome = offset_at(newest_append_ms_ - reach, start_, kPatience); !outcome) return outcome;
      if (start_ < first_ || start_ > end_) start_ = first_;
    }
  }
  if (start_ == 0) newest_id_ = 0;
  return read_from(start_);
}

// The leader is asked for beforehand: what waits for it without that waits half a second.
consumer::Outcome DedupLogReader::exists() {
  const struct rd_kafka_metadata* found = nullptr;
  auto code = rd_kafka_metadata(handle_.get(), 0, rkt_.get(), &found, static_cast<int>(kPatience.count()));
  const Metadata metadata(found);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->topic_cnt == 1) code = metadata->topics[0].err;
  forbidden_ = is_authorization(code);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  consumer::Outcome outcome{fate_of_client(code), "the dedup log \"" + topic_ + "\": " + words_of(code)};
  if (outcome.fate == Fate::retry) outcome.reason += trouble();
  if (is_authorization(code)) outcome.reason += "; grant Read and Describe on it";
  return outcome;
}

// The first offset that was appended at `time` or later; or an end, by ListOffsets' own names.
consumer::Outcome DedupLogReader::offset_at(std::int64_t time, LogOffset& offset, milliseconds wait) const {
  const Partitions list(rd_kafka_topic_partition_list_new(1));
  auto* const row = rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), 0);
  row->offset = time;
  auto code = rd_kafka_offsets_for_times(handle_.get(), list.get(), static_cast<int>(wait.count()));
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) code = row->err;
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    offset = row->offset;
    return {};
  }
  consumer::Outcome outcome{fate_of_client(code), "offsets of the dedup log \"" + topic_ + "\": " + words_of(code)};
  if (outcome.fate == Fate::retry && !link_.is_up()) outcome.reason += " (" + link_.why() + ")";
  return outcome;
}

consumer::Outcome DedupLogReader::end_now(LogOffset& end, milliseconds wait) const {
  return offset_at(kLast, end, wait);
}

LogOffset DedupLogReader::last_end() const {
  std::int64_t low = -1, high = -1;
  rd_kafka_get_watermark_offsets(handle_.get(), topic_.c_str(), 0, &low, &high);
  return std::max({end_, position_, high});
}

// Reads from the end back: the newest append time, and the newest id that its sender's clock vouches for.
consumer::Outcome DedupLogReader::look_at_newest() {
  for (LogOffset count = kNewest;; count *= kGrowth) {
    const LogOffset from = std::max(first_, end_ - count);
    if (auto outcome = read_from(from); !outcome) return outcome;
    auto heard = steady_clock::now();
    while (position_ < end_) {
      const std::size_t read_now = read(milliseconds(200), [&](const LogMessage& message) {
        const auto sender = sender_of(message.bytes);
        if (!sender) return;  // and the referee, which hears nothing of it, goes by the one before
        newest_append_ms_ = std::max(newest_append_ms_, message.append_ms);
        if (sender->sent_ms >= message.append_ms - dedup::Referee::kLatestMs) newest_id_ = sender->log;
      });
      if (failure_) return *failure_;
      if (read_now > 0) heard = steady_clock::now();
      else if (steady_clock::now() - heard > kSilence)
        return {Fate::retry, "the end of the dedup log \"" + topic_ + "\" does not come" + trouble()};
    }
    if (newest_id_ != 0 || from == first_) return {};
  }
}

consumer::Outcome DedupLogReader::read_from(LogOffset offset) {
  stop();
  queue_.reset(rd_kafka_queue_new(handle_.get()));
  failure_.reset();
  at_end_ = false;
  position_ = offset;
  if (rd_kafka_consume_start_queue(rkt_.get(), 0, offset, queue_.get()) != 0)
    return {Fate::rebuild, "reading the dedup log \"" + topic_ + "\": " + words_of(rd_kafka_last_error())};
  started_ = true;
  return {};
}

void DedupLogReader::stop() {
  messages_.clear();
  if (started_) rd_kafka_consume_stop(rkt_.get(), 0);
  started_ = false;
  queue_.reset();
}

void DedupLogReader::fill(milliseconds wait) {
  messages_.clear();
  if (failure_ || queue_ == nullptr) return;
  ClientMessage message(rd_kafka_consume_queue(queue_.get(), static_cast<int>(wait.count())));
  rd_kafka_poll(handle_.get(), 0);
  if (message == nullptr) return;
  take(std::move(message));
  // With a wait it would wait for the last of so many.
  const ssize_t count = rd_kafka_consume_batch_queue(queue_.get(), 0, room_.data(), room_.size());
  for (ssize_t i = 0; i < count; ++i) take(ClientMessage(room_[static_cast<std::size_t>(i)]));
}

void DedupLogReader::take(ClientMessage message) {
  if (failure_) return;
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    position_ = message->offset + 1;
    at_end_ = false;
    messages_.push_back(std::move(message));
  } else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    at_end_ = true;
    position_ = std::max(position_, message->offset);  // what is left are control records, which never come out
  } else if (!is_transport(message->err)) {  // which goes over by itself; the link says so
    fail(*message);
  }
}

void DedupLogReader::fail(const rd_kafka_message_t& message) {
  const std::string log = "the dedup log \"" + topic_ + "\"";
  forbidden_ = is_authorization(message.err);
  switch (message.err) {
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
      failure_ = {Fate::rebuild, log + " does not hold offset " + std::to_string(position_) +
                                     " any more, which was to be read next: the topic was made anew, was cut short, or "
                                     "retention passed the reader"};
      return;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      failure_ = {Fate::rebuild, log + " is gone: " + words_of(message.err)};
      return;
    default: failure_ = {Fate::rebuild, "reading " + log + ": " + rd_kafka_message_errstr(&message)};
  }
  if (forbidden_) failure_->reason += "; grant Read and Describe on it";
}

LogMessage DedupLogReader::view_of(const rd_kafka_message_t& message) {
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  LogMessage view;
  view.offset = message.offset;
  view.append_ms = rd_kafka_message_timestamp(&message, &type);
  view.appended = type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME;
  if (message.payload != nullptr) view.bytes = {static_cast<const char*>(message.payload), message.len};
  return view;
}

}  // namespace newsmill::kafka
