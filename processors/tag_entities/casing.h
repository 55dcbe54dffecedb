#pragma once
#include "processors/tag_entities/reading.h"

namespace newsmill::tag_entities {

/// Fills `casings`: in which sentences capitals say nothing. O(tokens).
void read_casings(Reading& reading);

/// True for a word of a script without capitals: Arabic, Hangul, Devanagari …
bool has_no_case(const Reading& reading, std::uint32_t token);

}  // namespace newsmill::tag_entities
