#pragma once
#include <string_view>

#include "processors/core/article.h"

namespace newsmill::decode {

/// Raw text: the whole of it is the body. What its first lines say (headline, kicker, byline, date,
/// site) is found by normalize.
void read_text(std::string_view text, Given& given);

}  // namespace newsmill::decode
