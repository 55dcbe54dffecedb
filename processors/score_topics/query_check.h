#pragma once
#include <cstdint>
#include <optional>

#include "processors/score_topics/query.h"

namespace newsmill::score_topics {

/// Whether a node stands for places of the text. A $name is taken to have places: what it stands for is
/// known only when a set is built.
bool has_places(const Query& query, std::uint32_t node);

/// The node below `node` that has no place, for the message; none when all have.
std::optional<std::uint32_t> placeless(const Query& query, std::uint32_t node);

/// "AND", "a field of metadata", "wc": what a node without places is called.
std::string_view placeless_name(const Query::Node& node);

/// Which articles a query matches that hold none of its words; `all` = every article.
enum class Emptiness : std::uint8_t { none, some, all };
Emptiness matches_without_words(const Query& query, std::uint32_t node);

}  // namespace newsmill::score_topics
