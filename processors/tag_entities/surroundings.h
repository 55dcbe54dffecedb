#pragma once
#include "processors/tag_entities/reading.h"

namespace newsmill::tag_entities {

/// Looks at the words beside every occurrence: fills Occurrence::blocked and Name::around. An occurrence
/// is blocked when a capital beside it, which no known name and no ordinary word explains, makes it a part
/// of a longer name: Paris in "Paris Hilton", Georgia in "Georgia State Fair". O(occurrences).
void read_surroundings(Reading& reading, const Gazetteer& gazetteer);

/// The kinds of the word before or behind tokens [first, last), when only a space or a joiner is between
/// and the sentence is the same; 0 otherwise.
std::uint16_t kinds_before(const Reading& reading, std::uint32_t first);
std::uint16_t kinds_behind(const Reading& reading, std::uint32_t last);

}  // namespace newsmill::tag_entities
