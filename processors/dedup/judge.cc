#include "processors/dedup/judge.h"

#include <algorithm>
#include <bit>

#include "processors/index/min_hash.h"

namespace newsmill::dedup {
namespace {

constexpr std::int64_t kHour = 3'600'000;

// From the measurements in docs/dedup.md.
constexpr double kContained = 0.6;       // least containment of a copy
constexpr double kNoise = 0.06;          // below this Jaccard a few lucky slots would be scaled up
constexpr double kNumbersAgree = 0.8;    // least agreement of the numbers
constexpr double kNear = 0.7;            // least Jaccard of `near`
constexpr double kFarApart = 0.25;       // of sizes: below, the sketch says little and keys decide
constexpr std::uint32_t kSharedKeys = 3;
constexpr double kSeriesContained = 0.95;
constexpr std::uint32_t kSeriesDays = 3;
constexpr double kCorrected = 0.9;       // least containment of a correction that does not say so
constexpr std::int64_t kCorrectedWithin = 48 * kHour;
constexpr std::uint16_t kShort = 30;     // words
constexpr double kShortAlike = 0.6;
constexpr std::int64_t kShortWithin = 48 * kHour;
constexpr std::uint16_t kRecurring = 60;  // words
constexpr std::int64_t kRecurringWithin = 72 * kHour;

/// Share of the numbers of the article that has fewer which are in the other too, corrected for bits
/// that are set there anyway; 1 when there are none to compare.
double number_agreement(std::uint64_t a, std::uint64_t b) {
  if (std::popcount(a) > std::popcount(b)) std::swap(a, b);
  if (a == 0 || b == ~std::uint64_t{0}) return 1;
  const double by_chance = std::popcount(b) / 64.0;
  const double found = static_cast<double>(std::popcount(a & b)) / std::popcount(a);
  return (found - by_chance) / (1 - by_chance);
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
  double contained = std::min(1.0, jaccard * (small + large) / ((1 + jaccard) * small));
  const double numbers = number_agreement(a.numbers, b.numbers);
  const bool same_numbers = a.numbers == b.numbers;

  if (shorter < kShort) {
    if (jaccard < kShortAlike || !same_numbers || circumstances.gap_ms > kShortWithin) return std::nullopt;
    return Match{relation_of(a, b, jaccard), contained};
  }
  const bool series = same_source && later.skeleton != 0 && later.skeleton == earlier.skeleton &&
                      circumstances.series_days >= kSeriesDays;
  if (series) {
    if (contained < kSeriesContained || !same_numbers) return std::nullopt;
    return Match{relation_of(a, b, jaccard), contained};
  }
  const bool far_apart = small < kFarApart * large;
  const bool alike = (contained >= kContained && jaccard >= kNoise) ||
                     (far_apart && circumstances.shared_keys >= kSharedKeys);
  if (!alike) return std::nullopt;
  const bool corrected = later.correction || (same_source && circumstances.gap_ms <= kCorrectedWithin && contained >= kCorrected);
  if (numbers < kNumbersAgree && !corrected) return std::nullopt;
  return Match{relation_of(a, b, jaccard), std::max(contained, kContained)};
}

}  // namespace newsmill::dedup
