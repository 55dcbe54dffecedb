#pragma once
#include <cstdint>

namespace newsmill::text {

/// What clean_characters() does with a code point.
enum class CleanClass : std::uint8_t {
  keep,
  remove,        ///< C0, undefined C1, soft hyphen, zero-width space, BOM, bidi and deprecated format controls
  space,         ///< tab, no-break space, the Unicode spaces
  line,          ///< CR, CRLF, VT, FF, U+2028, U+2029
  windows_1252,  ///< a C1 control that windows-1252 gives a character
  ligature,      ///< U+FB00 to U+FB06
  joiner,        ///< ZWJ, ZWNJ: the letters around decide
};

constexpr CleanClass clean_class(char32_t c) {
  if (c == '\n') return CleanClass::keep;
  if (c == '\t') return CleanClass::space;
  if (c == '\r' || c == 0x0B || c == 0x0C) return CleanClass::line;
  if (c < 0x20 || c == 0x7F) return CleanClass::remove;
  if (c < 0x80) return CleanClass::keep;
  if (c < 0xA0) return c == 0x81 || c == 0x8D || c == 0x8F || c == 0x90 || c == 0x9D ? CleanClass::remove
                                                                                       : CleanClass::windows_1252;
  if (c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F || c == 0x3000)
    return CleanClass::space;
  if (c == 0x200C || c == 0x200D) return CleanClass::joiner;
  if (c == 0x2028 || c == 0x2029) return CleanClass::line;
  if (c == 0xAD || c == 0x061C || c == 0x200B || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
      c == 0x2060 || (c >= 0x2066 && c <= 0x206F) || c == 0xFEFF)
    return CleanClass::remove;
  if (c >= 0xFB00 && c <= 0xFB06) return CleanClass::ligature;
  return CleanClass::keep;
}

}  // namespace newsmill::text
