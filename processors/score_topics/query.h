#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "processors/score_topics/query_dialect.h"

namespace newsmill::score_topics {

/// How a word's capitals count. `exact` compares as written, the others ask for the word's shape.
enum class CaseRule : std::uint8_t {
  any,
  exact,     ///< cs(): letter for letter
  caps,      ///< caps(): begins with a capital, or is all capitals, or has one inside (iPhone)
  all_caps,  ///< allcaps(): nothing but capitals
  no_caps,   ///< nocaps(): no capital
};

/// Part of the text that a query is held to.
enum class Zone : std::uint8_t { title, lead, body };
std::string_view zone_name(Zone zone);

/// What an article says about itself, matched as a whole value and not as words of the text.
enum class MetaField : std::uint8_t { source, site, lang, country, author, entity, category };
std::string_view meta_field_name(MetaField field);

/// One word of the text, as processors/text/tokens.h cuts it.
struct QueryTerm {
  std::string text;        ///< as written, NFC, without escapes; * and ? are wildcards
  std::string folded;      ///< match key of `text`; a pattern when `wildcard`
  std::uint64_t hash = 0;  ///< Token::hash of the words that it stands for; of no meaning with `wildcard`
  bool wildcard = false;
  /// Written as capitals with points (U.S.): stands for U.S. and US, not for "us".
  bool initials = false;
};

/// A stored query as a tree in flat arrays (so that no depth can overflow a destructor). Made by
/// parse_query(); a plain value.
///
/// What a node stands for. Nodes with a place (word, phrase, sloppy, near, not_near, sentence, paragraph,
/// and zone, first, cased and or over such) stand for a set of intervals [first word, last word] of the
/// text; the query matches where the set is not empty. An interval never reaches from the title into the
/// body. `either` is the plain union. `near` and its kin stand for the hulls of one interval of each kid,
/// not overlapping, of which only those are kept that contain no other (minimal intervals: Clarke, Cormack
/// and Burkowski 1995; Boldi and Vigna 2016).
struct Query {
  enum class Kind : std::uint8_t {
    word,       ///< one term
    phrase,     ///< terms side by side
    sloppy,     ///< lucene: terms, with `n` moves: max(p_i - i) - min(p_i - i) <= n, places p_i distinct
    both,       ///< AND of all kids
    either,     ///< OR
    negation,   ///< NOT the kid
    near,       ///< two kids with at most `n` words between them, in any order
    ordered,    ///< the same, the first kid before the second
    not_near,   ///< intervals of the first kid that no interval of the second overlaps or comes within `n` words of
    sentence,   ///< two kids in one sentence, in any order
    paragraph,  ///< two kids in one paragraph (the title is one)
    zone,       ///< intervals of the kid inside `zone`
    first,      ///< intervals of the kid inside the first `n` words of title and body
    cased,      ///< the kid, with `rule` for all its terms
    at_least,   ///< `n` different intervals of the kid or more
    n_of,       ///< `n` of the kids or more match
    meta,       ///< `meta` has the value `value` (folded; a pattern when `wildcard`)
    longer,     ///< more than `n` words in title and body
    shorter,    ///< fewer than `n` words
    topic,      ///< $value: the query of that name matches
  };
  struct Node {
    Kind kind = Kind::word;
    CaseRule rule = CaseRule::any;
    Zone zone = Zone::title;
    MetaField meta = MetaField::source;
    bool wildcard = false;
    std::uint32_t n = 0;
    double weight = 1;                   ///< of ^; multiplies those above it
    std::uint32_t begin = 0, end = 0;    ///< bytes of `text`: the clause as written
    std::uint32_t first = 0, count = 0;  ///< range of `kids`, or of `terms` for word, phrase, sloppy
    std::uint32_t value = 0;             ///< index of `values`, for meta and topic
  };

  std::string text;  ///< as given
  Dialect dialect = Dialect::strict;
  std::vector<Node> nodes;
  std::vector<std::uint32_t> kids;  ///< indices of `nodes`
  std::vector<QueryTerm> terms;
  std::vector<std::string> values;
  std::uint32_t root = 0;

  std::span<const std::uint32_t> kids_of(const Node& node) const { return {kids.data() + node.first, node.count}; }
  std::span<const QueryTerm> terms_of(const Node& node) const { return {terms.data() + node.first, node.count}; }
  std::string_view clause(const Node& node) const {
    return std::string_view(text).substr(node.begin, node.end - node.begin);
  }
};

/// Most words between the kids of a positional operator that may be asked for.
inline constexpr std::uint32_t kMaxDistance = 10'000;

}  // namespace newsmill::score_topics
