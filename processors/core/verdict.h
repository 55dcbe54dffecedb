#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "processors/core/id.h"

namespace newsmill {

/// How an article stands to the story it is in; names as in the record.
enum class Relation : std::uint8_t {
  original,   ///< opens a story
  repeat,     ///< the same article again: same raw or same normalized text
  exact,      ///< another article with the same normalized text
  near,       ///< nearly the same text
  subset,     ///< its text is mostly in the other's, which is longer
  superset,   ///< its text holds most of the other's, which is shorter
  update,     ///< a newer version of the same article
  stale,      ///< an older version of the same article, come late
  withdrawn,  ///< a kill
  unchecked,  ///< may not lead and matched nothing, or too short to judge
};
std::string_view relation_name(Relation relation);

/// What the referee decided about one article; a plain value.
struct Verdict {
  Relation relation = Relation::original;
  ArticleId story;                     ///< article id of the story's first member
  std::int64_t since_ms = 0;           ///< the story's birth, Unix milliseconds
  std::optional<ArticleId> canonical;  ///< the article it was matched with; none for an original
  float similarity = -1;               ///< containment of the shorter text in the longer, [0,1]; -1 = not compared
  static constexpr std::size_t kRelated = 4;
  std::array<ArticleId, kRelated> related{};  ///< other stories that it matches too, the nearest first
  std::uint8_t related_count = 0;
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

}  // namespace newsmill
