#include "processors/dedup/judge.h"

#include <algorithm>
#include <bit>

#include "processors/index/min_hash.h"

namespace newsmill::dedup {
namespace {

constexpr std::int64_t kHour = 3'600'000;

// From the measurements in docs/dedup.md.
constexpr double kContained = 0.6;          // least containment of a copy
constexpr double kContainedByOneKey = 0.7;  // the same where only one key led to the other article
constexpr double kNoise = 0.06;             // below this Jaccard a few lucky slots would be scaled up
constexpr double kNear = 0.7;               // least Jaccard of `near`
constexpr double kFarApart = 0.25;          // of sizes: below, the sketch says little and keys decide
constexpr std::uint32_t kSharedKeys = 3;
constexpr double kNumbersAgree = 0.8;       // least agreement of the numbers
constexpr double kWordsANumber = 100;       // in that many words one number may be another, if the text is
constexpr double kSameText = 0.8;           // contained at least so much
constexpr double kSeriesContained = 0.95;
constexpr std::uint32_t kSeriesDays = 3;
constexpr std::int64_t kCorrectedWithin = 48 * kHour;
constexpr std::uint16_t kShort = 40;        // words
constexpr double kShortContained = 0.75, kShortAlike = 0.4;  // least containment and Jaccard of such a text
constexpr std::int64_t kShortWithin = 48 * kHour;
constexpr std::uint16_t kRecurring = 60;    // words
constexpr std::int64_t kRecurringWithin = 72 * kHour;

/// Whether two texts tell the same numbers. Of the one that has fewer, most must be in the other: their
/// share corrected for bits that are set there anyway. A long text may differ in a few.
bool numbers_agree(std::uint64_t fewer, std::uint64_t more, std::uint16_t words, double contained) {
  if (std::popcount(fewer) > std::popcount(more)) std::swap(fewer, more);
  const double all = std::popcount(fewer), missing = std::popcount(fewer & ~more);
  if (missing == 0) return true;
  const double by_chance = std::popcount(more) / 64.0;
  if (((all - missing) / all - by_chance) / (1 - by_chance) >= kNumbersAgree) return true;
  return contained >= kSameText && missing * kWordsANumber < words;
}

Relation relation_of(const Sketch& later, const Sketch& earlier, double jaccard) {
  if (jaccard >= kNear || later.shingles == earlier.shingles) return Relation::near;
  return later.shingles < earlier.shingles ? Relation::subset : Relation::superset;
}

}  // namespace

std::optional<Match> judge(const Fingerprint& later, const Fingerprint& earlier, const Circumstances& circumstances) {
  const Sketch &a = later.sketch, &b = earlier.sketch;
  const bool same_source = later.source != 0 && later.source == earlier.source;
  const std::uint16_t shorter = std::min(a.tokens, b.tokens);
  if (shorter < kRecurring && same_source && circumstances.gap_ms > kRecurringWithin) return std::nullopt;
  if (later.text != 0 && later.text == earlier.text) return Match{Relation::exact, 1};
  if (a.shingles == 0 || b.shingles == 0) return std::nullopt;

  const double jaccard = index::jaccard(a.min_hash, b.min_hash);
  const double small = std::min(a.shingles, b.shingles), large = std::max(a.shingles, b.shingles);
  const double contained = std::min(1.0, jaccard * (small + large) / ((1 + jaccard) * small));
  const Match match{relation_of(a, b, jaccard), contained};
  const bool series = same_source && later.skeleton != 0 && later.skeleton == earlier.skeleton &&
                      circumstances.series_days >= kSeriesDays;
  if (series) return contained >= kSeriesContained && a.numbers == b.numbers ? std::optional(match) : std::nullopt;

  if (shorter < kShort) {
    if (contained < kShortContained || jaccard < kShortAlike || circumstances.gap_ms > kShortWithin)
      return std::nullopt;
  } else {
    const bool by_keys = small < kFarApart * large && circumstances.shared_keys >= kSharedKeys;
    const double least = circumstances.shared_keys > 1 ? kContained : kContainedByOneKey;
    if (!by_keys && (contained < least || jaccard < kNoise)) return std::nullopt;
  }
  const bool corrected = later.correction && contained >= kSameText && circumstances.gap_ms <= kCorrectedWithin;
  if (!corrected && !numbers_agree(a.numbers, b.numbers, shorter, contained)) return std::nullopt;
  return match;
}

}  // namespace newsmill::dedup
