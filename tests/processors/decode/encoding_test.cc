#include "processors/decode/encoding.h"

#include <gtest/gtest.h>

#include <memory_resource>
#include <string>

namespace newsmill::decode {
namespace {

using namespace std::string_literals;

TEST(Encoding, ReadsEveryKindOfBytes) {
  const struct {
    std::string about, bytes, text;
    std::size_t damaged = 0;
    bool guessed = false;
  } rows[] = {
      {"ASCII", "plain", "plain"},
      {"UTF-8", "Zürich 北京 😀", "Zürich 北京 😀"},
      {"UTF-8 with mark", "\xEF\xBB\xBFZürich", "Zürich"},
      {"UTF-16 little endian", "\xFF\xFEZ\0\xFC\0\x17\x53"s, "Zü北"},
      {"UTF-16 big endian with a pair", "\xFE\xFF\xD8\x3D\xDE\0\0!"s, "😀!"},
      {"UTF-16 with a lone surrogate", "\xFE\xFF\xD8\x3D\0!"s, "\uFFFD!", 1},
      {"UTF-16 cut in a unit", "\xFE\xFF\0a\0"s, "a\uFFFD", 1},
      {"UTF-32 little endian", "\xFF\xFE\0\0Z\0\0\0\0\xF6\1\0"s, "Z😀"},
      {"UTF-32 big endian out of range", "\0\0\xFE\xFF\0\x11\0\0\0\0\0a"s, "\uFFFDa", 1},
      {"windows-1252 French", "L\xE9quipe de la R\xE9publique est \xE0 No\xEBl",
       "Léquipe de la République est à Noël", 0, true},
      {"windows-1252 quotes", "He said \x93yes\x94 \x96 for 5 \x80", "He said “yes” – for 5 €", 0, true},
      {"UTF-8 with one bad byte", "Zürich, Genève, Köln und \xFF Bern",
       "Zürich, Genève, Köln und \uFFFD Bern", 1},
      {"UTF-8 cut at the end", "the café, the caf\xC3", "the café, the caf\uFFFD", 1},
      {"ASCII cut inside a character", "it costs five \xE2\x82", "it costs five \uFFFD", 1},
      {"overlong form", "a much longer line of text, 北京, \xC0\xAF and so on",
       "a much longer line of text, 北京, \uFFFD\uFFFD and so on", 2},
      {"UTF-8 surrogate", "a much longer line of text, 北京, \xED\xA0\xBD and so on",
       "a much longer line of text, 北京, \uFFFD\uFFFD\uFFFD and so on", 3},
      {"NUL", "a\0b"s, "a\uFFFDb", 1},
      {"a byte that windows-1252 lacks", "the r\xE9sum\xE9 with \x81 in it, long enough to be text",
       "the r\uFFFDsum\uFFFD with \uFFFD in it, long enough to be text", 3},
  };
  for (const auto& row : rows) {
    std::pmr::monotonic_buffer_resource arena;
    const Decoded decoded = decode_bytes(row.bytes, arena);
    EXPECT_EQ(decoded.text, row.text) << row.about;
    EXPECT_EQ(decoded.damaged, row.damaged) << row.about;
    EXPECT_EQ(decoded.guessed, row.guessed) << row.about;
  }
}

TEST(Encoding, DoesNotTakeOtherAlphabetsForWindows1252) {
  const struct {
    std::string about, bytes;
  } rows[] = {
      {"windows-1251 (\"новости дня\")", "\xED\xEE\xE2\xEE\xF1\xF2\xE8 \xE4\xED\xFF"},
      {"Shift_JIS (\"新聞記事\")", "\x90\x56\x95\xB7\x8B\x4C\x8E\x96"},
      {"GB 18030 (\"新闻报道\")", "\xD0\xC2\xCE\xC5\xB1\xA8\xB5\xC0"},
  };
  for (const auto& row : rows) {
    std::pmr::monotonic_buffer_resource arena;
    const Decoded decoded = decode_bytes(row.bytes, arena);
    EXPECT_FALSE(decoded.guessed) << row.about;
    EXPECT_GT(decoded.damaged, 0u) << row.about;
  }
}

TEST(Encoding, CleanBytesAreNotCopied) {
  std::pmr::monotonic_buffer_resource arena;
  const std::string bytes = "Zürich";
  EXPECT_EQ(decode_bytes(bytes, arena).text.data(), bytes.data());
}

}  // namespace
}  // namespace newsmill::decode
