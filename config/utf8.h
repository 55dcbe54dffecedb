#pragma once
#include <cstddef>
#include <string_view>

namespace newsmill::config {

/// Byte of the first ill-formed UTF-8 sequence (Unicode 15.0, table 3-7), or npos.
std::size_t ill_formed(std::string_view text);

}  // namespace newsmill::config
