#pragma once
#include "processors/core/budget.h"
#include "processors/tag_entities/reading.h"

namespace newsmill::tag_entities {

/// Turns the decided names into groups, one an entity, and their occurrences into mentions: all that are
/// not blocked and not inside a longer one. O(n log n). False when the budget is used up.
bool gather(Reading& reading, const Gazetteer& gazetteer, Budget& budget);

/// The mention that covers a token, or kNone; `found` is sorted and does not overlap.
std::uint32_t found_at(const Reading& reading, std::uint32_t token);

/// Brings `found` into the order of the text; of two that overlap the longer one stays, else the first.
void settle(Reading& reading);

}  // namespace newsmill::tag_entities
