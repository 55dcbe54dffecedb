#pragma once
#include <string>
#include <string_view>

namespace newsmill::config {

/// `text` as a JSON string with its quotes (RFC 8259 section 7). A byte that is no
/// UTF-8 becomes U+FFFD, so that the result is always well formed.
std::string json_text(std::string_view text);

}  // namespace newsmill::config
