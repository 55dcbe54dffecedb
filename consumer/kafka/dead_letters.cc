#include "consumer/kafka/dead_letters.h"

#include <charconv>
#include <chrono>

#include "consumer/kafka/admin.h"
#include "consumer/kafka/delivery_place.h"
#include "consumer/kafka/fate.h"
#include "consumer/kafka/output.h"
#include "processors/core/delivery.h"
#include "processors/encode/dead_letter.h"

namespace newsmill::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
constexpr std::chrono::seconds kSilence{30};  // without a message or an end: the broker is away

std::string error_header(const StoredMessage& message, const char* name) {
  const std::string* const value = message.header(std::string(encode::kErrorPrefix) + name);
  return value != nullptr ? *value : std::string();
}

}  // namespace

DeadLetter read_dead_letter(StoredMessage message) {
  DeadLetter letter;
  letter.stage = error_header(message, "stage");
  letter.code = error_header(message, "code");
  letter.found = error_header(message, "found");
  letter.expected = error_header(message, "expected");
  letter.where = error_header(message, "where");
  letter.truncated = error_header(message, "truncated");
  letter.sha256 = error_header(message, "sha256");
  if (const std::string* const delivery = message.header(kDeliveryHeader)) letter.delivery = *delivery;
  letter.origin = parse_delivery(letter.delivery);
  letter.message = std::move(message);
  return letter;
}

bool DeadLetterFilter::matches(const DeadLetter& letter) const {
  if (stage && letter.stage != *stage) return false;
  if (code && letter.code != *code) return false;
  if (topic && (!letter.origin || letter.origin->first.topic != *topic)) return false;
  if (since_ms && letter.message.timestamp_ms < *since_ms) return false;
  return !until_ms || letter.message.timestamp_ms < *until_ms;
}

consumer::Outcome list_dead_letters(const config::Settings& settings, consumer::Logger& log,
                                    const DeadLetterFilter& filter, const std::function<bool(const DeadLetter&)>& each,
                                    const std::function<void(std::int64_t, std::int64_t)>& progress) {
  std::unique_ptr<TopicReader> reader;
  // From the beginning whatever the filter says: a dead letter carries the time of its article, which
  // need not grow along a partition, so a search by time could begin too late.
  if (auto outcome = TopicReader::open(settings, log, settings.output.deadletter, {filter.place, false},
                                       TopicReader::View::committed, reader);
      !outcome)
    return outcome;
  std::size_t matched = 0;
  std::int64_t read = 0;
  auto heard = steady_clock::now();
  while (!reader->done()) {
    auto message = reader->next(milliseconds(200));
    if (reader->failure()) return *reader->failure();
    if (!message) {
      if (steady_clock::now() - heard > kSilence) return {Fate::retry, "no broker answers any more"};
      continue;
    }
    heard = steady_clock::now();
    if (progress) progress(++read, reader->expected());
    const DeadLetter letter = read_dead_letter(std::move(*message));
    if (!filter.matches(letter)) continue;
    if (!each(letter)) return {};
    if (filter.limit != 0 && ++matched >= filter.limit) return {};
  }
  return {};
}

std::string why_not_replayed(const DeadLetter& letter) {
  if (letter.delivery.empty()) return "it has no header newsmill-delivery, so nobody knows where it came from";
  if (!letter.origin)
    return "its header newsmill-delivery is \"" + letter.delivery + "\", expected topic:partition:offset:hash";
  if (!letter.truncated.empty())
    return "it was cut (" + letter.truncated + "); the whole article is at " + letter.delivery +
           " as long as that topic keeps it";
  return {};
}

namespace {

// One run of replay: a producer, and the transaction that is open.
class Replay {
 public:
  Replay(const config::Settings& settings, consumer::Logger& log, ReplayCounts& counts)
      : settings_(settings), contact_(log), admin_(settings, contact_, &link_), counts_(counts) {}

