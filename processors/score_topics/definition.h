#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "processors/score_topics/topic.h"

namespace newsmill::score_topics {

/// A query as its meaning: normal form, and the topics that it refers to by $name.
struct QueryMeaning {
  std::string normal;
  std::vector<std::string> names;
};

/// What decides a topic's scores as 16 hex digits of a SHA-256: its queries in normal form and those they
/// refer to, weights, thresholds, entity conditions, the rule. Two definitions with the same digits give
/// every article the same score in one version of newsmill; name, labels, comments and the way of
/// writing do not count.
///   `meanings` by QueryId; `named`: the query that a $name means, null when there is none
std::string definition_of(const Topic& topic, std::span<const QueryMeaning> meanings,
                          const std::function<const QueryMeaning*(std::string_view name)>& named);

}  // namespace newsmill::score_topics
