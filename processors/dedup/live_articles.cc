#include "processors/dedup/live_articles.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace newsmill::dedup {
namespace {

// A series that is older is one by then; and no walk is longer.
constexpr std::uint32_t kMostDays = 16;

std::uint64_t mix(std::uint64_t value) {  // the finalizer of SplitMix64 (Steele et al., OOPSLA 2014)
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

std::uint64_t hash(const Fingerprint::Delivery& delivery) {
  return mix(delivery.topic ^ mix(delivery.content ^ mix(static_cast<std::uint64_t>(delivery.offset) +
                                                        static_cast<std::uint32_t>(delivery.partition))));
}

std::uint64_t hash(const ArticleId& article) {
  std::uint64_t halves[2];
  std::memcpy(halves, article.bytes.data(), sizeof halves);
  return mix(halves[0] ^ mix(halves[1]));
}

template <class Article>
std::uint64_t series(const Article& article) {
  return mix(article.source ^ mix(article.skeleton));
}
template <class Article>
bool is_series(const Article& article) {
  return article.source != 0 && article.skeleton != 0;
}

std::int64_t day(const LiveArticle& article, bool still_clock) {
  const std::int64_t ms = still_clock ? article.arrival_ms : article.clock_ms;
  return ms / 86'400'000;
}

}  // namespace

Fingerprint LiveArticle::fingerprint() const {
  Fingerprint fingerprint;
  fingerprint.delivery = delivery;
  fingerprint.article = article;
  fingerprint.arrival_ms = arrival_ms;
  fingerprint.may_lead = may_lead;
  fingerprint.status = status;
  fingerprint.version = version;
  fingerprint.updated_ms = updated_ms;
  fingerprint.source = source;
  fingerprint.text = text;
  fingerprint.headline = headline;
  fingerprint.skeleton = skeleton;
  fingerprint.correction = correction;
  fingerprint.sketch.min_hash = min_hash;
  fingerprint.sketch.numbers = numbers;
  fingerprint.sketch.shingles = shingles;
  fingerprint.sketch.tokens = tokens;
  return fingerprint;
}

std::uint32_t shared_keys(const LiveArticle& one, const LiveArticle& other) {
  std::uint32_t shared = 0;
  for (std::size_t i = 0, j = 0; i < one.key_count && j < other.key_count;) {
    const std::uint32_t a = one.keys[i], b = other.keys[j];
    shared += a == b;
    i += a <= b;
    j += b <= a;
  }
  return shared;
}

LiveArticles::LiveArticles(std::uint64_t records) : table_(records, Sketch::kKeys) {}

LiveArticle& LiveArticles::grow() {
  if (end_ / kChunk - begin_ / kChunk == chunks_.size())
    chunks_.push_back(spare_ ? std::move(spare_) : std::make_unique<Chunk>());
  ++end_;
  return at(static_cast<std::uint32_t>(end_ - 1));
}

void LiveArticles::prefetch(const Fingerprint& fingerprint) const {
  deliveries_.prefetch(hash(fingerprint.delivery));
  newest_.prefetch(hash(fingerprint.article));
  if (is_series(fingerprint)) series_.prefetch(series(fingerprint));
  const std::size_t count = std::min<std::size_t>(fingerprint.sketch.key_count, Sketch::kKeys);
  for (std::size_t i = 0; i < count; ++i) table_.prefetch(fingerprint.sketch.keys[i]);
}

std::uint32_t LiveArticles::add(const Fingerprint& fingerprint, LogOffset offset, std::int64_t clock_ms,
                                std::int64_t append_ms, bool late, bool still_clock) {
  LiveArticle& added = grow();
  const auto sequence = static_cast<std::uint32_t>(end_ - 1);
  added = {};
  added.delivery = fingerprint.delivery;
  added.article = fingerprint.article;
  added.arrival_ms = fingerprint.arrival_ms;
  added.updated_ms = fingerprint.updated_ms;
  added.version = fingerprint.version;
  added.source = fingerprint.source;
  added.text = fingerprint.text;
  added.headline = fingerprint.headline;
  added.skeleton = fingerprint.skeleton;
  added.numbers = fingerprint.sketch.numbers;
  added.min_hash = fingerprint.sketch.min_hash;
  added.shingles = fingerprint.sketch.shingles;
  added.tokens = fingerprint.sketch.tokens;
  added.status = fingerprint.status;
  added.correction = fingerprint.correction;
  added.offset = offset;
  added.clock_ms = clock_ms;
  added.append_ms = append_ms;
  added.late = late;
  added.may_lead = fingerprint.may_lead && !late;

  const std::size_t count = std::min<std::size_t>(fingerprint.sketch.key_count, Sketch::kKeys);
  for (std::size_t i = 0; i < count; ++i) added.keys[i] = fingerprint.sketch.keys[i];
  std::sort(added.keys.begin(), added.keys.begin() + count);
  added.key_count = static_cast<std::uint8_t>(
      std::unique(added.keys.begin(), added.keys.begin() + count) - added.keys.begin());

  deliveries_.insert(hash(added.delivery), sequence);

  const auto same_article = newest_of(added.article);
  added.same_article = same_article.value_or(kNone);
  // Only what is live is handed on, or who knows it would hand it on for ever.
  const std::uint32_t kill = same_article ? at(*same_article).kill : kNone;
  added.kill = added.status == Fingerprint::Status::canceled ? sequence : is_live(kill) ? kill : kNone;
  newest_.assign(hash(added.article), sequence,
                 [&](std::uint32_t other) { return at(other).article == added.article; });

  added.earlier_day = kNone;
  if (is_series(added)) {
    const auto same = [&](std::uint32_t other) {
      return at(other).source == added.source && at(other).skeleton == added.skeleton;
    };
    if (const auto last = series_.find(series(added), same))
      added.earlier_day = day(at(*last), still_clock) == day(added, still_clock) ? at(*last).earlier_day : *last;
    series_.assign(series(added), sequence, same);
  }

  for (std::size_t i = 0; i < added.key_count; ++i) {
    added.same_key[i] = kNone;
    table_.visit(added.keys[i], [&](std::uint32_t other) {
      if (!is_live(other)) return false;  // and neither are those before it
      if (at(other).place_of(added.keys[i]) == at(other).key_count) return true;  // another key of the same tag
      added.same_key[i] = other;
      return false;
    });
    // What never leads is never a candidate, and would only push others out.
    if (added.may_lead) table_.insert(added.keys[i], sequence, oldest());
  }
  return sequence;
}

void LiveArticles::remove_oldest() {
  const LiveArticle& leaving = at(oldest());
  deliveries_.erase(hash(leaving.delivery), oldest());
  newest_.erase(hash(leaving.article), oldest());  // if no newer one stands there
  if (is_series(leaving)) series_.erase(series(leaving), oldest());
  ++begin_;
  if (begin_ % kChunk == 0) {
    spare_ = std::move(chunks_.front());
    chunks_.pop_front();
  }
  prefetch_leaving();
}

/// Of those that leave soon: articles leave in a row, one for each that comes.
void LiveArticles::prefetch_leaving() const {
  constexpr std::uint32_t kSoon = 4, kLater = 2 * kSoon;
  if (size() <= kLater) return;
  const LiveArticle& soon = at(oldest() + kSoon);
  deliveries_.prefetch(hash(soon.delivery));
  newest_.prefetch(hash(soon.article));
  if (is_series(soon)) series_.prefetch(series(soon));
  const auto* const later = reinterpret_cast<const char*>(&at(oldest() + kLater));
  for (std::size_t line = 0; line < sizeof(LiveArticle); line += 64) __builtin_prefetch(later + line);
}

std::optional<std::uint32_t> LiveArticles::of_delivery(const Fingerprint::Delivery& delivery) const {
  return deliveries_.find(hash(delivery), [&](std::uint32_t other) { return at(other).delivery == delivery; });
}

std::optional<std::uint32_t> LiveArticles::of_offset(LogOffset offset) const {
  if (size() == 0) return std::nullopt;
  const LogOffset newest = at(static_cast<std::uint32_t>(end_ - 1)).offset;
  if (offset < 0 || offset > newest) return std::nullopt;
  // Most are asked about soon after they came, and offsets ascend: it is at most that far from the end.
  const auto back = static_cast<std::uint64_t>(newest - offset);
  auto high = static_cast<std::uint32_t>(size());
  std::uint32_t low = back < high ? high - 1 - static_cast<std::uint32_t>(back) : 0;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (at(oldest() + middle).offset < offset) low = middle + 1;
    else high = middle;
  }
  if (low == size() || at(oldest() + low).offset != offset) return std::nullopt;
  return oldest() + low;
}

std::optional<std::uint32_t> LiveArticles::newest_of(const ArticleId& article) const {
  return newest_.find(hash(article), [&](std::uint32_t other) { return at(other).article == article; });
}

std::uint32_t LiveArticles::series_days(const LiveArticle& article, bool still_clock) const {
  if (!is_series(article)) return 0;
  std::array<std::int64_t, kMostDays> days;
  std::uint32_t count = 0, steps = 0;
  // With a still clock days are not in order, so one may come again.
  for (const LiveArticle* each = &article; count < kMostDays && steps < 4 * kMostDays; ++steps) {
    const std::int64_t its = day(*each, still_clock);
    if (std::find(days.begin(), days.begin() + count, its) == days.begin() + count) days[count++] = its;
    if (each->earlier_day == kNone || !is_live(each->earlier_day)) break;
    each = &at(each->earlier_day);
  }
  return count;
}

std::size_t LiveArticles::bytes() const {
  return (chunks_.size() + (spare_ ? 1 : 0)) * sizeof(Chunk) + deliveries_.bytes() + newest_.bytes() +
         series_.bytes() + table_.bytes();
}

}  // namespace newsmill::dedup
