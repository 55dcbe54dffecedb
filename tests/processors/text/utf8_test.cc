#include "processors/text/utf8.h"

#include <gtest/gtest.h>

#include <memory_resource>
#include <random>
#include <string>
#include <vector>

namespace newsmill::text {
namespace {

std::string repaired(std::string_view bytes, std::size_t* damaged = nullptr) {
  std::pmr::monotonic_buffer_resource arena;
  const Repaired result = repair_utf8(bytes, arena);
  if (damaged != nullptr) *damaged = result.damaged;
  return std::string(result.text);
}

TEST(Utf8, AcceptsAndRefusesByTable37) {
  struct Row {
    std::string bytes;
    bool valid;
  };
  const std::vector<Row> rows = {
      {"", true},
      {"plain", true},
      {"\xC2\x80", true},
      {"\xDF\xBF", true},
      {"\xE0\xA0\x80", true},
      {"\xED\x9F\xBF", true},
      {"\xEE\x80\x80", true},
      {"\xEF\xBF\xBF", true},
      {"\xF0\x90\x80\x80", true},
      {"\xF4\x8F\xBF\xBF", true},
      {std::string("a\0b", 3), true},
      {"\xC0\x80", false},          // overlong NUL
      {"\xC1\xBF", false},          // overlong
      {"\xE0\x9F\xBF", false},      // overlong
      {"\xF0\x8F\xBF\xBF", false},  // overlong
      {"\xED\xA0\x80", false},      // surrogate
      {"\xED\xBF\xBF", false},      // surrogate
      {"\xF4\x90\x80\x80", false},  // above U+10FFFF
      {"\xF5\x80\x80\x80", false},
      {"\x80", false},
      {"\xC3", false},
      {"\xE2\x82", false},
      {"\xF0\x9F\x98", false},
      {"\xE2\x28\xA1", false},
  };
  for (const Row& row : rows) {
    for (std::size_t before : {0U, 1U, 15U, 16U, 63U, 64U, 70U})  // on either side of every vector edge
      for (std::size_t after : {0U, 1U, 40U}) {
        const std::string bytes = std::string(before, 'x') + row.bytes + std::string(after, 'y');
        EXPECT_EQ(valid_utf8(bytes), row.valid) << testing::PrintToString(row.bytes) << " at " << before;
      }
  }
}

// The examples of Unicode 15, section 3.9, tables 3-8 to 3-11.
TEST(Utf8, ReplacesMaximalSubparts) {
  const std::string r = "\xEF\xBF\xBD";
  struct Row {
    std::string bytes, text;
    std::size_t damaged;
  };
  const std::vector<Row> rows = {
      {"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", r + r + r + r + r + r + r + r + "A", 8},
      {"\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", r + r + r + r + r + r + r + r + "A", 8},
      {"\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", r + r + r + r + r + "A" + r + r + "B", 7},
      {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", r + r + r + r + "A", 4},
      {"\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64", "a" + r + r + r + "b" + r + "c" + r + r + "d", 6},
  };
  for (const Row& row : rows) {
    std::size_t damaged = 0;
    EXPECT_EQ(repaired(row.bytes, &damaged), row.text);
    EXPECT_EQ(damaged, row.damaged);
  }
}

TEST(Utf8, UndamagedTextIsTheInputItself) {
  std::pmr::monotonic_buffer_resource arena;
  const std::string text = "Grüße, 世界 😀";
  const Repaired result = repair_utf8(text, arena);
  EXPECT_EQ(result.text.data(), text.data());
  EXPECT_EQ(result.text.size(), text.size());
  EXPECT_EQ(result.damaged, 0U);
}

TEST(Utf8, RepairOfRandomBytesIsValidAndStable) {
  std::mt19937 random(1);
  const std::vector<std::string> parts = {"a", "abcdefghijklmnopqrstuvwxyz", "é", "世", "😀", "\xE2", "\x80",
      "\xF0\x9F", "\xED\xA0", "\xFF"};
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    for (std::size_t n = random() % 30; n > 0; --n) bytes += parts[random() % parts.size()];
    std::size_t damaged = 0;
    const std::string text = repaired(bytes, &damaged);
    EXPECT_TRUE(valid_utf8(text));
    EXPECT_EQ(repaired(text), text);
    EXPECT_EQ(valid_utf8(bytes), damaged == 0);
  }
}

TEST(Utf8, CountsAndCutsCodePoints) {
  std::string text;
  std::vector<std::size_t> ends = {0};
  for (int i = 0; i < 3000; ++i) {
    append(text, std::vector<char32_t>{U'x', U'é', U'世', U'😀', U'y'}[static_cast<std::size_t>(i) * 7 % 5]);
    ends.push_back(text.size());
  }
  EXPECT_EQ(code_points(text), 3000U);
  EXPECT_EQ(code_points(std::string(10000, 'a')), 10000U);
  for (std::size_t n = 0; n < ends.size(); n += 13) {
    EXPECT_EQ(prefix(text, n), text.substr(0, ends[n]));
    EXPECT_EQ(code_points(text.substr(0, ends[n])), n);
  }
  EXPECT_EQ(prefix(text, 5000), text);
}

TEST(Utf8, AppendAndNextAreInverse) {
  for (char32_t c = 1; c < 0x110000; c += c < 0x3000 ? 1 : 61) {
    if (c >= 0xD800 && c < 0xE000) continue;
    std::string text;
    append(text, c);
    EXPECT_TRUE(valid_utf8(text));
    std::size_t at = 0;
    EXPECT_EQ(next(text, at), c);
    EXPECT_EQ(at, text.size());
  }
}

}  // namespace
}  // namespace newsmill::text
