#pragma once
#include <vector>

#include "processors/core/budget.h"
#include "processors/tag_entities/reading.h"

namespace newsmill::tag_entities {

/// Binds acronyms to the names that an article gives for them, in brackets either way round: "Eurasian
/// Economic Union (EAEU)", "EAEU (Eurasian Economic Union)". From there every EAEU of the article is a
/// mention of that name, and where only the acronym is known, the name in words is a mention of it.
/// An acronym that an article gives small words for ("artificial pancreas (AP)") names nothing in it.
/// The letters must be the initials of the capitalised words, or their first and last ones.
class Acronyms {
 public:
  /// Adds to `found`. False when the budget is used up.
  bool bind(Reading& reading, Budget& budget);

 private:
  struct Bound {
    std::uint64_t hash;
    std::uint32_t group;
  };
  std::vector<Bound> bound_;
};

}  // namespace newsmill::tag_entities
