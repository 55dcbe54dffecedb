#include "config/value.h"

#include <gtest/gtest.h>

namespace newsmill::config {
namespace {

using std::chrono::milliseconds;

TEST(Value, ReadsDurations) {
  struct Row { const char* text; std::int64_t expect; };
  const Row rows[] = {{"100ms", 100},       {"0s", 0},           {"25s", 25'000},     {"2m", 120'000},
                      {"72h", 259'200'000}, {"3d", 259'200'000}, {"3 d", 259'200'000}};
  for (const auto& row : rows) EXPECT_EQ(parse_duration(row.text).value, milliseconds(row.expect)) << row.text;
}

TEST(Value, ReadsSizes) {
  struct Row { const char* text; std::size_t expect; };
  const Row rows[] = {{"512B", 512},        {"64MiB", 64u << 20}, {"8 MiB", 8u << 20}, {"1GiB", 1u << 30},
                      {"10MB", 10'000'000}, {"3kB", 3000},        {"4KiB", 4096}};
  for (const auto& row : rows) EXPECT_EQ(parse_size(row.text).value, row.expect) << row.text;
}

TEST(Value, ReadsNumbersInsideTheirBounds) {
  EXPECT_EQ(parse_number("-20", -100, 100).value, -20);
  EXPECT_EQ(parse_number("1.5", 0, 2).value, 1.5);
  for (const char* text : {"", "x", "1,5", "1.5 ", "+1"}) EXPECT_EQ(parse_number(text, 0, 2).code, "E102") << text;
  for (const char* text : {"2.01", "-0.5", "inf", "nan"}) EXPECT_EQ(parse_number(text, 0, 2).code, "E103") << text;
  EXPECT_EQ(parse_number("x", -1.5, 2).expected, "a number from -1.5 to 2");
}

TEST(Value, SaysWhyATextIsNoDuration) {
  struct Row { const char *text, *code, *hint; };
  const Row rows[] = {
      {"3days", "E111", "write \"3d\""},
      {"2min", "E111", "write \"2m\""},
      {"5 Sec", "E111", "write \"5s\""},
      {"100", "E111", "add a unit: ms, s, m, h, d"},
      {"7w", "E111", "the units are ms, s, m, h, d"},
      {"1.5h", "E102", "write a whole number with a smaller unit"},
      {"soon", "E102", ""},
      {"", "E102", ""},
      {"-5s", "E102", ""},
      {" 5s", "E102", ""},
      {"99999999999999999999s", "E103", ""},
      {"9223372036854775807d", "E103", ""},
  };
  for (const auto& row : rows) {
    const auto parsed = parse_duration(row.text);
    EXPECT_FALSE(parsed.value) << row.text;
    EXPECT_EQ(parsed.code, row.code) << row.text;
    EXPECT_EQ(parsed.hint, row.hint) << row.text;
    EXPECT_EQ(parsed.expected, "a duration");
  }
  EXPECT_EQ(parse_size("64mb").hint, "write \"64MB\"");
  EXPECT_EQ(parse_size("64M").hint, "write \"64MiB\"");
  EXPECT_EQ(parse_size("64").hint, "add a unit: B, KiB, MiB, GiB, kB, MB, GB");
}

TEST(Value, KeepsToTheBoundsInclusive) {
  const Range range{1000, 60'000};
  EXPECT_TRUE(parse_duration("1s", range).value);
  EXPECT_TRUE(parse_duration("1m", range).value);
  for (const char* text : {"999ms", "61s"}) {
    EXPECT_EQ(parse_duration(text, range).code, "E103") << text;
    EXPECT_EQ(parse_duration(text, range).expected, "a duration from 1s to 1m");
  }
  EXPECT_EQ(parse_integer("0", {1, 64}).expected, "a whole number from 1 to 64");
  EXPECT_EQ(parse_integer("0", {1, 64}).code, "E103");
  EXPECT_EQ(parse_integer("64", {1, 64}).value, 64);
  EXPECT_EQ(parse_size("1B", {.low = 1024}).expected, "a size of at least 1KiB");
}

TEST(Value, ReadsWholeNumbersOnly) {
  for (const char* text : {"", "1.0", "1e3", "0x10", "4 ", "four", "+4", "--4"})
    EXPECT_EQ(parse_integer(text).code, "E102") << text;
  EXPECT_EQ(parse_integer("99999999999999999999").code, "E103");
  EXPECT_EQ(parse_integer("-4").value, -4);
}

TEST(Value, TakesTrueAndFalseOnly) {
  EXPECT_EQ(parse_boolean("true").value, true);
  EXPECT_EQ(parse_boolean("false").value, false);
  struct Row { const char *text, *hint; };
  const Row rows[] = {
      {"yes", "write true"}, {"On", "write true"}, {"no", "write false"}, {"0", "write false"}, {"maybe", ""}};
  for (const auto& row : rows) {
    EXPECT_FALSE(parse_boolean(row.text).value) << row.text;
    EXPECT_EQ(parse_boolean(row.text).hint, row.hint) << row.text;
  }
}

TEST(Value, WritesWhatItReads) {
  for (const char* text : {"0ms", "100ms", "25s", "90m", "3d", "71h"})
    EXPECT_EQ(duration_text(*parse_duration(text).value), text);
  EXPECT_EQ(duration_text(milliseconds(259'200'000)), "3d");
  for (const char* text : {"0B", "1B", "128MiB", "1GiB", "1025KiB"})
    EXPECT_EQ(size_text(*parse_size(text).value), text);
}

}  // namespace
}  // namespace newsmill::config
