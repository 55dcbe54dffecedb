#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "processors/score_topics/query.h"
#include "processors/score_topics/query_dialect.h"
#include "processors/score_topics/query_finding.h"

namespace newsmill::score_topics {

/// One piece of a query.
struct Lexeme {
  enum class Kind : std::uint8_t {
    end, word, quoted, open, close, open_some, close_some, comma,
    plus, minus, bang, op_and, op_or, op_not,
    near, ordered, sentence, paragraph,
    zone, meta, words,      ///< title:  source:  wc>100
    cs, caps, all_caps, no_caps, first, at_least,  ///< functions, each before an open bracket
    fn,                     ///< fn:name before an open bracket
    weight, distance,       ///< ^2  ~5
    topic,                  ///< $name
    span,                   ///< near//  ordered//
  } kind = Kind::end;
  std::size_t begin = 0, end = 0;  ///< bytes of the query
  std::string_view text;           ///< of a word as written, of a quoted piece what stands inside, of $name the name
  std::uint32_t n = 0;
  bool moves = false;              ///< of a distance: ~5m
  bool more = false;               ///< of words: wc>
  bool lower = false;              ///< of an operator that strict reads as a word: and, or, not
  bool glued = false;              ///< no white space before it
  Zone zone = Zone::title;
  MetaField meta = MetaField::source;
  double weight = 1;
};

/// What ends the reading of a query.
struct QueryFault {
  std::size_t begin, end;
  std::string message, hint;
};

/// A query cut into lexemes. The last is `end`; where `fault` is set, `end` stands at the place of the fault
/// and what is behind it was not read.
struct Lexemes {
  std::vector<Lexeme> all;
  std::optional<QueryFault> fault;
};

/// Cuts well-formed UTF-8. Warnings (without line and column) go to `warnings`.
///   cost  one pass, O(bytes)
Lexemes lex_query(std::string_view text, Dialect dialect, std::vector<QueryFinding>& warnings);

}  // namespace newsmill::score_topics
