#pragma once
#include <array>
#include <cstddef>

namespace newsmill::text {

/// What windows-1252 has at 0x80 to 0x9F, 0 where it has nothing.
/// Source: WHATWG Encoding, index windows-1252; the same table as HTML 13.2.5.80.
inline constexpr std::array<char16_t, 32> kWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D,
    0,
    0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E,
    0x0178};

/// The character of a C1 control read as windows-1252; the control itself where there is none.
constexpr char32_t from_windows_1252(char32_t control) {
  const char32_t found = kWindows1252[control - 0x80];
  return found != 0 ? found : control;
}

/// The byte that windows-1252 or ISO-8859-1 writes for a non-ASCII character; 0 if neither can.
constexpr unsigned char to_windows_1252(char32_t c) {
  if (c >= 0x80 && c <= 0xFF) return static_cast<unsigned char>(c);
  if (c < 0x0152 || c > 0x2122) return 0;
  for (std::size_t i = 0; i < kWindows1252.size(); ++i)
    if (kWindows1252[i] == c) return static_cast<unsigned char>(0x80 + i);
  return 0;
}

}  // namespace newsmill::text
