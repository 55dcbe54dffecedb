#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "processors/core/fingerprint.h"
#include "processors/core/verdict.h"

/// Copies of news articles: their sketches, what two of them have in common, and the referee that
/// decides which story an article belongs to.
namespace newsmill::dedup {

/// What the sketches of two articles do not say, and their comparison needs.
struct Circumstances {
  std::uint32_t shared_keys = 0;  ///< of Sketch::keys
  std::int64_t gap_ms = 0;        ///< between their clocks
  std::uint32_t series_days = 0;  ///< days on which this source had this headline skeleton, among what is live
};

struct Match {
  Relation relation = Relation::near;  ///< exact, near, subset or superset: how `later` stands to `earlier`
  double similarity = 0;               ///< containment of the shorter text in the longer, [0,1]
};

/// What a comparison came to, and why; for whoever has to explain it.
struct Judgement {
  std::optional<Match> match;
  std::string_view rule;  ///< that decided, in words; static
  double jaccard = 0;     ///< of the sets of 3-word shingles, estimated
  double contained = 0;   ///< share of the smaller set in the larger, estimated
};
Judgement weigh(const Fingerprint& later, const Fingerprint& earlier, const Circumstances& circumstances);

/// Whether `later` is a copy of `earlier`, by their texts. Pure, about 20 ns. Ids, versions and updates
/// are the referee's business.
std::optional<Match> judge(const Fingerprint& later, const Fingerprint& earlier, const Circumstances& circumstances);

}  // namespace newsmill::dedup
