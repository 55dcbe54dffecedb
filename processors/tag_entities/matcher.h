#pragma once
#include "processors/core/budget.h"
#include "processors/tag_entities/reading.h"
#include "processors/tag_entities/watchlist.h"

namespace newsmill::tag_entities {

/// Finds the known names of an article in one pass over its tokens: leftmost-longest on word boundaries,
/// those of the watchlist before those of the gazetteer, and what is named inside of longer names too.
///
/// Capitals count where the sentence has any to show: a candidate fits by its flags (US is not us), and
/// in scripts without spaces a name is two letters at least and loses against a longer one that overlaps
/// it. Nothing is decided here: candidates that cannot be meant as written are left to decide.h, which
/// asks fits() again.
///   cost  a filter per token, a probe per token of what begins like a name; spends from `budget`
/// False when the budget is used up.
class Matcher {
 public:
  Matcher(const Gazetteer& gazetteer, const Watchlist& watchlist) : gazetteer_(gazetteer), watchlist_(watchlist) {}

  /// Fills kinds, casings, covered, occurrences and names of `reading`.
  bool match(Reading& reading, Budget& budget);

  /// Whether tokens [first, last) may be meant as a candidate of these flags by the way they are written.
  static bool fits(const Reading& reading, std::uint32_t first, std::uint32_t last, std::uint16_t flags);

 private:
  struct Match {
    std::uint32_t last = 0;
    std::span<const Candidate> candidates;
  };
  Match longest(const Reading& reading, const Gazetteer& trie, std::uint32_t first, std::uint32_t end, bool watched,
                std::uint64_t& steps) const;
  bool accepts(const Reading& reading, std::uint32_t first, std::uint32_t last, std::span<const Candidate> candidates,
               bool watched) const;
  bool watch_fits(const Reading& reading, std::uint32_t first, std::uint32_t last, std::uint32_t alias) const;
  void add(Reading& reading, std::uint32_t first, const Match& match, bool watched, std::uint32_t inside);
  std::uint32_t name_of(Reading& reading, const Match& match, std::uint32_t tokens, bool watched);

  const Gazetteer& gazetteer_;
  const Watchlist& watchlist_;
  std::vector<std::uint32_t> table_;  ///< names by their candidates' address, open addressing
};

}  // namespace newsmill::tag_entities
