#pragma once
#include <cstdint>
#include <memory_resource>
#include <string_view>
#include <vector>

namespace newsmill::text {

enum class Field : std::uint8_t { headline, body };

/// Case and shape of a token as written. `hash` is folded, so these bits are all that is left of
/// the case; a case-exact alias (US, WHO) is a hash plus a bit test.
enum TokenFlag : std::uint16_t {
  kCapital = 1,         ///< first letter is upper or title case
  kAllCaps = 2,         ///< two letters or more, none lower case
  kCamel = 4,           ///< an upper-case letter after a lower-case one
  kDigit = 8,           ///< holds a digit
  kSentenceStart = 16,  ///< first token of its sentence
  kIdeographic = 32,    ///< one code point of a script written without spaces (Han, Kana, Thai, Lao, Khmer, Myanmar)
  kPossessive = 64,     ///< the 's, ’s or s' split from the word before it
  kJoined = 128,        ///< no space between this token and the one before it (hyphen, apostrophe, ideographs)
  kAbbreviation = 256,  ///< initials and abbreviations kept whole: U.S., N.J., Jr.
};

/// One word. [begin, end) are bytes of the published text of `field` and never change.
struct Token {
  std::uint64_t hash;  ///< XXH3-64 of the folded form (NFKC, case folded)
  std::uint32_t begin, end;
  std::uint32_t sentence;  ///< counted from 0 through headline and body
  std::uint16_t flags;     ///< TokenFlag
  Field field;
};

/// Appends the tokens of `text` (valid UTF-8, NFC) to `tokens`; returns the number of the next
/// free sentence. A blank line always ends a sentence.
///   cost  one pass, O(bytes); about 10 ns a word for ASCII
/// Thread safety: none shared. Never fails.
/// Source: UAX #29 word boundaries, with the departures that TokenFlag names.
std::uint32_t tokenize(std::string_view text, Field field, std::uint32_t first_sentence,
                       std::pmr::vector<Token>& tokens);

/// The hash that tokenize() gives a word: how gazetteers and queries look one up.
std::uint64_t token_hash(std::string_view word);

}  // namespace newsmill::text
