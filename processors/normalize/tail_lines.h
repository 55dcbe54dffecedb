#pragma once
#include <memory_resource>
#include <string_view>
#include <vector>

#include "processors/core/article.h"
#include "processors/normalize/draft.h"
#include "processors/normalize/lexicon.h"

namespace newsmill::normalize {

/// A line that was taken out, and the row that knew it.
struct TakenLine {
  LineKind kind;
  std::string_view rule;
  std::string_view text;        ///< with `rest` rows the line and all that followed
  std::uint32_t paragraphs = 1;
  std::uint32_t chars = 0;
};

struct TakenLines {
  explicit TakenLines(Arena* arena) : lines(arena) {}
  std::pmr::vector<TakenLine> lines;
  std::size_t walls = 0;  ///< lines that only walls and error pages have; they stay
};

/// Takes out the lines of their own that rows of place `any` cover, wherever they stand.
void take_inserts(Draft& draft, LineMatcher& matcher, TakenLines& taken);

/// Takes out the lines at the end that rows of place `tail` or `any` cover: walking up from the
/// last line until the lines that stay have 15 % of the characters, or 400, or are eight. A row with
/// `rest` takes the end of the text with it, at most two fifths of the characters. A count of missing
/// characters behind the last word ("… [+2140 chars]", as news APIs cut) goes by itself.
/// The limits count what stays, so a second pass over what is left finds nothing.
void take_tail(Draft& draft, LineMatcher& matcher, TakenLines& taken);

}  // namespace newsmill::normalize
