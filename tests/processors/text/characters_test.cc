#include "processors/text/characters.h"

#include <gtest/gtest.h>

#include <memory_resource>
#include <random>
#include <string>
#include <vector>

#include "processors/text/unicode.h"
#include "processors/text/utf8.h"

namespace newsmill::text {
namespace {

std::string cleaned(std::string_view text) {
  std::pmr::monotonic_buffer_resource arena;
  return std::string(clean_characters(text, arena));
}

TEST(Characters, CleansByTheTable) {
  struct Row {
    std::string text, clean;
  };
  const std::vector<Row> rows = {
      {"", ""},
      {"a\r\nb\rc\nd\r\r\ne", "a\nb\nc\nd\n\ne"},
      {"page\fpage\vline", "page\npage\nline"},
      {"a\tb", "a b"},
      {std::string("a\0b\x01" "c\x1B" "d\x7F" "e", 9), "abcde"},
      {"it\u0092s \u0093so\u0094 \u0085", "it’s “so” …"},
      {"a\u0081\u008D\u008F\u0090\u009Db", "ab"},
      {"co\u00ADoperate", "cooperate"},
      {"zero\u200Bwidth\uFEFF\u2060", "zerowidth"},
      {"\u200Eleft\u200F\u202Aright\u202E\u2066x\u2069\u061C", "leftrightx"},
      {"10\u00A0000\u2009km\u3000x\u202Fy\u205Fz\u1680", "10 000 km x y z "},
      {"one\u2028two\u2029three", "one\ntwo\nthree"},
      {"\uFB00\uFB01\uFB02\uFB03\uFB04\uFB05\uFB06", "fffiflffifflstst"},
      {"e\u0301", "é"},
      {"e\u200B\u0301", "é"},  // NFC comes after the removals
      {"\uFB01\u0301", "fí"},
      {"‘Quotes’ – “dashes” — and CASE…", "‘Quotes’ – “dashes” — and CASE…"},
      {"می\u200Cخواهم", "می\u200Cخواهم"},
      {"क्\u200Dष", "क्\u200Dष"},
      {"അവന്\u200D ", "അവന്\u200D "},  // chillu at the end of a word
      {"مَ\u200Cه", "مَ\u200Cه"},
      {"می\u200C\u200D\u200Cخ", "می\u200Cخ"},
      {"می\u200B\u200Cخ", "می\u200Cخ"},
      {"a\u200Db", "ab"},
      {"می\u200C ", "می "},
      {"\u200Cمی", "می"},
      {"👩\u200D👩\u200D👧", "👩\u200D👩\u200D👧"},
      {"🏳\uFE0F\u200D🌈", "🏳\uFE0F\u200D🌈"},
      {"👩🏽\u200D🚀", "👩🏽\u200D🚀"},
      {"👩\u200D x", "👩 x"},
      {"👩\u200C👩", "👩👩"},
  };
  for (const Row& row : rows)
    for (const std::string& around : {std::string(), std::string(40, '.') + "\n"}) {
      EXPECT_EQ(cleaned(around + row.text + around), around + row.clean + around) << testing::PrintToString(row.text);
    }
}

TEST(Characters, CleanTextIsTheInputItself) {
  std::pmr::monotonic_buffer_resource arena;
  for (const std::string text :
       {"", "Plain text,\nin two lines, longer than one vector register.",
        "“Straße” – naïve… 中国日报 हिन्दी 한국어 👩\u200D🚀"}) {
    const std::string_view result = clean_characters(text, arena);
    EXPECT_EQ(result.data(), text.data());
    EXPECT_EQ(result.size(), text.size());
  }
}

TEST(Characters, CleaningIsIdempotentAndLeavesNothingToClean) {
  std::mt19937 random(3);
  const std::vector<std::string> parts = {
      "a",      "word ",  "\r",     "\n",     "\t",     "\x02",   "\u0080", "\u0085", "\u0081", "\u00A0", "\u00AD",
      "\u200B",
      "\u200C", "\u200D", "\u200E", "\u2028", "\u2060", "\uFEFF", "\uFB03", "\uFB05", "e",      "\u0301", "\u0323",
      "\u0302",
      "م",      "\u064E", "خ",      "क",      "\u094D", "\u093C", "ന",      "\u0D4D", "👩",     "\uFE0F", "🏽",
          "\u1112",
      "\u1161", "\u11AB", "\u2000", "\u212B", "\u037E", "\u0F71", "\u0F72", "\u09C7", "\u09BE", "ក",      "\u17D2"};
  for (int round = 0; round < 30000; ++round) {
    std::string text;
    for (std::size_t n = random() % 12; n > 0; --n) text += parts[random() % parts.size()];
    const std::string once = cleaned(text);
    ASSERT_EQ(cleaned(once), once) << testing::PrintToString(text);
    ASSERT_TRUE(valid_utf8(once));
    std::pmr::monotonic_buffer_resource arena;
    ASSERT_EQ(nfc(once, arena), once);
    for (std::size_t at = 0; at < once.size();) {
      const char32_t c = next(once, at);
      ASSERT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7F) || c > 0xA0) << testing::PrintToString(text);
      ASSERT_TRUE(c != 0xAD && c != 0x200B && c != 0xFEFF && !(c >= 0x2028 && c <= 0x202E));
    }
  }
}

TEST(Characters, AMegabyteOfJoinersIsOnePass) {
  std::string text = "م";
  for (int i = 0; i < 400000; ++i) text += "\u200C";
  text += "خ";
  const std::string once = cleaned(text);  // quadratic work would run into the time limit of the test
  EXPECT_EQ(once, "م\u200Cخ");
}

}  // namespace
}  // namespace newsmill::text
