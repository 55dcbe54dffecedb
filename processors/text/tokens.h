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
  kAllCaps = 2,         ///< two upper-case letters or more, and no other letter
  kCamel = 4,           ///< an upper-case letter after a lower-case one
  kDigit = 8,           ///< holds a digit
  kSentenceStart = 16,  ///< first token of its sentence
  kIdeographic = 32,    ///< one letter of a script written without spaces (Han, Kana, Thai, Lao, Khmer, Myanmar)
  kPossessive = 64,     ///< the s of 's or ’s, split from the word before it
  kJoined = 128,        ///< nothing, or one of - ' ’ . / & _ @, between this token and the one before it
  kAbbreviation = 256,  ///< initials and abbreviations kept whole, with their points: U.S., N.J., Jr.
};

/// One word. [begin, end) are bytes of the published text of `field` and never change.
struct Token {
  std::uint64_t hash;  ///< XXH3-64 of the folded form (NFKC_Casefold); of an abbreviation without its points
  std::uint32_t begin, end;
  std::uint32_t sentence;  ///< counted from 0 through headline and body
  std::uint16_t flags;     ///< TokenFlag
  Field field;
};

/// Appends the tokens of `text` (well-formed UTF-8, NFC) to `tokens`; returns the number of the next
/// free sentence. Every letter and digit is in exactly one token; tokens ascend and do not overlap.
///
/// Words are those of UAX #29 with these departures, all made so that a name is found however it is
/// joined: apostrophes, hyphens and points between letters split (l'Europe, US-China, example.com:
/// kJoined says so); digits stay together over , and . (1,900.5); initials stay whole and hash as
/// their letters do, so that U.S. and US are one key told apart by kAbbreviation; scripts without
/// spaces give one token a letter, marks included.
///
/// A sentence ends at . ! ? … before white space and no lower-case letter, at the full stops of other
/// scripts, and at a blank line; not after initials, titles and the abbreviations in tokens.cc, unless
/// a common first word such as "The" follows.
///   cost  one pass, O(bytes), no allocation but the vector's; text over 4 GiB is not supported
/// Thread safety: none shared. Never fails.
std::uint32_t tokenize(std::string_view text, Field field, std::uint32_t first_sentence,
                       std::pmr::vector<Token>& tokens);

/// The hash that tokenize() gives to a word that is one token: how gazetteers and queries look it up.
std::uint64_t token_hash(std::string_view word);

}  // namespace newsmill::text
