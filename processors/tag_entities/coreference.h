#pragma once
#include <vector>

#include "processors/core/budget.h"
#include "processors/tag_entities/reading.h"
#include "processors/tag_entities/watchlist.h"

namespace newsmill::tag_entities {

/// Finds the persons of an article where they are named by one word: the last word of a full name that
/// stands in it ("Lavrov", "Mr Wang", "von der Leyen"), the first one where family names come first
/// (Chinese, Korean, Vietnamese, Hungarian), and a first name when nothing else bears it.
///
/// The full name comes earlier in the text, or anywhere when the short one stands in the headline. Only
/// persons; never against a name that is sure to be something else; two bearers of a name share it and
/// get nothing. More than half of the mentions of persons in news are one word, and the rule of the
/// last word finds the full name of four in five of them.
///   cost  O(tokens · log persons)
class Coreference {
 public:
  /// Adds to `found`. False when the budget is used up.
  bool resolve(Reading& reading, const Gazetteer& gazetteer, const Watchlist& watchlist, Budget& budget);

 private:
  enum class Part : std::uint8_t { last, family_first, given };
  /// A word by which a person may be called.
  struct Call {
    std::uint64_t hash;
    std::uint32_t group, since;  ///< `since`: first token of the full name
    Part part;
    bool operator<(const Call& other) const;
  };
  void collect(const Reading& reading, const Gazetteer& gazetteer, const Watchlist& watchlist);
  std::uint32_t find(const Reading& reading, std::uint32_t token) const;

  std::vector<Call> calls_;
};

}  // namespace newsmill::tag_entities
