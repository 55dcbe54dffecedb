#include "processors/text/unicode.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>

#include <stdexcept>

#include "processors/text/arena_copy.h"
#include "processors/text/ascii.h"
#include "processors/text/properties.h"
#include "processors/text/utf8.h"

namespace newsmill::text {
namespace {

const icu::Normalizer2& normalizer(const icu::Normalizer2* (*get)(UErrorCode&)) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const found = get(error);
  if (U_FAILURE(error)) throw std::runtime_error("ICU has no normalization data: reinstall libicu");
  return *found;
}

const icu::Normalizer2& nfc_normalizer() {
  static const icu::Normalizer2& instance = normalizer(icu::Normalizer2::getNFCInstance);
  return instance;
}

const icu::Normalizer2& fold_normalizer() {
  static const icu::Normalizer2& instance = normalizer(icu::Normalizer2::getNFKCCasefoldInstance);
  return instance;
}

icu::StringPiece piece(std::string_view text) { return {text.data(), static_cast<std::int32_t>(text.size())}; }

/// UAX #15 quick check, on the safe side: true only if every code point is NFC_Quick_Check = Yes
/// and no two of a combining class other than 0 are neighbours (so their order needs no check).
bool surely_nfc(std::string_view text) {
  const Properties& table = properties();
  bool after_mark = false;
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      at += ascii_run(text, at);
      after_mark = false;
      continue;
    }
    const std::uint16_t bits = table[next(text, at)];
    const bool mark = (bits & kReordrant) != 0;
    if ((bits & kComposed) == 0 || (mark && after_mark)) return false;
    after_mark = mark;
  }
  return true;
}

/// Writes a code point below U+110000 as UTF-8 and returns the place behind it.
char* put(char32_t c, char* to) {
  if (c < 0x80) {
    *to++ = static_cast<char>(c);
    return to;
  }
  if (c < 0x800) {
    *to++ = static_cast<char>(0xC0 | c >> 6);
  } else {
    if (c < 0x10000) {
      *to++ = static_cast<char>(0xE0 | c >> 12);
    } else {
      *to++ = static_cast<char>(0xF0 | c >> 18);
      *to++ = static_cast<char>(0x80 | (c >> 12 & 0x3F));
    }
    *to++ = static_cast<char>(0x80 | (c >> 6 & 0x3F));
  }
  *to++ = static_cast<char>(0x80 | (c & 0x3F));
  return to;
}

/// fold() of what needs no normalization algorithm; false and `out` unchanged where one is needed.
bool fold_simply(std::string_view text, std::string& out) {
  const Properties& table = properties();
  const std::size_t before = out.size();
  // A simple fold takes two bytes to three at most; ASCII and what folds to itself do not grow.
  out.resize(before + text.size() * 2);
  char* to = out.data() + before;
  bool after_mark = false;
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      *to++ = ascii_lower(text[at++]);
      after_mark = false;
      continue;
    }
    const char32_t c = next(text, at);
    const std::uint16_t bits = table[c];
    const bool mark = (bits & kReordrant) != 0;
    if ((bits & kFoldsToSelf) != 0 && !(mark && after_mark)) {
      to = put(c, to);
    } else if (c < Properties::kSimpleFolds && table.simple_fold(c) != 0) {
      to = put(table.simple_fold(c), to);
    } else {
      out.resize(before);
      return false;
    }
    after_mark = mark;
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
  return true;
}

}  // namespace

std::string_view nfc(std::string_view text, std::pmr::memory_resource& arena) {
  if (surely_nfc(text)) return text;
  UErrorCode error = U_ZERO_ERROR;
  if (nfc_normalizer().isNormalizedUTF8(piece(text), error)) return text;
  std::string composed;
  composed.reserve(text.size());
  icu::StringByteSink<std::string> sink(&composed);
  nfc_normalizer().normalizeUTF8(0, piece(text), sink, nullptr, error);
  if (U_FAILURE(error)) throw std::runtime_error(std::string("ICU failed to normalize: ") + u_errorName(error));
  return arena_copy(composed, arena);
}

void fold(std::string_view text, std::string& out) {
  if (fold_simply(text, out)) return;
  UErrorCode error = U_ZERO_ERROR;
  icu::StringByteSink<std::string> sink(&out);
  fold_normalizer().normalizeUTF8(0, piece(text), sink, nullptr, error);
  if (U_FAILURE(error)) throw std::runtime_error(std::string("ICU failed to fold: ") + u_errorName(error));
}

bool is_letter(char32_t c) { return (properties()[c] & kLetter) != 0; }
bool is_mark(char32_t c) { return (properties()[c] & kMark) != 0; }
bool is_digit(char32_t c) { return (properties()[c] & kDecimal) != 0; }
bool is_upper(char32_t c) { return (properties()[c] & kUpper) != 0; }
bool is_lower(char32_t c) { return (properties()[c] & kLower) != 0; }
bool is_space(char32_t c) { return (properties()[c] & kSpace) != 0; }
Script script(char32_t c) { return static_cast<Script>(properties()[c] >> kScriptShift); }

std::size_t word_runs(std::string_view text) {
  const Properties& table = properties();
  std::size_t runs = 0;
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
#if defined(__SSE2__)
    // 16 ASCII bytes at a time: a run begins at each letter or digit without one before it.
    if (text.size() - at >= 16) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
      if (_mm_movemask_epi8(bytes) == 0) {
        const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
        const auto within = [](__m128i all, char low, char high) {
          return _mm_and_si128(_mm_cmpgt_epi8(all, _mm_set1_epi8(static_cast<char>(low - 1))),
                               _mm_cmplt_epi8(all, _mm_set1_epi8(static_cast<char>(high + 1))));
        };
        const __m128i either = _mm_or_si128(within(folded, 'a', 'z'), within(bytes, '0', '9'));
        const auto word = static_cast<unsigned>(_mm_movemask_epi8(either));
        unsigned begins = word & ~(word << 1 | (inside ? 1U : 0U));
        for (; begins != 0; begins &= begins - 1) ++runs;
        inside = (word & 0x8000U) != 0;
        at += 16;
        continue;
      }
    }
#endif
    const char32_t c = next(text, at);
    const std::uint16_t bits = table[c];
    if ((bits & (kLetter | kDecimal)) != 0) {
      runs += !inside;
      inside = true;
    } else if ((bits & kMark) == 0 && c != 0x200C && c != 0x200D) {  // joiners stand inside words of Persian or Hindi
      inside = false;
    }
  }
  return runs;
}

}  // namespace newsmill::text
