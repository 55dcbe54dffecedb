#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace newsmill {

/// Shape of a delivered article. `automatic` is only ever a wish, never a finding.
enum class Format : std::uint8_t { automatic, plain, text };

/// "auto", "plain", "text": the names of configuration, command line and record.
std::string_view format_name(Format format);
std::optional<Format> format_of(std::string_view name);

}  // namespace newsmill
