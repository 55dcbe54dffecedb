#pragma once
#include <string_view>

#include "processors/normalize/draft.h"

namespace newsmill::normalize {

/// Finds the paragraphs of a plain text and fills `draft` with them, each on one line, with single
/// spaces, without spaces at its ends. A paragraph is
///  * a line, in text that keeps a paragraph on a line (blank lines or not), or
///  * a run of lines, in text that was wrapped at a column, as wires and mails are. A block of
///    lines counts as wrapped only when nearly every line is so long that the first word of the
///    next would not have fitted, and the lines go on in lower case: so lists, verse, tables and
///    scores stay lines. A word cut at the end of a line by "-" or "¬" is put together.
/// The result is a fixed point: its paragraphs joined by kParagraphBreak give the same paragraphs.
///   text    well-formed UTF-8, cleaned: line breaks are LF, no tabs
///   cost    one pass, about 1 ns a byte; memory at most twice the text
///   errors  false when the budget is used up
[[nodiscard]] bool split_paragraphs(std::string_view text, Draft& draft, Arena& arena, Budget& budget);

/// True for a line that begins like an entry of a list: "- ", "• ", "3) ", "12. ".
bool is_list_item(std::string_view line);

/// Longest paragraph that nobody calls flattened, in code points.
inline constexpr std::size_t kFlattenedChars = 1500;

}  // namespace newsmill::normalize
