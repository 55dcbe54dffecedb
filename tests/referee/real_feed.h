#pragma once
#include <optional>
#include <vector>

#include "processors/core/fingerprint.h"

namespace newsmill::test {

/// The articles of the feed `saudinewsnet` of the shared development news, through decode, normalize
/// and dedup, in the order in which they were published, which is also their arrival: 4,587 articles
/// of 21.7 days with a gap of 75 hours. None when the data folder is absent. About 2 s; any thread.
std::optional<std::vector<Fingerprint>> read_real_feed();

}  // namespace newsmill::test
