#pragma once
#include <cstdint>
#include <span>

#include "processors/text/tokens.h"

namespace newsmill::dedup {

/// What a headline says about how its article is to be compared.
struct HeadlineSigns {
  std::uint64_t skeleton = 0;  ///< hash of its words without figures, days and ticker symbols; 0 = none left
  bool correction = false;     ///< begins or ends with a word that agencies put on a text sent again: CORRECTED, RPT, …
};

/// `words` are those of the headline, in order. Cost: one pass. Any thread.
HeadlineSigns read_headline(std::span<const text::Token> words);

}  // namespace newsmill::dedup
