#pragma once
#include <cstddef>
#include <string_view>

#include "processors/core/article.h"

namespace newsmill::normalize {

/// How much of the article was delivered.
///   none     no body and no summary
///   summary  a summary in a body's place
///   partial  a body that says that it goes on elsewhere ("[+2140 chars]", "Read the full story")
///   full     every other body
Completeness completeness(std::string_view body, std::string_view summary, bool cut);

/// True when a body reads like something that is no article: a wall (consent, login, "enable
/// JavaScript") or an error page. `walls` is the number of its lines that only such pages have. One
/// such line is enough for a text of up to 600 characters; a longer one, which may well be about
/// cookies, needs a third of its paragraphs.
bool reads_like_a_wall(std::size_t walls, std::size_t paragraphs, std::size_t chars);

/// Bodies shorter than this are flagged `short`, in code points: alerts and flashes are news too.
inline constexpr std::size_t kShortChars = 200;

}  // namespace newsmill::normalize
