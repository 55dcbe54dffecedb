#include "processors/text/properties.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <map>
#include <stdexcept>

#include "processors/text/clean_class.h"

namespace newsmill::text {
namespace {

Script script_class(char32_t c) {
  UErrorCode error = U_ZERO_ERROR;
  const auto code = static_cast<UChar32>(c);
  switch (uscript_getScript(code, &error)) {
    case USCRIPT_LATIN: return Script::latin;
    case USCRIPT_CYRILLIC: return Script::cyrillic;
    case USCRIPT_GREEK: return Script::greek;
    case USCRIPT_ARABIC: return Script::arabic;
    case USCRIPT_HEBREW: return Script::hebrew;
    case USCRIPT_HAN: return Script::han;
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA: return Script::kana;
    case USCRIPT_HANGUL: return Script::hangul;
    case USCRIPT_THAI: return Script::thai;
    case USCRIPT_LAO: return Script::lao;
    case USCRIPT_KHMER: return Script::khmer;
    case USCRIPT_MYANMAR: return Script::myanmar;
    case USCRIPT_DEVANAGARI:
    case USCRIPT_BENGALI:
    case USCRIPT_GURMUKHI:
    case USCRIPT_GUJARATI:
    case USCRIPT_ORIYA:
    case USCRIPT_TAMIL:
    case USCRIPT_TELUGU:
    case USCRIPT_KANNADA:
    case USCRIPT_MALAYALAM:
    case USCRIPT_SINHALA: return Script::indic;
    default:
      // The prolonged sound mark and its kin are Common, but only kana uses them; the vowel signs of
      // Arabic and the accents of Devanagari are Inherited.
      if (u_isalpha(code) && uscript_hasScript(code, USCRIPT_KATAKANA)) return Script::kana;
      if ((U_GET_GC_MASK(code) & U_GC_M_MASK) == 0) return Script::other;
      if (uscript_hasScript(code, USCRIPT_ARABIC)) return Script::arabic;
      return uscript_hasScript(code, USCRIPT_DEVANAGARI) ? Script::indic : Script::other;
  }
}

std::uint16_t category_bits(char32_t c) {
  switch (u_charType(static_cast<UChar32>(c))) {
    case U_UPPERCASE_LETTER:
    case U_TITLECASE_LETTER: return kLetter | kUpper;
    case U_LOWERCASE_LETTER: return kLetter | kLower;
    case U_MODIFIER_LETTER:
    case U_OTHER_LETTER: return kLetter;
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_COMBINING_SPACING_MARK: return kMark;
    case U_DECIMAL_DIGIT_NUMBER: return kDecimal;
    default: return 0;
  }
}

/// Where assigned characters with properties of interest lie; the rest of the code space is
/// unassigned or private and has one value, so it need not be asked.
bool is_populated(char32_t c) { return c < 0x32400 || (c >= 0xE0000 && c < 0xE1000); }

}  // namespace

Properties::Properties() {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const fold = icu::Normalizer2::getNFKCCasefoldInstance(error);
  if (U_FAILURE(error)) throw std::runtime_error("ICU has no normalization data: reinstall libicu");

  const auto bits_of = [&](char32_t c) -> std::uint16_t {
    const auto code = static_cast<UChar32>(c);
    unsigned bits = category_bits(c) | static_cast<unsigned>(script_class(c)) << kScriptShift;
    if (u_isUWhiteSpace(code)) bits |= kSpace;
    if (u_getIntPropertyValue(code, UCHAR_NFC_QUICK_CHECK) == UNORM_YES) bits |= kComposed;
    if (u_getCombiningClass(code) != 0) bits |= kReordrant;
    if (u_getIntPropertyValue(code, UCHAR_NFKC_QUICK_CHECK) == UNORM_YES &&
        !u_hasBinaryProperty(code, UCHAR_CHANGES_WHEN_NFKC_CASEFOLDED))
      bits |= kFoldsToSelf;
    if (u_hasBinaryProperty(code, UCHAR_EXTENDED_PICTOGRAPHIC) || u_hasBinaryProperty(code, UCHAR_EMOJI_MODIFIER))
      bits |= kPictograph;
    if (clean_class(c) != CleanClass::keep) bits |= kUnclean;
    return static_cast<std::uint16_t>(bits);
  };

  const std::uint16_t elsewhere = bits_of(0xE1000);
  std::map<std::vector<std::uint16_t>, std::uint16_t> known;
  std::vector<std::uint16_t> page(1U << kPageBits);
  for (char32_t begin = 0; begin < 0x110000; begin += 1U << kPageBits) {
    for (char32_t i = 0; i <= kPageMask; ++i) page[i] = is_populated(begin) ? bits_of(begin + i) : elsewhere;
    const auto [at, added] = known.try_emplace(page, static_cast<std::uint16_t>(known.size()));
    if (added) pages_.insert(pages_.end(), page.begin(), page.end());
    stage_[begin >> kPageBits] = at->second;
  }

  icu::UnicodeString folded;
  for (char32_t c = 0; c < kSimpleFolds; ++c) {
    folded = fold->normalize(icu::UnicodeString(static_cast<UChar32>(c)), error);
    if (U_FAILURE(error) || folded.length() != 1) continue;
    const std::uint16_t bits = (*this)[folded[0]];
    if ((bits & kFoldsToSelf) != 0 && (bits & kReordrant) == 0) folds_[c] = folded[0];
  }
}

const Properties& properties() {
  static const Properties table;
  return table;
}

}  // namespace newsmill::text
