#include "processors/dedup/judge.h"

#include <algorithm>

#include "processors/index/min_hash.h"

namespace newsmill::dedup {
namespace {

constexpr std::int64_t kHour = 3'600'000;

// Chosen on the labelled pairs of bench/dedup_accuracy; docs/scoreboard.md has what they give.
constexpr double kContained = 0.6;          // least containment of a copy
constexpr double kContainedDoubtful = 0.7;  // the same by one key only, or of one source under another headline
constexpr double kNoise = 0.06;             // below this Jaccard a few lucky slots would be scaled up
constexpr double kNear = 0.7;               // least Jaccard of `near`
constexpr double kFarApart = 0.35;          // of sizes: below, the min-hash says little, and keys help
constexpr std::uint32_t kSharedKeys = 3;
constexpr double kContainedByKeys = 0.3;    // that many keys may be in one passage that both quote
constexpr double kVeryFarApart = 0.2;       // of sizes: below, the min-hash says nothing
constexpr double kNumbersAgree = 0.87;      // least agreement of the numbers
constexpr double kWordsANumber = 100;       // in that many words one number may be another, if the text is
constexpr double kSameText = 0.7;           // contained at least so much
constexpr double kSeriesContained = 0.95;
constexpr std::uint32_t kSeriesDays = 3;
constexpr double kCorrectedAgree = 0.5;     // least agreement with what is corrected, which is not all of it
constexpr std::int64_t kCorrectedWithin = 48 * kHour;
constexpr std::uint16_t kShort = 40;        // words
// Least containment of such a text, and least Jaccard where only one key led to the other article.
constexpr double kShortContained = 0.75, kShortAlike = 0.4;
constexpr std::int64_t kShortWithin = 48 * kHour;
constexpr std::uint16_t kRecurring = 60;    // words
constexpr std::int64_t kRecurringWithin = 72 * kHour;

/// Of the numbers of the text that has fewer, how many are not in the other one, and the share of the
/// others, corrected for bits that are set there anyway.
struct Numbers {
  using Set = decltype(Sketch::numbers);

  Numbers(const Set& a, const Set& b) {
    const bool first_has_fewer = a.count() <= b.count();
    const Set &fewer = first_has_fewer ? a : b, &more = first_has_fewer ? b : a;
    missing = static_cast<double>((fewer & ~more).count());
    if (missing == 0) return;
    const auto all = static_cast<double>(fewer.count());
    const double by_chance = static_cast<double>(more.count()) / static_cast<double>(more.size());
    agreement = ((all - missing) / all - by_chance) / (1 - by_chance);
  }
  double missing = 0, agreement = 1;
};

Relation relation_of(const Sketch& later, const Sketch& earlier, double jaccard) {
  if (jaccard >= kNear || later.shingles == earlier.shingles) return Relation::near;
  return later.shingles < earlier.shingles ? Relation::subset : Relation::superset;
}

}  // namespace

Judgement weigh(const Fingerprint& later, const Fingerprint& earlier, const Circumstances& circumstances) {
  const Sketch &a = later.sketch, &b = earlier.sketch;
  const bool same_source = later.source != 0 && later.source == earlier.source;
  const std::uint16_t shorter = std::min(a.tokens, b.tokens);
  Judgement judgement;
  const auto no = [&](std::string_view rule) {
    judgement.rule = rule;
    return judgement;
  };
  if (shorter < kRecurring && same_source && circumstances.gap_ms > kRecurringWithin)
    return no("short texts of one source recur: after 72 hours they are no copies");
  if (later.text != 0 && later.text == earlier.text) {
    judgement.jaccard = judgement.contained = 1;
    judgement.match = Match{Relation::exact, 1};
    judgement.rule = "the same words in the same order";
    return judgement;
  }
  if (a.shingles == 0 || b.shingles == 0) return no("one of them has no text to compare");

  const double jaccard = index::jaccard(a.min_hash, b.min_hash);
  const double small = std::min(a.shingles, b.shingles), large = std::max(a.shingles, b.shingles);
  const double contained = std::min(1.0, jaccard * (small + large) / ((1 + jaccard) * small));
  judgement.jaccard = jaccard;
  judgement.contained = contained;
  const auto yes = [&](std::string_view rule) {
    judgement.match = Match{relation_of(a, b, jaccard), contained};
    judgement.rule = rule;
    return judgement;
  };
  const Numbers numbers(a.numbers, b.numbers);
  if (later.correction && contained >= kSameText && numbers.agreement >= kCorrectedAgree &&
      circumstances.gap_ms <= kCorrectedWithin)
    return yes("the headline says that it corrects an earlier one, so numbers may differ");
  const bool series = same_source && later.skeleton != 0 && later.skeleton == earlier.skeleton &&
                      circumstances.series_days >= kSeriesDays;
  if (series)
    return contained >= kSeriesContained && a.numbers == b.numbers
               ? yes("one of a series of this source, and nearly the same with the same numbers")
               : no("one of a series of this source: its texts are copies only when they are nearly the same, with the "
                    "same numbers");

  // What one house prints under another headline is more often made from one template than a copy.
  const bool same_house = same_source && (later.headline == 0 || later.headline != earlier.headline);
  std::string_view alike = "enough of the shorter text is in the longer one, and the numbers agree";
  if (shorter < kShort) {
    if (circumstances.gap_ms > kShortWithin) return no("short texts are compared within 48 hours only");
    if (contained < kShortContained || (jaccard < kShortAlike && circumstances.shared_keys < 2))
      return no("short texts must have more in common");
    alike = "short texts that have nearly everything in common, and the numbers agree";
  } else {
    const double trust = small < kVeryFarApart * large ? 0 : kContainedByKeys;
    const bool by_keys =
        small < kFarApart * large && circumstances.shared_keys >= kSharedKeys && contained >= trust;
    const double least = circumstances.shared_keys > 1 && !same_house ? kContained : kContainedDoubtful;
    if (!by_keys && (contained < least || jaccard < kNoise))
      return no("not enough of the shorter text is in the longer one");
    if (by_keys)
      alike = "a much shorter text that shares three keys or more with the longer one, and the numbers agree";
  }
  if (same_house && numbers.missing > 0)
    return no("alike, but of one source under another headline and with another number: one template, two articles");
  if (numbers.agreement < kNumbersAgree && !(contained >= kSameText && numbers.missing * kWordsANumber < shorter))
    return no("alike, but with other numbers: one template, two articles");
  return yes(alike);
}

std::optional<Match> judge(const Fingerprint& later, const Fingerprint& earlier, const Circumstances& circumstances) {
  return weigh(later, earlier, circumstances).match;
}

}  // namespace newsmill::dedup
