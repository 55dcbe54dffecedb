#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "processors/score_topics/query.h"
#include "processors/score_topics/query_set.h"
#include "processors/score_topics/vocabulary.h"
#include "processors/score_topics/wildcard.h"

namespace newsmill::score_topics {

/// Number of a term of a set: words, then patterns, then values of metadata share one range of numbers.
using TermId = std::uint32_t;
inline constexpr TermId kNoTerm = ~TermId{0};

/// A term as one clause asks for it.
struct TermUse {
  TermId term = kNoTerm;
  CaseRule rule = CaseRule::any;
  bool initials = false;
  bool wildcard = false;
  std::uint32_t exact = 0;  ///< of rule `exact`: index of `exact_words`

  bool plain() const { return rule == CaseRule::any && !initials; }
};

/// One operator of a compiled query. Kids stand before it. The kinds are those of Query::Kind, less `zone`,
/// `first`, `cased` and `topic`: the zones and first words are bounds of the nodes with places below them, the
/// rule of case is in each TermUse, and a $name has become the query that it names.
struct Op {
  Query::Kind kind = Query::Kind::word;
  std::uint8_t zones = 0;   ///< bit 1 << Zone for each zone that its intervals must lie in
  bool wildcard = false;    ///< of meta
  MetaField meta = MetaField::source;
  std::uint32_t n = 0;
  std::uint32_t first_words = 0;          ///< its intervals must lie in the first words; 0 = no bound
  std::uint32_t first = 0, count = 0;     ///< range of `kids`, or of `uses`; of meta: its term, or its pattern
  std::uint32_t query = 0, begin = 0, end = 0;  ///< the clause as written: bytes of a query's text
  float weight = 1;                       ///< product from the root
};

/// A query to look at when a term is there; `second` must be there too.
struct Posting {
  std::uint32_t query;
  TermId second;
};

struct QuerySet::Program {
  struct Stored {
    std::string text;
    std::uint32_t root = 0;  ///< index of `ops`
    bool always = false;
  };

  std::vector<Stored> queries;
  std::vector<Op> ops;
  std::vector<std::uint32_t> kids;
  std::vector<TermUse> uses;
  std::vector<std::string> exact_words;
  std::vector<std::string> meta_patterns;

  Vocabulary words;   ///< Token::hash → TermId
  Vocabulary values;  ///< meta_key → TermId
  Patterns patterns;  ///< gives TermId
  TermId terms = 0;   ///< how many there are

  std::vector<std::uint32_t> posting_begin;  ///< of each term, and one behind the last
  std::vector<Posting> postings;
  std::vector<std::uint32_t> always;
  std::size_t bytes() const;
};

}  // namespace newsmill::score_topics
