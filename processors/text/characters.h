#pragma once
#include <memory_resource>
#include <string_view>

namespace newsmill::text {

/// Cleans characters and nothing else: CRLF and CR to LF; C1 controls read as windows-1252 first;
/// C0, soft hyphen, zero-width space, BOM and bidi controls removed; ZWJ and ZWNJ kept between
/// Arabic or Indic letters and in emoji; NBSP and the Unicode spaces to a space, U+2028 and U+2029
/// to LF; U+FB00 to U+FB06 expanded; NFC. Quotes, dashes and case stay. Tabs become spaces.
/// Idempotent. Requires well-formed UTF-8. `text` itself when nothing changes, else in the arena.
std::string_view clean_characters(std::string_view text, std::pmr::memory_resource& arena);

/// Decodes HTML character references (WHATWG HTML 13.2.5.72 and its named table; &#146; is ’; a
/// legacy name works without semicolon where the standard says so). A second pass runs only when
/// the whole field still holds `&(amp|lt|gt|quot|#n);` after the first.
/// `text` itself when it holds none, else in the arena.
std::string_view decode_references(std::string_view text, std::pmr::memory_resource& arena);

/// Repairs text that was UTF-8, read as windows-1252 or ISO-8859-1 and encoded again. Acts only on
/// sequences that cannot be meant, occur twice or with no clean non-ASCII letter around, decode
/// strictly, and lower the count of improbable characters; otherwise leaves everything as it is.
/// Source: the policy of ftfy (near silence on clean text), own rules.
struct Repair {
  std::string_view text;
  bool repaired = false;
};
Repair repair_mojibake(std::string_view text, std::pmr::memory_resource& arena);

}  // namespace newsmill::text
