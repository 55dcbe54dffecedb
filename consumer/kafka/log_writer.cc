#include "consumer/kafka/log_writer.h"

#include <utility>

#include "consumer/kafka/client.h"
#include "consumer/kafka/fate.h"

namespace newsmill::kafka {
namespace {

using consumer::Receipt;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kStep{2'000};   // of a question to the broker
constexpr milliseconds kPause{250};    // before what failed is tried again
constexpr int kTick = 100;             // ms: how soon an end is noticed

}  // namespace

LogWriter::LogWriter(const config::Settings& settings, Contact& contact, consumer::Link& link,
                     std::function<void(const Answer&)> answered, std::function<void()> woken)
    : settings_(settings), topic_(settings.dedup.topic), answered_(std::move(answered)), woken_(std::move(woken)),
      link_(link), contact_(contact), events_(contact, &link) {
  events_.delivered = [this](const rd_kafka_message_t& message) { delivered(message); };
  thread_ = std::thread([this] { run(); });
}

LogWriter::~LogWriter() {
  stopping_ = true;
  thread_.join();
}

void LogWriter::run() {
  while (!stopping()) {
    if (handle_ == nullptr && !make()) {
      rest();
      continue;
    }
    rd_kafka_poll(handle_.get(), kTick);
    char words[256] = "";
    if (rd_kafka_fatal_error(handle_.get(), words, sizeof words) != RD_KAFKA_RESP_ERR_NO_ERROR) drop(words);
    else if (!refused_.empty()) drop(refused_);
    else if (torn_) drop("librdkafka took only a part of what was appended");
  }
  drop("the process ends");
}

void LogWriter::rest() const {
  for (auto left = kPause; left > milliseconds(0) && !stopping(); left -= milliseconds(kTick))
    std::this_thread::sleep_for(milliseconds(kTick));
}

bool LogWriter::make() {
  std::string words;
  Conf conf = make_conf(settings_, Role::log_writer, settings_.instance + "-dedup", words);
  if (words.empty()) {
    events_.install(conf.get(), true);
    handle_ = make_handle(Role::log_writer, std::move(conf), words);
  }
  if (handle_ == nullptr) {
    const std::lock_guard lock(mutex_);
    why_not_ready_ = words;
    return false;
  }
  rkt_.reset(rd_kafka_topic_new(handle_.get(), topic_.c_str(), nullptr));
  if (!warm()) return false;
  const std::lock_guard lock(mutex_);
  ready_ = true;
  return true;
}

// Waits until the topic's leader is known: the first message to an unknown topic waits for a second.
bool LogWriter::warm() {
  while (!stopping()) {
    const struct rd_kafka_metadata* found = nullptr;
    auto code = rd_kafka_metadata(handle_.get(), 0, rkt_.get(), &found, static_cast<int>(kStep.count()));
    const Metadata metadata(found);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->topic_cnt == 1) code = metadata->topics[0].err;
    rd_kafka_poll(handle_.get(), 0);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return true;
    {
      const std::lock_guard lock(mutex_);
      why_not_ready_ = words_of(code) + (link_.is_up() ? "" : " (" + link_.why() + ")");
    }
    rest();
  }
  drop("the process ends");
  return false;
}

// Whoever waits for an answer will not get one.
void LogWriter::drop(const std::string& why) {
  std::deque<Sent> lost;
  {
    const std::lock_guard lock(mutex_);
    if (ready_) why_not_ready_ = why;
    ready_ = false;
    lost.swap(sent_);
  }
  rkt_.reset();
  if (handle_ != nullptr) {
    // A handle whose messages are alive is never let go by rd_kafka_destroy.
    rd_kafka_purge(handle_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
    rd_kafka_poll(handle_.get(), 0);
    handle_.reset();
  }
  messages_ = bytes_ = 0;
  refused_.clear();
  torn_ = false;
  for (const Sent& sent : lost) sent.receipt->fail();
  if (lost.empty()) return;
  if (!stopping())
    contact_.log().warning("dedup-writer", "the producer of the dedup log is made anew", {{"reason", why}});
  woken_();
}

Outcome LogWriter::append(const LogMessages& messages, std::int64_t sent_ms, std::shared_ptr<Receipt>& receipt) {
  const std::lock_guard lock(mutex_);
  if (!ready_) return {Fate::retry, "nothing can be appended to the dedup log yet: " + why_not_ready_};
  const std::size_t count = messages.count();
  if (count == 0) return {};
  // An append that is larger than the room waits for all of it.
  if (messages_ > 0 && (messages_ + count > kMessages || bytes_ + messages.size() > kBytes))
    return {Fate::retry, "the dedup log takes what was appended more slowly than it comes" +
                             (link_.is_up() ? std::string() : " (" + link_.why() + ")")};
  batch_.assign(count, {});
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view bytes = messages.at(i);
    batch_[i].payload = const_cast<char*>(bytes.data());
    batch_[i].len = bytes.size();
  }
  auto made = std::make_shared<Receipt>();
  batch_.back()._private = made.get();
  sent_.push_back({made, sent_ms, count, steady_clock::now()});
  messages_ += count;
  bytes_ += messages.size();
  const int taken =
      rd_kafka_produce_batch(rkt_.get(), 0, RD_KAFKA_MSG_F_COPY, batch_.data(), static_cast<int>(count));
  if (taken == static_cast<int>(count)) {
    receipt = std::move(made);
    return {};
  }
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  for (const rd_kafka_message_t& message : batch_)
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      code = message.err;
      --messages_;
      bytes_ -= message.len;
    }
  const std::string words = "appending to the dedup log \"" + topic_ + "\": " + words_of(code);
  if (taken > 0) {
    torn_ = true;
    return {Fate::rebuild, words};
  }
  sent_.pop_back();
  return {code == RD_KAFKA_RESP_ERR__QUEUE_FULL ? Fate::retry : Fate::rebuild, words};
}

// On the writer's thread, in the order of the appends.
void LogWriter::delivered(const rd_kafka_message_t& message) {
  messages_ -= 1;
  bytes_ -= message.len;
  switch (message.err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR: break;
    case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
    case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT: return;
    default:
      if (refused_.empty())
        refused_ = "a message was refused: " + words_of(message.err) +
                   (is_authorization(message.err) ? "; grant Write on \"" + topic_ + "\"" : "");
  }
  if (message._private == nullptr || !refused_.empty()) return;  // refused: all that is open fails together
  Sent sent;
  {
    const std::lock_guard lock(mutex_);
    if (sent_.empty() || sent_.front().receipt.get() != message._private) return;
    sent = std::move(sent_.front());
    sent_.pop_front();
  }
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const std::int64_t time = rd_kafka_message_timestamp(&message, &type);
  const std::int64_t waited = (steady_clock::now() - sent.when) / milliseconds(1);
  answered_({message.offset, sent.sent_ms, type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME ? time : -1, waited,
             sent.messages, sent.receipt});
  sent.receipt->acknowledge(message.offset);
  woken_();
}

std::optional<steady_clock::time_point> LogWriter::waiting_since() const {
  const std::lock_guard lock(mutex_);
  return sent_.empty() ? std::nullopt : std::optional(sent_.front().when);
}

}  // namespace newsmill::kafka
