#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "processors/score_topics/evaluator.h"
#include "processors/score_topics/topics.h"

namespace newsmill::score_topics {

/// How often and how prominently an article meets a query.
struct Strength {
  double count = 0;      ///< how many times what is asked for is there; at least 1 for a query that matches
  double boost = 0;      ///< of the best place, times the query's ^: title 3, lead 1.5, elsewhere 1
  bool placed = false;  ///< some of it stands in the text
};

inline constexpr double kTitleBoost = 3, kLeadBoost = 1.5;

double boost_of(const Hit& hit);

/// Finds the strength of queries that match. One per thread, allocates nothing once its buffers have
/// grown; `topics` must outlive it.
class Strengths {
 public:
  explicit Strengths(const Topics& topics) : topics_(topics) {}

  /// From all hits of the query (Evaluator::hits()): of OR the sum of counts and the best boost; of AND the
  /// smaller of both, since one word ten times and the other once is one time both; of ATLEAST/n every
  /// n-th. A value of the metadata in an AND is a condition and no evidence: it counts where it stands
  /// alone. Hits of one place count once.
  ///   cost  O(nodes · log hits) for a query with AND in it, else O(hits · log hits)
  Strength of(QueryId id, std::span<const Hit> hits);

  /// False for a query whose hits are simply counted: Topics::tree() keeps the tree of all others.
  static bool needs_tree(const Query& query);

 private:
  /// A tree, and where its text stands in the set.
  struct Tree {
    const Query& query;
    const char* text;
    int includes;
  };
  std::optional<Strength> of_query(QueryId id, int includes);
  std::optional<Strength> of_node(const Tree& tree, std::uint32_t index);
  std::optional<Strength> least(const Tree& tree, const Query::Node& node);
  std::optional<Strength> sum(const Tree& tree, const Query::Node& node);
  std::optional<Strength> inside(const char* begin, const char* end);
  bool conjunctive(const Query& query, std::uint32_t index);

  const Topics& topics_;
  std::vector<const Hit*> hits_;    ///< by where their clause stands
  std::vector<const Hit*> inside_;  ///< those of one node
  std::vector<std::uint32_t> waiting_;
};

/// What a term gives to the sum: weight · min(count, most)^0.5 · boost; `most` 0 = no limit.
double evidence_of(double weight, std::uint32_t most, const Strength& strength);

/// The share of a sum: E / (E + threshold), 0 for a sum that is not positive. 0.5 = the threshold.
double share_of(double sum, double threshold);

}  // namespace newsmill::score_topics
