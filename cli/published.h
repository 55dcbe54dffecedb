#pragma once
#include "processors/core/fingerprint.h"
#include "processors/core/result.h"
#include "processors/core/sources.h"
#include "processors/core/verdict.h"
#include "processors/dedup/sketcher.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace newsmill::cli {

/// A record of the enriched topic, read back as far as the referee of dedup needs it.
struct Published {
  Fingerprint fingerprint;
  std::optional<Verdict> verdict;  ///< none: it was written while dedup was switched off
};

/// Makes the fingerprint that the article had when the record was written, from the published text and
/// what else stands in the record, and takes its verdict from `story`. Lost are the milliseconds of
/// `updated` and of the story's birth, which a record does not carry, and whether the provider's version
/// was "1" or none, which counts as none.
///   timestamp_ms  of the record's message, which is that of the article
///   cost          that of the sketch and of one pass over the record
/// Errors: what is no record of newsmill, in words.
Result<Published> read_published(std::string_view record, std::int64_t timestamp_ms, const Sources& sources,
                                 dedup::Sketcher& sketcher);

}  // namespace newsmill::cli
