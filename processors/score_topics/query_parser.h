#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "processors/score_topics/query.h"
#include "processors/score_topics/query_finding.h"

namespace newsmill::score_topics {

struct ParsedQuery {
  Query query;  ///< of no meaning when there is an error
  std::vector<QueryFinding> findings;  ///< by place
  bool ok() const;
};

/// Nesting and size that a query may have; more is an error, so time and memory are bounded.
inline constexpr std::size_t kMaxQueryDepth = 200;
inline constexpr std::size_t kMaxQueryBytes = 2u << 20;

/// Reads a query; the language is docs/queries.md. The first error ends the reading, warnings go on.
/// Names of other topics ($name) are not looked up here: QuerySetBuilder does it.
///   cost  one pass, O(bytes); `text` is any bytes, damaged UTF-8 is an error
/// Thread safety: none shared. Never throws but std::bad_alloc.
ParsedQuery parse_query(std::string_view text, Dialect dialect);

}  // namespace newsmill::score_topics
