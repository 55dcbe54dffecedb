#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "processors/score_topics/query.h"

namespace newsmill::score_topics {

/// What is wrong (an error: the query is not used) or doubtful (a warning) in a query.
struct QueryFinding {
  enum class Severity { error, warning } severity = Severity::error;
  std::size_t offset = 0;            ///< byte of the query's text
  std::size_t line = 1, column = 1;  ///< of `offset`, from 1; column in code points
  std::size_t length = 0;            ///< code points, for the caret; 0 = the end of the text
  std::string message;               ///< found, expected
  std::string hint;                  ///< what to do; may be empty
};

struct ParsedQuery {
  Query query;  ///< of no meaning when there is an error
  std::vector<QueryFinding> findings;  ///< by place
  bool ok() const;
};

/// Nesting and size that a query may have; more is an error, so time and memory are bounded.
inline constexpr std::size_t kMaxQueryDepth = 200;
inline constexpr std::size_t kMaxQueryBytes = 4u << 20;

/// Reads a query; the language is docs/queries.md. The first error ends the reading, warnings go on.
/// Names of other topics ($name) are not looked up here: QuerySetBuilder does it.
///   cost  one pass, O(bytes); `text` is any bytes, damaged UTF-8 is an error
/// Thread safety: none shared. Never throws but std::bad_alloc.
ParsedQuery parse_query(std::string_view text, Dialect dialect);

}  // namespace newsmill::score_topics
