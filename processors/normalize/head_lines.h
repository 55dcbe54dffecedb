#pragma once
#include <memory_resource>
#include <string_view>
#include <vector>

#include "processors/core/article.h"
#include "processors/normalize/draft.h"
#include "processors/normalize/lexicon.h"

namespace newsmill::normalize {

/// A piece of a head line, and what it was taken for.
struct HeadPiece {
  LineKind kind;
  std::string_view rule;      ///< id of the row or rule
  std::string_view language;  ///< of the row; empty = any
  std::string_view text;      ///< the whole of it: "Updated: 2021-12-01 09:05"
  std::string_view value;     ///< the part that counts: "2021-12-01 09:05"
};

/// What the first lines of a text say about it.
struct Head {
  explicit Head(Arena* arena) : pieces(arena) {}
  std::string_view headline, kicker, subheadline;  ///< found in the text; empty when not
  std::string_view located;                        ///< of the dateline
  std::pmr::vector<HeadPiece> pieces;
};

/// What is known before the text is read.
struct HeadGiven {
  std::string_view headline, subheadline;
};

/// Reads the first lines of `draft` and takes out those that are about the article and not of it:
///  * echoes of the given headline and subheadline, also with " | Site" behind them, and the one to
///    three short lines of a rubric right above an echo;
///  * lines, or lines of pieces between " | " or " · ", that rows of place `head` cover as a whole;
///  * the agency dateline of the first paragraph.
/// Without a given headline it looks for one: the short lines above the first paragraph of prose, or
/// above the line that names author or date.
/// Only the first kHeadLines of the lines that stay are looked at, so that a second pass over what
/// is left finds nothing. The last paragraph is never taken.
///   cost  the first lines only
inline constexpr std::size_t kHeadLines = 6;
void read_head(Draft& draft, const HeadGiven& given, const Lexicons& lexicons, LineMatcher& matcher, Head& head,
               std::pmr::vector<Removed>& removed, Arena& arena);

/// The headline without a site's name behind the last " | ", " - " or their like; the headline
/// itself when there is none.
std::string_view without_site(std::string_view headline);

/// True for a paragraph of running text, as opposed to a headline, a rubric or a line of a list.
bool is_prose(std::string_view line);

}  // namespace newsmill::normalize
