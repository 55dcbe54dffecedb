#pragma once
#include <cstdint>

namespace newsmill::tag_entities {

/// How an entity stands in its article, for how much the article is about it.
struct Standing {
  bool in_headline = false;
  double first = 0;         ///< where it is first named, [0,1): 0 = at the very start
  std::uint32_t mentions = 0;
  double echo = 0;          ///< further mentions that count in part: demonyms of a country
  double spread = 0;        ///< share of the paragraphs that name it, [0,1]
  double share = 0;         ///< of all mentions of the article, [0,1]
  bool speaks = false;      ///< is quoted
};

/// [0,1]: a logistic of what stands above, with weights set by judgement so that the main actor of a
/// report is above 0.8 and what is named once in its last third below 0.2. Monotonic in each part.
double salience(const Standing& standing);

}  // namespace newsmill::tag_entities
