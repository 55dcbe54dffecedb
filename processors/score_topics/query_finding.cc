#include "processors/score_topics/query_finding.h"

#include <algorithm>

#include "processors/text/utf8.h"

namespace newsmill::score_topics {

QueryFinding finding(QueryFinding::Severity severity, std::size_t begin, std::size_t end, std::string message,
                     std::string hint) {
  QueryFinding made;
  made.severity = severity;
  made.offset = begin;
  made.length = end - begin;
  made.message = std::move(message);
  made.hint = std::move(hint);
  return made;
}

void place(std::vector<QueryFinding>& findings, std::string_view text) {
  std::ranges::stable_sort(findings, {}, &QueryFinding::offset);
  std::size_t at = 0, line = 1, column = 1;
  for (QueryFinding& finding : findings) {
    while (at < finding.offset && at < text.size()) {
      const bool newline = text[at] == '\n';
      text::next(text, at);
      if (newline) { ++line; column = 1; }
      else ++column;
    }
    finding.line = line;
    finding.column = column;
    const std::size_t begin = std::min(finding.offset, text.size());
    finding.length = text::code_points(text.substr(begin, finding.length));
  }
}

}  // namespace newsmill::score_topics
