#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "processors/score_topics/query_set.h"

namespace newsmill::score_topics {

/// A weighted term: a query of its own, and what its hits are worth.
struct TopicTerm {
  QueryId query{};
  double weight = 0;       ///< negative: its hits speak against the topic
  std::uint32_t most = 0;  ///< hits beyond this many do not count; 0 = all count
};

/// Which entities an article must name, or must not. An entity counts from `min_salience` on.
struct EntityConditions {
  std::vector<std::string> any, all, none;  ///< ids with their scheme: "wd:Q58217"
  double min_salience = 0;                  ///< [0,1]
  bool asks() const { return !any.empty() || !all.empty(); }
};

/// When somebody is told about an article of the topic. Read and checked here, used by those who tell.
struct AlertRule {
  enum class Per : std::uint8_t { story, article } per = Per::story;
  enum class Severity : std::uint8_t { info, warning, critical } severity = Severity::warning;
  double min_score = 0.5;  ///< [0.5,1]
  std::chrono::milliseconds cooldown{0};
};

/// What a desk has written about one topic; docs/topics.md. A plain value.
struct Topic {
  /// How `query` and `terms` become one score when there are both.
  enum class Combine : std::uint8_t {
    any,  ///< each alone is enough, together they are surer: 1 - (1 - query)(1 - terms)
    all,  ///< both are needed: the smaller
  };

  std::string id, name;
  std::string iptc;  ///< "medtop:20000423"; empty = none
  std::vector<std::pair<std::string, std::string>> labels;
  Dialect dialect = Dialect::strict;  ///< of all its queries
  std::optional<QueryId> match;
  /// `match` says only what an article must not have, beside terms or entities: it gives no part of the score.
  bool denies_only = false;
  std::vector<QueryId> vetoes;  ///< what stands under NOT at the top of `match`: it speaks for no article
  std::vector<TopicTerm> terms;
  double threshold = 0;  ///< of the terms: the sum that gives 0.5
  EntityConditions entities;
  Combine combine = Combine::any;
  std::optional<AlertRule> alert;
  std::string file;  ///< where it is written, for people
  std::size_t line = 0;
  std::string definition;  ///< 16 hex digits: topics with the same digits score every article alike
};

}  // namespace newsmill::score_topics
