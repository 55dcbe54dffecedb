#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "processors/score_topics/query.h"
#include "processors/score_topics/query_lexer.h"
#include "processors/score_topics/query_parser.h"

namespace newsmill::score_topics {

/// Recursive descent from lexemes to the tree, one function a rule of the grammar; what parse_query() is made
/// of. The first error throws Stop, which run() catches: a query is read when knowledge is loaded, and the
/// rules read as the grammar does. Depth is bounded by kMaxQueryDepth.
///
///   expression   = strict: alternatives; lucene, and values of a metadata field: clauses
///   clauses      = alternatives+                        alternatives = conjunction (OR conjunction)*
///   conjunction  = negation ((AND | strict: nothing) negation)*     negation = (NOT | - | ! | +)? proximity
///   proximity    = weighted ((NEAR/n | ONEAR/n | NOT NEAR/n | SENT | PARA) weighted)*
///   weighted     = atom (^number | ~n)*                 atom = word, phrase, group, list, field, function, $name
class QueryReader {
 public:
  /// Reads `query.text` as `query.dialect` into the rest of `query`.
  QueryReader(Query& query, std::vector<QueryFinding>& findings);

  /// False when there is an error, which is the last of the findings.
  bool run();

 private:
  using Kind = Query::Kind;
  using Lex = Lexeme::Kind;
  using Index = std::uint32_t;
  struct Stop {};

  // Lexemes and findings.
  const Lexeme& peek(std::size_t ahead = 0) const {
    return lexemes_.all[std::min(at_ + ahead, lexemes_.all.size() - 1)];
  }
  Lexeme take() { return lexemes_.all[at_ + 1 < lexemes_.all.size() ? at_++ : at_]; }
  std::string name(const Lexeme& lexeme) const;
  [[noreturn]] void fail(std::size_t begin, std::size_t end, std::string message, std::string hint);
  [[noreturn]] void fail(const Lexeme& lexeme, std::string message, std::string hint);
  [[noreturn]] void stop_at_fault();
  [[noreturn]] void comma();
  void warn(std::size_t begin, std::size_t end, std::string message, std::string hint);

  // Nodes.
  Index add(Query::Node node, std::span<const Index> kids = {});
  Query::Node between(Kind kind, std::size_t begin, std::size_t end) const;
  Query::Node over(Kind kind, std::span<const Index> kids) const;
  Index join(Kind kind, std::vector<Index>& kids);
  Index join(Kind kind, std::vector<Index>& kids, std::size_t begin, std::size_t end);
  struct Deeper {
    explicit Deeper(QueryReader& reader);
    ~Deeper() { --reader_.depth_; }
    QueryReader& reader_;
  };
  static bool opens(Lex kind);
  static bool positional(Lex kind) {
    return kind == Lex::near || kind == Lex::ordered || kind == Lex::sentence || kind == Lex::paragraph;
  }

  // Operators (query_reader.cc), loosest first.
  Index expression();
  struct Clause {
    Index node;
    enum class Sign : std::uint8_t { plain, plus, minus } sign = Sign::plain;
  };
  /// Words side by side in lucene: one of them, or all with a plus, and none with a minus. Between values of a
  /// metadata field side by side means OR in every dialect.
  Index clauses();
  Clause alternatives();
  void lone_negation(Index node);
  void need_operand(const Lexeme& op);
  Clause conjunction();
  Clause negation();
  void no_second_sign(const Lexeme& op);
  Index proximity();
  void need_places(Index node, const Lexeme& op);
  Index weighted();
  /// "a b"~5 and (a b c)~5.
  Index distance(Index node, const Lexeme& mark);
  Index term_node(const Query::Node& phrase, Index i);
  Index near(Index left, Index right, const Lexeme& mark, std::size_t begin);

  // What they stand between (query_atoms.cc).
  Index atom();
  Index text_value(std::string text);
  Index words(const Lexeme& lexeme);
  void short_pattern(const Lexeme& lexeme, const QueryTerm& term);
  Index group(const Lexeme& open);
  /// Takes the brackets of a call or a field from the clause inside them.
  void unwrap(Index kid);
  void close(const Lexeme& open, Lex kind);
  Index some_of(const Lexeme& open);
  std::size_t previous_end() const { return lexemes_.all[at_ - 1].end; }
  Index zone(const Lexeme& field);
  void need_operand_of_field(const Lexeme& field);
  Index meta(const Lexeme& field);
  Index value(const Lexeme& lexeme);
  Index function(const Lexeme& call);

  // Forms of Lucene (query_interval_functions.cc).
  /// Lucene's near//a b (span near) and ordered//a b (ordered interval) of its nightly benchmark, both in
  /// order with ten words between at most.
  Index span_form(const Lexeme& form);
  /// Lucene's interval functions, arguments apart by white space: fn:maxgaps(3 fn:ordered(a b)).
  Index interval_function(const Lexeme& call);

  static constexpr Index kMaxSloppy = 64;
  Query& query_;
  std::vector<QueryFinding>& findings_;
  Lexemes lexemes_;
  std::vector<std::uint32_t> heights_;
  std::size_t at_ = 0, depth_ = 0;
  bool in_meta_ = false;
  MetaField meta_ = MetaField::source;
  enum class Last : std::uint8_t { other, group } last_was_ = Last::other;
  Index inner_begin_ = 0, inner_end_ = 0;  ///< of the group that was closed last, without its brackets
  std::vector<Index> last_group_;  ///< members of the group that was closed last
};

}  // namespace newsmill::score_topics
