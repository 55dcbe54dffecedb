#pragma once
#include <string_view>

#include "processors/core/article.h"

namespace newsmill::normalize {

/// What the characters of a delivered text went through.
struct Cleaned {
  std::string_view text;
  bool mojibake = false;
};

/// A text with its characters put in order: references decoded, mojibake repaired, controls and
/// odd spaces gone, NFC. Line breaks are LF and stay. `text` itself when nothing changes, else in
/// the arena. Ill-formed UTF-8, which decode does not let through, is repaired first.
/// Errors: none; the caller spends the budget, about 10 units a byte.
Cleaned clean_text(std::string_view text, Arena& arena);

/// The same for a field of one line: line breaks become spaces, runs of spaces one, ends trimmed.
Cleaned clean_line(std::string_view text, Arena& arena);

}  // namespace newsmill::normalize
