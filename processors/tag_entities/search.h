#pragma once
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "processors/tag_entities/gazetteer.h"

namespace newsmill::tag_entities {

/// Questions that people ask of a gazetteer; matching articles does not go through here.

/// What the whole of `name` may mean, the likeliest first.
std::span<const Candidate> find(const Gazetteer& gazetteer, std::string_view name);

/// Names entities are shown by that differ from `name` in few letters, at most five, the most famous
/// first. O(entities); a tenth of a second for 400,000.
std::vector<std::string> near_misses(const Gazetteer& gazetteer, std::string_view name);

struct Counts {
  std::map<std::string, std::size_t> types;  ///< entities by name of their type; "unknown"
  std::size_t linked = 0;                     ///< with a public identifier
};
Counts count(const Gazetteer& gazetteer);

/// The words for AliasFlag.
std::vector<std::string_view> flag_names(std::uint16_t flags);
/// The identifiers that are known, by the keys of the record.
std::vector<std::pair<std::string_view, std::string_view>> listed(const EntityIds& ids);

}  // namespace newsmill::tag_entities
