#pragma once
#include <memory_resource>
#include <string_view>

namespace newsmill::text {

/// Cleans characters and nothing else: CRLF, CR, VT and FF to LF; C1 controls read as windows-1252;
/// other controls, soft hyphen, zero-width space, word joiner, BOM, bidi and deprecated format
/// controls removed; ZWJ and ZWNJ kept between Arabic or Brahmic letters, after a virama and in
/// emoji; tab, NBSP and the Unicode spaces to a space, U+2028 and U+2029 to LF; U+FB00 to U+FB06
/// expanded; NFC. Quotes, dashes and case stay. Idempotent. Requires well-formed UTF-8.
/// `text` itself when nothing changes, else in the arena.
///   cost  one pass, about 5 GB/s on ASCII
std::string_view clean_characters(std::string_view text, std::pmr::memory_resource& arena);

/// Decodes HTML character references (WHATWG HTML 13.2.5.72 to 80 and its named table): &#146; is
/// ’, surrogates and values above U+10FFFF are U+FFFD, the longest legacy name works without
/// semicolon. One departure: a name without semicolon whose word ends at "=" stays, because plain
/// text holds addresses ("?a=1&copy=2"). A second pass runs only when the field still holds
/// `&(amp|lt|gt|quot|#[0-9]+);` after the first.
/// `text` itself when it holds none, else in the arena. O(bytes).
std::string_view decode_references(std::string_view text, std::pmr::memory_resource& arena);

/// Repairs text that was UTF-8, read as windows-1252 or ISO-8859-1 and encoded again, up to four
/// times over. Acts only on sequences that cannot be meant, that occur twice or with no clean
/// non-ASCII letter around, that decode strictly, and where half of the improbable characters at
/// least go; otherwise leaves everything as it is. Call it before clean_characters(), which takes
/// the soft hyphens, no-break spaces and C1 controls that sequences are made of.
/// Source: the policy of ftfy (near silence on clean text), own rules.
///   cost  a scan for the byte C3 on clean text
struct Repair {
  std::string_view text;
  bool repaired = false;
};
Repair repair_mojibake(std::string_view text, std::pmr::memory_resource& arena);

}  // namespace newsmill::text
