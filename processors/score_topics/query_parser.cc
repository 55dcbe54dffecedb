#include "processors/score_topics/query_parser.h"

#include <algorithm>

#include "processors/score_topics/query_check.h"
#include "processors/score_topics/query_reader.h"
#include "processors/text/utf8.h"

namespace newsmill::score_topics {
namespace {

/// What is doubtful about the whole.
void judge(const Query& query, std::vector<QueryFinding>& findings) {
  const auto warn = [&](std::string message, std::string hint) {
    const Query::Node& root = query.nodes[query.root];
    findings.push_back(
        finding(QueryFinding::Severity::warning, root.begin, root.end, std::move(message), std::move(hint)));
  };
  if (query.nodes[query.root].kind == Query::Kind::word) return;  // a lone star has been reported
  switch (matches_without_words(query, query.root)) {
    case Emptiness::none: return;
    case Emptiness::some:
      return warn("the query can match articles that hold none of its words, so it is tried on every article",
                  "add a word, a phrase or a field that has to be there");
    case Emptiness::all:
      return warn("the query matches every article", "add a word, a phrase or a field that has to be there");
  }
}

}  // namespace

bool ParsedQuery::ok() const {
  return std::ranges::none_of(findings,
                              [](const QueryFinding& f) { return f.severity == QueryFinding::Severity::error; });
}

ParsedQuery parse_query(std::string_view text, Dialect dialect) {
  ParsedQuery parsed;
  parsed.query.dialect = dialect;
  const auto refuse = [&](std::size_t offset, std::string message, std::string hint) {
    parsed.findings.push_back(
        finding(QueryFinding::Severity::error, offset, offset + 1, std::move(message), std::move(hint)));
    return parsed;
  };
  if (text.size() > kMaxQueryBytes)
    return refuse(0,
                  "the query has " + std::to_string(text.size()) + " bytes; expected " +
                      std::to_string(kMaxQueryBytes) + " at most",
                  "split it into topics and refer to them with $name");
  if (!text::valid_utf8(text)) {
    std::size_t good = 0;
    for (std::size_t length = 1; good < text.size(); good += length) {
      const auto lead = static_cast<unsigned char>(text[good]);
      length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
      if (!text::valid_utf8(text.substr(good, length))) break;
    }
    const std::string_view before = text.substr(0, good);
    ParsedQuery damaged = refuse(good, "found bytes that are not UTF-8", "save the file as UTF-8");
    damaged.findings[0].line = 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
    const std::size_t line = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    damaged.findings[0].column = 1 + text::code_points(before.substr(line));
    return damaged;
  }
  parsed.query.text = text;
  const bool sound = QueryReader(parsed.query, parsed.findings).run();
  if (sound) judge(parsed.query, parsed.findings);
  place(parsed.findings, text);
  return parsed;
}

}  // namespace newsmill::score_topics
