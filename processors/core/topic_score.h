#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "processors/text/tokens.h"

namespace newsmill {

/// Why a topic was scored as it was: a range of a published field, or, for what has no range (source,
/// site, author, country, language, entity, category, topic), a name and a value.
struct TopicEvidence {
  text::Field field = text::Field::body;
  std::uint32_t begin = 0, end = 0;  ///< bytes; both 0 = no range
  std::string_view kind{}, value{};  ///< "source" and its value, when there is no range
  std::string_view clause{};         ///< the part of the definition that matched, as written
  std::optional<double> weight{};    ///< of that part
};

/// One topic of an article. Views and spans point into the arena of the article's batch.
struct TopicScore {
  static constexpr std::size_t kEvidence = 20;

  std::string_view id, name;
  double score = 0;  ///< [0,1]; 0.5 = exactly at the author's threshold
  struct Parts {
    std::optional<double> query, terms, entities, model;  ///< [0,1]; absent = the topic has no such part
  } parts;
  std::span<const TopicEvidence> evidence;  ///< at most kEvidence
  bool truncated = false;                   ///< more than kEvidence matched
  std::string_view iptc;                    ///< "medtop:20000423"; empty = none
  std::span<const std::pair<std::string_view, std::string_view>> labels;
  std::string_view definition;  ///< 16 hex digits of the SHA-256 of the topic's definition
};

}  // namespace newsmill
