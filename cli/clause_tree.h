#pragma once
#include "processors/core/article.h"
#include "processors/score_topics/evaluator.h"
#include "processors/score_topics/topics.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace newsmill::cli {

/// A query taken apart at AND, OR, NOT and "n of", each part asked of one article by itself.
struct ClauseTree {
  struct Row {
    std::size_t depth = 0;
    std::string text;  ///< "AND", "OR", "NOT", "2 of", or the clause as written, on one line
    bool matches = false;
    std::vector<score_topics::Hit> hits;  ///< of a clause; their own `clause` is not set
  };
  std::vector<Row> rows;  ///< a part before its own parts; at most 500

  /// `country` as in score_topics::Scorer. Names ($other) are those of `topics`.
  static ClauseTree of(const score_topics::Topics& topics, std::string_view query, score_topics::Dialect dialect,
                       const Article& article, std::string_view country);
};

}  // namespace newsmill::cli
