// The whole state as bytes, for tests that hold a replayed referee against one that never stopped.
#include <algorithm>
#include <cstring>
#include <type_traits>
#include <vector>

#include "processors/dedup/referee.h"

namespace newsmill::dedup {
namespace {

class Bytes {
 public:
  template <class Value>
  void add(const Value& value) {
    static_assert(std::is_arithmetic_v<Value> || std::is_enum_v<Value>);
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    bytes_.append(bytes, sizeof value);
  }
  void add(const ArticleId& id) { bytes_.append(id.bytes.begin(), id.bytes.end()); }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

}  // namespace

std::string Referee::state() const {
  Bytes bytes;
  // Sequences count from wherever the log was read; offsets are the same for everybody.
  const auto place = [&](std::uint32_t sequence) {
    return sequence != kNone && articles_.is_live(sequence) ? articles_.at(sequence).offset : LogOffset{-1};
  };
  bytes.add(log_);
  // Nothing rests on a clock that was told longer ago than R: the next article tells it anew.
  bytes.add(knows_the_time() ? clock_ms_ : kNever);
  bytes.add(knows_the_time() ? newest_article_ms_ : kNever);
  bytes.add(newest_append_ms_);
  bytes.add(articles_.size());
  bytes.add(decided_);
  bytes.add(stories_.size());
  for (std::size_t i = 0; i < articles_.size(); ++i) {
    const LiveArticle& each = articles_.at(articles_.oldest() + static_cast<std::uint32_t>(i));
    bytes.add(each.offset);
    bytes.add(each.delivery.topic), bytes.add(each.delivery.content);
    bytes.add(each.delivery.partition), bytes.add(each.delivery.offset);
    bytes.add(each.article);
    bytes.add(each.arrival_ms), bytes.add(each.updated_ms), bytes.add(each.version);
    bytes.add(each.source), bytes.add(each.text), bytes.add(each.headline), bytes.add(each.skeleton);
    for (std::size_t bit = 0; bit < each.numbers.size(); ++bit) bytes.add(each.numbers[bit]);
    for (const std::uint8_t slot : each.min_hash) bytes.add(slot);
    for (std::size_t key = 0; key < each.key_count; ++key) bytes.add(each.keys[key]), bytes.add(place(each.same_key[key]));
    bytes.add(each.shingles), bytes.add(each.tokens), bytes.add(each.status), bytes.add(each.correction);
    bytes.add(each.clock_ms), bytes.add(each.append_ms), bytes.add(each.late), bytes.add(each.may_lead);
    bytes.add(leads(each));
    bytes.add(place(each.same_article)), bytes.add(place(each.kill)), bytes.add(place(each.earlier_day));
    bytes.add(place(articles_.of_delivery(each.delivery).value_or(kNone)));
    bytes.add(place(articles_.newest_of(each.article).value_or(kNone)));
    bytes.add(each.decided());
    if (!each.decided()) continue;
    const Verdict verdict = verdict_of(each);
    bytes.add(verdict.relation), bytes.add(verdict.story), bytes.add(verdict.since_ms);
    bytes.add(verdict.canonical.has_value());
    if (verdict.canonical) bytes.add(*verdict.canonical);
    bytes.add(verdict.similarity), bytes.add(verdict.related_count);
    for (std::size_t r = 0; r < verdict.related_count; ++r) bytes.add(verdict.related[r]);
    bytes.add(stories_.at(each.story).members);
    bytes.add(place(stories_.at(each.story).first)), bytes.add(place(stories_.at(each.story).last));
    if (each.may_lead) bytes.add(place(each.before)), bytes.add(place(each.after));
  }
  articles_.table().visit_all([&](std::size_t bucket, std::uint16_t tag, std::uint32_t sequence) {
    if (!articles_.is_live(sequence)) return;
    bytes.add(bucket), bytes.add(tag), bytes.add(place(sequence));
  });
  return bytes.take();
}

}  // namespace newsmill::dedup
