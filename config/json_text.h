#pragma once
#include <string>
#include <string_view>

namespace newsmill::config {

/// `text` as a JSON string with its quotes (RFC 8259 section 7). Bytes above 0x7F pass as they are.
std::string json_text(std::string_view text);

}  // namespace newsmill::config
