#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

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

/// A finding at the bytes [begin, end) of a query; line and column come with place().
QueryFinding finding(QueryFinding::Severity severity, std::size_t begin, std::size_t end, std::string message,
                     std::string hint);

/// Sorts findings by place and gives them line, column and length in code points. One pass over `text`.
void place(std::vector<QueryFinding>& findings, std::string_view text);

}  // namespace newsmill::score_topics
