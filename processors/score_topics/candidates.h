#pragma once
#include <cstdint>
#include <vector>

#include "processors/score_topics/query_program.h"

namespace newsmill::score_topics {

/// Files every query of a program under few terms such that any article it matches holds one of them, so
/// that an article meets only the queries filed under its own terms:
///   AND, NEAR, phrase   the kid that is cheapest by the share of articles that hold its terms
///   OR                  those of all kids; n of m: of the m - n + 1 cheapest
///   NOT, wc, patterns of metadata   nothing has to be there: always a candidate, unless ANDed with a term
/// A second term that must be there as well stands with each entry: most candidates end at that bit.
/// Source: the presearcher of Luwak (Lucene Monitor), with costs for its weights.
///   `share` of each term, (0,1]   cost O(ops)
void file_queries(QuerySet::Program& program, const std::vector<float>& share);

}  // namespace newsmill::score_topics