  consumer::Outcome add(const DeadLetter& letter) {
    if (auto why = why_not_replayed(letter); !why.empty()) {
      counts_.refused.emplace_back(letter, std::move(why));
      return {};
    }
    const std::string& topic = letter.origin->first.topic;
    if (!limits_.contains(topic))
      if (auto outcome = open(topic); !outcome) return outcome;
    std::vector<Header> headers;
    std::size_t bytes = 0;
    for (const auto& [name, value] : letter.message.headers) {
      if (name.starts_with(encode::kErrorPrefix)) continue;
      headers.push_back({name, value ? std::optional<std::string_view>(*value) : std::nullopt});
      bytes += name.size() + value.value_or("").size();
    }
    consumer::Record record;
    record.topic = topic;
    if (letter.message.key) record.key = *letter.message.key;
    if (letter.message.value) record.value = *letter.message.value;
    record.headers = headers;
    bytes += record.key.value_or("").size() + record.value.value_or("").size();
    if (records_ == 0)
      if (auto outcome = output_->begin(); !outcome) return outcome;
    if (auto outcome = insist([&] { return output_->produce(record); }); !outcome) return outcome;
    bytes_ += bytes;
    if (++records_ < kReplayRecords && bytes_ < kReplayBytes) return {};
    return commit();
  }
  consumer::Outcome commit() {
    if (records_ == 0) return {};
    if (auto outcome = output_->commit(); !outcome) return outcome;
    counts_.replayed += records_;
    records_ = bytes_ = 0;
    return {};
  }
  /// Ends what is open, as far as a broker is there to hear it: readers of the topic would wait for the
  /// transaction to expire otherwise.
  void drop() {
    if (records_ != 0 && link_.is_up()) output_->abort();
    records_ = bytes_ = 0;
  }

 private:
  // A producer knows its topics from the start, so a new topic means a new one.
  consumer::Outcome open(const std::string& topic) {
    if (auto outcome = commit(); !outcome) return outcome;
    TopicState state;
    if (auto outcome = admin_.describe(topic, state); !outcome) return outcome;
    if (!state.exists)
      return {Fate::rebuild, "the topic \"" + topic + "\", where dead letters came from, does not exist"};
    std::size_t limit = settings_.input.max_bytes * 2;  // the broker has the last word
    if (const auto found = state.settings.find("max.message.bytes"); found != state.settings.end())
      std::from_chars(found->second.data(), found->second.data() + found->second.size(), limit);
    limits_[topic] = limit;
    output_ = std::make_unique<KafkaOutput>(settings_, settings_.kafka.group + "-" + settings_.instance + "-replay",
                                            limits_, contact_, link_);
    return insist([&] { return output_->recycle(); });
  }
  template <class Call>
  consumer::Outcome insist(const Call& call) {
    const auto deadline = steady_clock::now() + kSilence;
    for (;;) {
      auto outcome = call();
      if (outcome.fate != Fate::retry || steady_clock::now() > deadline) return outcome;
    }
  }

  const config::Settings& settings_;
  Contact contact_;
  consumer::Link link_;
  Admin admin_;
  ReplayCounts& counts_;
  Limits limits_;
  std::unique_ptr<KafkaOutput> output_;
  std::size_t records_ = 0, bytes_ = 0;  // of the open transaction
};

}  // namespace

consumer::Outcome replay_dead_letters(const config::Settings& settings, consumer::Logger& log,
                                      const DeadLetterFilter& filter, ReplayCounts& counts,
                                      const std::function<void(std::int64_t, std::int64_t)>& progress) {
  counts = {};
  Replay replay(settings, log, counts);
  consumer::Outcome broken;
  auto outcome = list_dead_letters(settings, log, filter,
                                   [&](const DeadLetter& letter) {
                                     broken = replay.add(letter);
                                     return static_cast<bool>(broken);
                                   }, progress);
  if (broken && outcome) return replay.commit();
  replay.drop();
  return broken ? outcome : broken;
}

}  // namespace newsmill::kafka
