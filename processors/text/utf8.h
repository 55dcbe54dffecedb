#pragma once
#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>

namespace newsmill::text {

/// True when `bytes` is well-formed UTF-8 (Unicode 15 table 3-7): no overlong forms, no surrogates.
bool valid_utf8(std::string_view bytes);

/// Well-formed UTF-8 made of any bytes: each maximal ill-formed part becomes U+FFFD (Unicode 15,
/// section 3.9, "substitution of maximal subparts").
struct Repaired {
  std::string_view text;   ///< `bytes` itself when nothing was damaged, else in the arena
  std::size_t damaged = 0;  ///< number of U+FFFD put in
};
Repaired repair_utf8(std::string_view bytes, std::pmr::memory_resource& arena);

/// Reads one code point of well-formed UTF-8 at `at` and moves `at` behind it. Requires at < size.
inline char32_t next(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) { ++at; return lead; }
  if (lead < 0xE0) { at += 2; return (char32_t{lead} & 0x1F) << 6 | (byte(at - 1) & 0x3F); }
  if (lead < 0xF0) {
    at += 3;
    return (char32_t{lead} & 0x0F) << 12 | (char32_t{byte(at - 2)} & 0x3F) << 6 | (byte(at - 1) & 0x3F);
  }
  at += 4;
  return (char32_t{lead} & 0x07) << 18 | (char32_t{byte(at - 3)} & 0x3F) << 12 |
         (char32_t{byte(at - 2)} & 0x3F) << 6 | (byte(at - 1) & 0x3F);
}

/// Number of code points that begin in a piece of well-formed UTF-8, wherever it was cut. O(bytes), vectorised.
std::size_t code_points(std::string_view text);

/// The longest prefix of at most `count` code points.
std::string_view prefix(std::string_view text, std::size_t count);

void append(std::string& text, char32_t code_point);

}  // namespace newsmill::text
