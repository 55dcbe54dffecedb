#pragma once
#include <string_view>

namespace newsmill::decode {

/// True when a text is HTML and not prose that mentions a tag: a known block element closes
/// properly, or a <br> occurs. O(bytes).
/// Source: contract of the plain input, "coercions" (docs/record.md).
bool is_html(std::string_view text);

}  // namespace newsmill::decode
