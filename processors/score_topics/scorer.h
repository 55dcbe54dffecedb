#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "processors/core/article.h"
#include "processors/core/budget.h"
#include "processors/core/result.h"
#include "processors/core/topic_score.h"
#include "processors/score_topics/document.h"
#include "processors/score_topics/evaluator.h"
#include "processors/score_topics/strength.h"
#include "processors/score_topics/topics.h"

namespace newsmill::score_topics {

/// Everything that made the score of one topic for one article. Views live as long as the topics and
/// the article.
struct Scoring {
  /// `match` or one of the terms, where it matched.
  struct Clause {
    std::optional<std::uint32_t> term;  ///< index of Topic::terms; none = `match`
    Strength strength;
    double evidence = 0;  ///< its part of the sum; of `match`, whose weight is the threshold, count^0.5 · boost
    std::uint32_t first = 0, count = 0; ///< range of `hits`
  };
  /// An entity that a condition names and the article has.
  struct Named {
    std::string_view id;             ///< as in the condition
    const Entity* entity = nullptr;
    bool counts = false;             ///< salient enough
    bool denied = false;             ///< by `none`
  };

  std::vector<Clause> clauses;  ///< `match` first, then the terms in their order
  std::vector<Hit> hits;
  std::vector<Named> named;
  std::optional<QueryId> veto;  ///< what stands under NOT and matched
  bool entities_met = true;
  double sum = 0;               ///< of the terms
  TopicScore::Parts parts;
  double score = 0;             ///< [0,1]
  void clear();
};

/// Scores topics for one article after the other; docs/topics.md is the rule. One per thread, allocates
/// nothing once its buffers have grown.
///
///   terms    E = sum of weight · min(hits, max)^0.5 · boost over the terms; E / (E + threshold)
///   query    the same with `match` as the only term and its weight as the threshold
///   score    1 - (1 - query)(1 - terms), or with `combine: all` the smaller; 0 where NOT, `none` or an
///            entity condition that is not met says so; of entities alone, theirs
class Scorer {
 public:
  explicit Scorer(std::shared_ptr<const Topics> topics);

  /// Looks at an article, whose publisher is in `country` (empty = not known) and which must outlive the
  /// calls for it. An error is Code::budget.
  Status look(const Article& article, std::string_view country, Budget& budget);

  /// The topics for which something in the article speaks, ascending: indices of Topics::all(). All others
  /// score 0.
  std::span<const std::uint32_t> candidates() const { return candidates_; }

  /// The score of one topic, candidate or not, for the article of the last look().
  Status score(std::uint32_t topic, Scoring& scoring, Budget& budget);

  const Evaluator& evaluator() const { return evaluator_; }

  /// Hits of one query that are looked at; more do not count.
  static constexpr std::size_t kMostHits = 2000;

 private:
  std::span<const QueryId> matched_of(std::uint32_t topic) const;
  void look_at_entities(const Topic& topic, Scoring& scoring) const;
  Strength strength_of(const Entity& entity) const;
  bool speaks_for(const Topic& topic) const;

  std::shared_ptr<const Topics> topics_;
  Evaluator evaluator_;
  Strengths strengths_;
  Document document_;
  const Article* article_ = nullptr;
  std::uint32_t lead_end_ = 0;  ///< byte of the body
  std::vector<QueryId> matched_;
  std::vector<std::uint32_t> candidates_;
};

}  // namespace newsmill::score_topics
