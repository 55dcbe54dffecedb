#pragma once
#include <string>
#include <vector>

#include "processors/score_topics/query_set.h"

namespace newsmill::score_topics {

/// When a query of a set is asked at all, for people.
struct Anchors {
  bool always = false;             ///< for every article: nothing has to be in all that it matches
  std::vector<std::string> words;  ///< else for an article that holds one of these, as written, sorted
};

/// For `newsmill topics explain`. O(terms of the set).
Anchors anchors_of(const QuerySet& set, QueryId id);

}  // namespace newsmill::score_topics
