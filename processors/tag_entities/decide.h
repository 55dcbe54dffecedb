#pragma once
#include <array>
#include <utility>
#include <vector>

#include "processors/core/budget.h"
#include "processors/tag_entities/reading.h"
#include "processors/tag_entities/watchlist.h"

namespace newsmill::tag_entities {

/// Decides what each name of an article means: one sense per name and article, by log odds.
///
///   candidate   fame and share of the gazetteer + words beside it (titles, "in", "Inc", said) + coherence with
///               what is sure in this article (its countries, offices, parties) + country of the publisher
///   none        how likely such a word is no name at all, or the name of somebody unknown: ordinary words,
///               heads of sentences, single words, capitals that say nothing
///
/// Two rounds: the first without coherence, the second with that of the names that are sure after the first.
/// The weights were set on AIDA-CoNLL dev, KORE50 and OKE and on half of news-fair-v2 dev (decide.cc).
///   cost  O(names · candidates), at most kMaxOptions of each
class Decider {
 public:
  Decider(const Gazetteer& gazetteer, const Watchlist& watchlist, double min_confidence)
      : gazetteer_(gazetteer), watchlist_(watchlist), min_confidence_(static_cast<float>(min_confidence)) {}

  /// Fills options and the outcome of every name. False when the budget is used up.
  bool decide(Reading& reading, Budget& budget);

  static constexpr std::uint32_t kMaxOptions = 12;

 private:
  static constexpr std::size_t kCountries = 26 * 26;

  bool watch(Reading& reading, Name& name, Budget& budget) const;
  void collect(Reading& reading, Name& name) const;
  void weigh(Reading& reading, Name& name) const;
  void learn(const Reading& reading);
  void cohere(Reading& reading, const Name& name) const;
  void beside(Reading& reading) const;
  void conclude(Reading& reading, Name& name) const;

  const Gazetteer& gazetteer_;
  const Watchlist& watchlist_;
  float min_confidence_;
  std::array<float, kCountries> countries_{};  ///< what is sure of each country, in this article
  float most_ = 0;                             ///< the largest of them
  std::vector<std::uint32_t> sure_;            ///< entities that are sure, sorted
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pointed_;  ///< what these are related to, and which of them is
};

}  // namespace newsmill::tag_entities
