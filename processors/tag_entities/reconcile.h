#pragma once
#include <cstddef>

#include "processors/tag_entities/things.h"

namespace newsmill::tag_entities {

/// What was joined, by what.
struct Joined {
  std::size_t places = 0;       ///< a title or item with the territory, subdivision or city of its name
  std::size_t companies = 0;    ///< a register's entry with the title of its name
  std::size_t by_name = 0;      ///< what has a name only with the one thing that bears it
};

/// Joins what several sources list under identifiers of different schemes. Conservative: a place is
/// joined by a whole name when the qualifier of the title ("Anchorage, Alaska", "Georgia (country)")
/// or the absence of one leaves a single choice; otherwise both stay.
Joined reconcile(Things& things);

}  // namespace newsmill::tag_entities
