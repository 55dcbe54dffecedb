#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "processors/text/unicode.h"

namespace newsmill::text {

/// What this folder asks about a code point, as bits of one word.
enum Property : std::uint16_t {
  kLetter = 1,
  kMark = 2,
  kDecimal = 4,
  kUpper = 8,          ///< Lu or Lt
  kLower = 16,
  kSpace = 32,         ///< White_Space
  kComposed = 64,      ///< NFC_Quick_Check = Yes
  kReordrant = 128,    ///< canonical combining class is not 0
  kFoldsToSelf = 256,  ///< NFKC_Casefold is the code point itself, NFKC_Quick_Check = Yes
  kUnclean = 512,      ///< clean_characters() looks at it
  kPictograph = 1024,  ///< Extended_Pictographic or Emoji_Modifier
};
constexpr unsigned kScriptShift = 12;  ///< the upper four bits hold a Script

/// Two-stage table over all code points, built once from ICU (about 10 ms) and constant after
/// that, so any thread may read it. ICU's own look-ups cost a call and a trie walk per property.
class Properties {
 public:
  Properties();

  std::uint16_t operator[](char32_t c) const { return pages_[stage_[c >> kPageBits] << kPageBits | (c & kPageMask)]; }

  /// Case folding of the small alphabets: the one code point that NFKC_Casefold gives, if it gives
  /// one of class 0 that nothing before it composes with; 0 = ask ICU. Requires c < kSimpleFolds.
  char16_t simple_fold(char32_t c) const { return folds_[c]; }
  static constexpr char32_t kSimpleFolds = 0x2000;

 private:
  static constexpr unsigned kPageBits = 7;
  static constexpr char32_t kPageMask = (1U << kPageBits) - 1;
  std::array<std::uint16_t, (0x110000 >> kPageBits)> stage_{};
  std::vector<std::uint16_t> pages_;
  std::array<char16_t, kSimpleFolds> folds_{};
};

const Properties& properties();

}  // namespace newsmill::text
