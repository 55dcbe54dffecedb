#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "processors/score_topics/query.h"
#include "processors/score_topics/query_finding.h"

namespace newsmill::score_topics {

/// Number of a query in its set: the order of add().
enum class QueryId : std::uint32_t {};

/// All stored queries, compiled: shared vocabulary, programs, and for each query the terms of which any
/// match must hold one. Immutable; any number of threads, each with its own Evaluator.
class QuerySet {
 public:
  struct Program;  ///< query_program.h
  explicit QuerySet(std::unique_ptr<const Program> program);
  ~QuerySet();

  std::size_t size() const;
  std::string_view text(QueryId id) const;  ///< as written
  /// No term must be in every match (pure negatives, match-all): evaluated for every article.
  bool always(QueryId id) const;
  std::size_t always_count() const;
  std::size_t bytes() const;  ///< of memory
  const Program& program() const { return *program_; }

 private:
  std::unique_ptr<const Program> program_;
};

/// Collects queries and compiles them into a set.
class QuerySetBuilder {
 public:
  QuerySetBuilder();
  ~QuerySetBuilder();
  QuerySetBuilder(QuerySetBuilder&&) noexcept;
  QuerySetBuilder& operator=(QuerySetBuilder&&) noexcept;

  /// `query` must be one without errors. `name`: what $name means; empty = it cannot be referred to. Of
  /// two queries with one name the first counts.
  QueryId add(Query query, std::string name = {});

  /// Share of articles that hold the word with this hash, [0,1]; negative = not known. It decides how
  /// fast the set is and never what matches. Without it the set judges by a small table of common words,
  /// by length, and by how often the queries themselves use a word.
  using Frequency = std::function<double(std::uint64_t hash)>;

  struct Finding {
    QueryId query;
    QueryFinding finding;
  };
  struct Built {
    std::shared_ptr<const QuerySet> set;  ///< null when there is an error
    std::vector<Finding> findings;
  };
  /// Looks up every $name (unknown, in a circle, without a place where one is needed: errors at the
  /// place of the name) and compiles. The builder is empty afterwards.
  Built build(const Frequency& frequency = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace newsmill::score_topics
