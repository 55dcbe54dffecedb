#include "tests/chaos/observer.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>
#include <utility>

namespace newsmill::chaos {
namespace {

using std::chrono_literals::operator""ms;

/// Takes "topic:partition:offset:hash" apart from the right: a topic may hold colons of its own one day.
void take_delivery(const std::string& text, const std::string& raw_topic, Seen& seen) {
  const std::size_t hash = text.rfind(':');
  const std::size_t offset = hash == std::string::npos || hash == 0 ? hash : text.rfind(':', hash - 1);
  const std::size_t partition = offset == std::string::npos || offset == 0 ? offset : text.rfind(':', offset - 1);
  if (partition == std::string::npos || text.substr(0, partition) != raw_topic) return;
  Place place{-1, -1};
  std::from_chars(text.data() + partition + 1, text.data() + offset, place.first);
  std::from_chars(text.data() + offset + 1, text.data() + hash, place.second);
  seen.hash = text.substr(hash + 1);
  seen.source = place;
}

std::string fed_id_in(const std::string& record) {
  const std::size_t begin = record.find("\"chaos-");
  if (begin == std::string::npos) return "";
  return record.substr(begin + 1, record.find('"', begin + 1) - begin - 1);
}

/// The object behind `"story":`; it holds no other one. A quote in a text has a backslash before it.
std::string story_in(const std::string& record) {
  static constexpr std::string_view kName = "\"story\":";
  const std::size_t name = record.find(kName);
  if (name == std::string::npos) return "";
  const std::size_t begin = name + kName.size();
  if (begin >= record.size() || record[begin] != '{') return "";
  return record.substr(begin, record.find('}', begin) + 1 - begin);
}

}  // namespace

LogMessage log_message_of(test::KafkaRecord record) {
  return {record.offset, record.timestamp, std::move(record.value).value_or("")};
}

Seen seen_of(const test::KafkaRecord& record, const std::string& raw_topic, bool dead_letter) {
  Seen seen;
  seen.place = {record.partition, record.offset};
  seen.digest = digest_of(record);
  take_delivery(record.header("newsmill-delivery").value_or(""), raw_topic, seen);
  if (!dead_letter) {
    const std::string value = record.value.value_or("");
    seen.id = fed_id_in(value);
    seen.article = record.key.value_or("");
    seen.story = record.header("newsmill-story").value_or("");
    seen.relation = record.header("newsmill-relation").value_or("");
    seen.story_json = story_in(value);
    return seen;
  }
  seen.id = record.header("fed-as").value_or("");
  seen.code = record.header("newsmill-error-code").value_or("absent");
  test::KafkaRecord original = record;
  std::erase_if(original.headers, [](const test::KafkaHeader& header) { return header.name.starts_with("newsmill-"); });
  seen.original = digest_of(original);
  return seen;
}

Tail::Tail(const std::string& bootstrap, std::string topic, std::string raw_topic, int partitions, test::KafkaView view,
           bool dead_letters)
    : raw_topic_(std::move(raw_topic)),
      dead_letters_(dead_letters),
      reader_(bootstrap, std::move(topic), partitions, view) {}

void Tail::read(std::chrono::milliseconds wait) {
  while (const std::optional<test::KafkaRecord> record = reader_.next(wait)) {
    seen_.push_back(seen_of(*record, raw_topic_, dead_letters_));
    wait = 0ms;
  }
}

Observer::Observer(std::string bootstrap, Topics topics)
    : bootstrap_(std::move(bootstrap)),
      topics_(std::move(topics)),
      log_reader_(bootstrap_, topics_.dedup, 1, test::KafkaView::uncommitted) {
  for (const test::KafkaView view : {test::KafkaView::committed, test::KafkaView::uncommitted})
    for (const bool dead : {false, true})
      tails_[static_cast<int>(view)][dead] = std::make_unique<Tail>(
          bootstrap_, dead ? topics_.deadletter : topics_.enriched, topics_.raw, topics_.partitions, view, dead);
  tailing_ = std::thread([this] { tail(); });
  sampling_ = std::thread([this] { sample(); });
}

Observer::~Observer() {
  end_ = true;
  tailing_.join();
  sampling_.join();
}

void Observer::tail() {
  while (!end_) {
    for (auto& view : tails_)
      for (auto& one : view) {
        const std::lock_guard lock(mutex_);
        one->read(2ms);
      }
    {
      const std::lock_guard lock(mutex_);
      for (auto wait = 2ms; std::optional<test::KafkaRecord> record = log_reader_.next(wait); wait = 0ms)
        log_.push_back(log_message_of(std::move(*record)));
    }
    std::this_thread::sleep_for(10ms);
  }
}

void Observer::sample() {
  test::KafkaClient client(bootstrap_);
  while (!end_) {
    try {
      const std::vector<std::int64_t> now = client.committed(topics_.group, topics_.raw, 3000ms);
      const std::lock_guard lock(mutex_);
      for (std::size_t i = 0; i < offsets_.size(); ++i) fell_ += now[i] < offsets_[i];
      offsets_ = now;
    } catch (const std::runtime_error&) {
      // The broker is away, or a transaction holds the offsets back: the next look will tell.
    }
    std::this_thread::sleep_for(200ms);
  }
}

Observer::View Observer::committed() const {
  const std::lock_guard lock(mutex_);
  return {tails_[0][0]->seen(), tails_[0][1]->seen()};
}

std::vector<LogMessage> Observer::log(std::size_t first) const {
  const std::lock_guard lock(mutex_);
  return {log_.begin() + static_cast<std::ptrdiff_t>(std::min(first, log_.size())), log_.end()};
}

dedup::LogOffset Observer::log_end() const {
  const std::lock_guard lock(mutex_);
  return log_.empty() ? 0 : log_.back().offset + 1;
}

std::size_t Observer::arrived() const {
  const std::lock_guard lock(mutex_);
  std::set<Place> sources;
  for (const auto& one : tails_[0])
    for (const Seen& seen : one->seen())
      if (seen.source) sources.insert(*seen.source);
  return sources.size();
}

std::size_t Observer::aborted() const {
  const std::lock_guard lock(mutex_);
  std::size_t hidden = 0;
  for (const bool dead : {false, true}) {
    std::set<Place> shown;
    std::map<std::int32_t, std::int64_t> last;
    for (const Seen& seen : tails_[0][dead]->seen()) {
      shown.insert(seen.place);
      last[seen.place.first] = std::max(last[seen.place.first], seen.place.second);
    }
    for (const Seen& seen : tails_[1][dead]->seen())
      hidden += seen.place.second < last[seen.place.first] && !shown.contains(seen.place);
  }
  return hidden;
}

std::vector<std::int64_t> Observer::offsets() const {
  const std::lock_guard lock(mutex_);
  return offsets_;
}

}  // namespace newsmill::chaos
