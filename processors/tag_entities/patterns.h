#pragma once
#include "processors/core/budget.h"
#include "processors/tag_entities/reading.h"

namespace newsmill::tag_entities {

/// Finds persons whom no list knows, where a strong word stands before them: "Foreign Minister X Y",
/// "Mr X". A name of two words or more behind a title, of one behind an honorific; nothing in headlines in
/// title case. They get a group without an id. O(tokens). False when the budget is used up.
bool find_patterns(Reading& reading, Budget& budget);

}  // namespace newsmill::tag_entities
