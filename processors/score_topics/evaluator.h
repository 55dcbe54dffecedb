#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "processors/core/budget.h"
#include "processors/core/result.h"
#include "processors/score_topics/document.h"
#include "processors/score_topics/query_set.h"

namespace newsmill::score_topics {

/// One reason why a query matched: a minimal interval of the text, or a value of the metadata.
struct Hit {
  text::Field field = text::Field::body;
  std::uint32_t begin = 0, end = 0;  ///< bytes of the headline or the body; both 0 = no range
  std::uint32_t sentence = 0;        ///< Token::sentence of its first word
  bool lead = false;                 ///< inside the lead
  std::string_view kind, value;      ///< "source" and the article's value, when there is no range
  std::string_view clause;           ///< the part of the query as written; lives as long as the set
  double weight = 1;                 ///< product of the ^ from the root to the clause
};

/// Runs a set of queries over one document after the other. One per thread: it holds the scratch, and
/// allocates nothing once that has grown.
class Evaluator {
 public:
  explicit Evaluator(std::shared_ptr<const QuerySet> set);
  ~Evaluator();
  Evaluator(Evaluator&&) noexcept;

  /// The queries that match, ascending. The span lives until the next call. Spends work units for words,
  /// candidates and intervals; Code::budget when they are used up.
  Result<std::span<const QueryId>> match(const Document& document, Budget& budget);

  /// The same by asking every query: what match() is tested against.
  Result<std::span<const QueryId>> match_all(const Document& document, Budget& budget);

  /// For the document of the last match(): whether one query matches (candidate or not).
  Result<bool> matches(QueryId id, Budget& budget);

  /// For the document of the last match() and a query that matches: why, in order of the text, values
  /// last; at most `limit` of them and at most kHitsPerClause of one clause. What stands under NOT gives
  /// no hit, and an interval that several clauses give is one hit, of the heaviest. Appends to `hits`; false in
  /// `complete` = there were more.
  struct Found {
    bool complete = true;
  };
  static constexpr std::size_t kHitsPerClause = 100;
  Result<Found> hits(QueryId id, std::size_t limit, std::vector<Hit>& hits, Budget& budget);

  /// What the last match() did.
  struct Work {
    std::size_t candidates = 0;  ///< queries evaluated
    std::size_t seen = 0;        ///< queries looked at, most of which lacked a second term
  };
  const Work& work() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace newsmill::score_topics
