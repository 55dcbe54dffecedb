#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "processors/tag_entities/alias.h"
#include "processors/tag_entities/name_list.h"
#include "processors/tag_entities/reconcile.h"
#include "processors/tag_entities/things.h"

namespace newsmill::tag_entities {

class GazetteerBuilder;

/// What building came to, for the summary.
struct BuildSum {
  std::size_t rows = 0, aliases = 0, identifiers = 0;
  Joined joined;
  std::size_t refused = 0;       ///< joins that two different items forbade
  std::size_t junk = 0;          ///< aliases that are no names
  std::size_t codes = 0;         ///< of places, languages and airports: DJ, he, ANC
  std::size_t common_nouns = 0;  ///< titles of articles about kinds of things
  std::size_t borrowed = 0;      ///< names of parts, cities and people that a source lists under a country
  std::size_t names = 0, entities = 0, linked = 0, typed = 0;
  /// Things with more than kMostAliases names, of which the first were kept; at most 20 are told.
  std::vector<std::pair<std::string, std::size_t>> cut;
};

/// From lists of names to a gazetteer: reads lists, joins what is one, weighs how well known each
/// thing is and when each way of writing its name counts. The order of the lists decides which name
/// an entity is shown by. Deterministic. One thread.
///   build   O(names), some 4 s and 600 MB for 900,000 rows
class NameLists {
 public:
  /// Of one thing; the largest cities have some 500.
  static constexpr std::size_t kMostAliases = 2000;

  explicit NameLists(std::string_view common_words) : common_(common_words) {}

  /// `text` outlives this object. Rows that name no source get `source`.
  NameListResult read(std::string_view text, std::string_view source);
  /// The bytes of a Gazetteer. Once, after the last list.
  std::string build(BuildSum& sum);

 private:
  struct Draft;
  using Numbers = std::unordered_map<std::uint32_t, std::uint32_t>;
  std::vector<std::uint32_t> order_aliases();
  void relate(GazetteerBuilder& builder, const Numbers& entity_of);
  void learn_people();
  void learn_own_names();
  bool is_person(std::string_view name) const;
  bool is_personal(std::string_view word) const;
  bool is_code(const ListedAlias& alias, const Evidence& about, std::string_view folded, std::uint16_t flags) const;
  double fame(const Evidence& about) const;
  bool draft(std::uint32_t thing, std::size_t begin, std::size_t end, Draft& out, BuildSum& sum) const;

  CommonWords common_;
  Things things_;
  std::unordered_map<std::string_view, std::size_t> forenames_, surnames_;  ///< of those known to be people
  std::unordered_set<std::string> own_names_, regions_;  ///< folded; of regions with the country in front
  BuildSum sum_;
};

}  // namespace newsmill::tag_entities
