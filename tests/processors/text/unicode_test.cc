#include "processors/text/unicode.h"

#include <gtest/gtest.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <memory_resource>
#include <random>
#include <string>
#include <vector>

#include "processors/text/utf8.h"

namespace newsmill::text {
namespace {

std::string folded(std::string_view text) {
  std::string out;
  fold(text, out);
  return out;
}

std::string by_icu(const icu::Normalizer2& normalizer, const std::string& text) {
  UErrorCode error = U_ZERO_ERROR;
  std::string out;
  normalizer.normalize(icu::UnicodeString::fromUTF8(text), error).toUTF8String(out);
  EXPECT_TRUE(U_SUCCESS(error));
  return out;
}

TEST(Unicode, PropertiesAreThoseOfIcu) {
  for (char32_t c = 0; c < 0x110000; c += c < 0x33000 ? 1 : 37) {
    const auto code = static_cast<UChar32>(c);
    const auto mask = U_GET_GC_MASK(code);
    ASSERT_EQ(is_letter(c), (mask & U_GC_L_MASK) != 0) << std::hex << code;
    ASSERT_EQ(is_mark(c), (mask & U_GC_M_MASK) != 0) << std::hex << code;
    ASSERT_EQ(is_digit(c), (mask & U_GC_ND_MASK) != 0) << std::hex << code;
    ASSERT_EQ(is_upper(c), (mask & (U_GC_LU_MASK | U_GC_LT_MASK)) != 0) << std::hex << code;
    ASSERT_EQ(is_lower(c), (mask & U_GC_LL_MASK) != 0) << std::hex << code;
    ASSERT_EQ(is_space(c), u_isUWhiteSpace(code) != 0) << std::hex << code;
  }
}

TEST(Unicode, NamesTheScriptsThatTheChainTreatsDifferently) {
  struct Row {
    char32_t c;
    Script script;
  };
  for (const Row& row : std::vector<Row>{
           {U'a', Script::latin}, {U'ß', Script::latin}, {U'ж', Script::cyrillic}, {U'λ', Script::greek},
           {U'س', Script::arabic}, {U'ש', Script::hebrew}, {U'中', Script::han}, {U'々', Script::han},
           {U'の', Script::kana}, {U'カ', Script::kana}, {U'ー', Script::kana}, {U'한', Script::hangul},
           {U'ไ', Script::thai}, {U'ก', Script::thai}, {U'ລ', Script::lao}, {U'ក', Script::khmer},
           {U'မ', Script::myanmar}, {U'क', Script::indic}, {U'த', Script::indic}, {U'ക', Script::indic},
           {U'አ', Script::other}, {U'1', Script::other}, {U'.', Script::other}, {U'。', Script::other}})
    EXPECT_EQ(script(row.c), row.script) << std::hex << static_cast<unsigned>(row.c);
}

// UAX #15: composed, decomposed, wrong order of marks, Hangul jamo, composition exclusions.
TEST(Unicode, NfcComposes) {
  std::pmr::monotonic_buffer_resource arena;
  struct Row {
    std::string text, composed;
  };
  for (const Row& row : std::vector<Row>{{"e\u0301", "é"},
                                         {"a\u0323\u0302", "ậ"},
                                         {"a\u0302\u0323", "ậ"},
                                         {"\u1112\u1161\u11AB", "한"},
                                         {"\u0958", "\u0915\u093C"},
                                         {"\u212B", "Å"},
                                         
                                         {"ا\u0653", "آ"},
                                         {"\uFB01", "\uFB01"}}) {
    EXPECT_EQ(nfc(row.text, arena), row.composed);
    EXPECT_EQ(nfc("x" + row.text + "y", arena), "x" + row.composed + "y");
  }
}

TEST(Unicode, NfcOfComposedTextIsTheInputItself) {
  std::pmr::monotonic_buffer_resource arena;
  for (const std::string text : {"", "plain", "“Größe” – naïve…", "हिन्दी में", "เกี่ยวกับน้ำ", "한국어", "السَّلامُ"}) {
    const std::string_view result = nfc(text, arena);
    EXPECT_EQ(result.data(), text.data()) << text;
    EXPECT_EQ(result, text);
  }
}

TEST(Unicode, NfcAndFoldEqualIcuOnRandomText) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2& compose = *icu::Normalizer2::getNFCInstance(error);
  const icu::Normalizer2& casefold = *icu::Normalizer2::getNFKCCasefoldInstance(error);
  ASSERT_TRUE(U_SUCCESS(error));
  std::pmr::monotonic_buffer_resource arena;
  std::mt19937 random(2);
  const std::vector<std::pair<char32_t, char32_t>> ranges = {
      {0x20, 0x7E}, {0xA0, 0x24F}, {0x300, 0x36F}, {0x370, 0x5FF}, {0x600, 0x6FF}, {0x900, 0x97F}, {0xE00, 0xE7F},
      {0x1100, 0x11FF}, {0x1E00, 0x1FFF}, {0x2000, 0x206F}, {0x2100, 0x218F}, {0x3000, 0x30FF}, {0xAC00, 0xAC80},
      {0xF900, 0xFAFF}, {0xFB00, 0xFB4F}, {0xFE00, 0xFEFF}, {0xFF00, 0xFFEF}, {0x1D400, 0x1D7FF}, {0x1F300, 0x1F6FF}};
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (std::size_t n = 1 + random() % 6; n > 0; --n) {
      const auto [low, high] = ranges[random() % ranges.size()];
      append(text, low + static_cast<char32_t>(random()) % (high - low + 1));
    }
    ASSERT_EQ(nfc(text, arena), by_icu(compose, text)) << testing::PrintToString(text);
    ASSERT_EQ(folded(text), by_icu(casefold, text)) << testing::PrintToString(text);
  }
}

TEST(Unicode, FoldOfEveryCodePointIsThatOfIcu) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2& casefold = *icu::Normalizer2::getNFKCCasefoldInstance(error);
  for (char32_t c = 1; c < 0x110000; c += c < 0x3000 ? 1 : 17) {
    if (c >= 0xD800 && c < 0xE000) continue;
    std::string text;
    append(text, c);
    ASSERT_EQ(folded(text), by_icu(casefold, text)) << std::hex << static_cast<unsigned>(c);
  }
}

TEST(Unicode, FoldAppends) {
  std::string out = "key:";
  fold("STRASSE Straße ＡＢ ﬁ İ", out);
  EXPECT_EQ(out, "key:strasse strasse ab fi i\u0307");
}

TEST(Unicode, CountsRunsOfLettersAndDigits) {
  struct Row {
    std::string text;
    std::size_t runs;
  };
  for (const Row& row : std::vector<Row>{{"", 0}, {" - ", 0}, {"one", 1}, {"Lavrov's visit", 3}, {"U.S. 1,000", 4},
                                         {"e\u0301te\u0301", 1}, {"हिन्दी में", 2}, {"می\u200Cخواهم", 1}, {"\u0301", 0},
                                         {"中国日报", 1}, {"a1b2", 1}, {"😀 ok", 1}})
    EXPECT_EQ(word_runs(row.text), row.runs) << row.text;
}

}  // namespace
}  // namespace newsmill::text
