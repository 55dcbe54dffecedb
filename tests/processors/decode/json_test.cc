#include "processors/decode/json.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/work.h"

namespace newsmill::decode {
namespace {

// A document as text again: strings in bars, numbers as written, keys before a colon.
std::string show(const JsonValue& value) {
  switch (value.kind) {
    case JsonValue::Kind::null: return "null";
    case JsonValue::Kind::boolean: return value.truth ? "true" : "false";
    case JsonValue::Kind::number: return std::string(value.text);
    case JsonValue::Kind::string: return "|" + std::string(value.text) + "|";
    case JsonValue::Kind::array:
    case JsonValue::Kind::object: break;
  }
  const bool object = value.kind == JsonValue::Kind::object;
  std::string text(object ? "{" : "[");
  std::uint32_t size = 0;
  for (const JsonValue* item = value.first; item; item = item->next, ++size) {
    if (size > 0) text += ' ';
    if (object) text += std::string(item->key) + ":";
    text += show(*item);
  }
  EXPECT_EQ(size, value.size);
  return text + (object ? "}" : "]");
}

TEST(Json, ReadsValuesAsTheyAreMeant) {
  const struct {
    std::string about, text, expect;
    std::size_t damaged = 0;
    bool duplicate_keys = false;
  } rows[] = {
      {"all kinds", R"({"a":null,"b":true,"c":false,"d":[1,"x",{}],"e":{"f":[]}})",
       "{a:null b:true c:false d:[1 |x| {}] e:{f:[]}}"},
      {"numbers as written", R"([0,-1.50,12345678901234567890123,1e5,6.02E+23])",
       "[0 -1.50 12345678901234567890123 1e5 6.02E+23]"},
      {"escapes", R"(["\"\\\/\n\tA\u00e9\u5317\ud83d\ude00"])", "[|\"\\/\n\tAé北😀|]"},
      {"escaped key", R"({"\u0061b":1})", "{ab:1}"},
      {"white space", " \t\r\n{ \"a\" : 1 } \n", "{a:1}"},
      {"lone high surrogate", R"(["x\ud83dy"])", "[|x\uFFFDy|]", 1},
      {"high surrogate before another escape", R"(["\ud83d\u0041"])", "[|\uFFFDA|]", 1},
      {"lone low surrogate", R"(["x\ude00y"])", "[|x\uFFFDy|]", 1},
      {"Hangul is no surrogate", R"(["\ud55c \uc601"])", "[|한 영|]"},
      {"escaped NUL", R"(["x\u0000y"])", "[|x\uFFFDy|]", 1},
      {"NUL in a key", R"({"x\u0000":1})", "{x\uFFFD:1}", 1},
      {"raw controls in a string", "[\"a\nb\tc\x01\"]", "[|a\nb\tc\x01|]"},
      {"byte order mark", "\xEF\xBB\xBF{\"a\":1}", "{a:1}"},
      {"record separator (RFC 7464) and NUL padding", "\x1E{\"a\":1}\uFFFD\uFFFD", "{a:1}"},
      {"marks inside a string stay", "[\"\uFEFFa\uFFFD\"]", "[|\uFEFFa\uFFFD|]"},
      {"duplicate key", R"({"a":1,"b":2,"a":3})", "{a:1 b:2}", 0, true},
      {"thrice, at the end", R"({"a":1,"a":2,"a":3})", "{a:1}", 0, true},
      {"duplicate key inside", R"({"a":{"b":1,"b":2},"c":3})", "{a:{b:1} c:3}", 0, true},
      {"same key in two objects", R"({"a":{"b":1},"c":{"b":2}})", "{a:{b:1} c:{b:2}}"},
  };
  for (const auto& row : rows) {
    test::Work work;
    const auto result = read_json(row.text, work.scratch);
    ASSERT_TRUE(result.has_value()) << row.about << ": " << result.error().found << " at " << result.error().where;
    EXPECT_EQ(show(*result.value().root), row.expect) << row.about;
    EXPECT_EQ(result.value().damaged, row.damaged) << row.about;
    EXPECT_EQ(result.value().duplicate_keys, row.duplicate_keys) << row.about;
  }
}

TEST(Json, RefusesWithThePlaceOfTheFault) {
  const struct {
    std::string about, text, where;
  } rows[] = {
      {"cut", R"({"a":"b)", "byte 7"},
      {"nothing", "", "byte 0"},
      {"trailing comma", R"({"a":1,})", "byte 7"},
      {"single quotes", "{'a':1}", "byte 1"},
      {"two values", R"({"a":1}{"b":2})", "byte 7"},
      {"not a number", R"({"a":NaN})", "byte 5"},
      {"leading zero", R"([01])", "byte 2"},
      {"bad escape", R"(["\x"])", "byte 2"},
      {"comment", "{\"a\":1 // x\n}", "byte 7"},
      // Mended first, and the place is still one in what was delivered.
      {"raw line break, then cut", "[\"one\ntwo\", x]", "byte 12"},
  };
  for (const auto& row : rows) {
    test::Work work;
    const auto result = read_json(row.text, work.scratch);
    ASSERT_FALSE(result.has_value()) << row.about;
    EXPECT_EQ(result.error().code, Code::malformed_json) << row.about;
    EXPECT_EQ(result.error().where, row.where) << row.about << ": " << result.error().found;
    EXPECT_FALSE(result.error().found.empty()) << row.about;
  }
}

TEST(Json, FindsDuplicatesAmongManyKeys) {
  test::Work work;
  std::string text = "{";
  for (int i = 0; i < 1000; ++i) text += "\"k" + std::to_string(i % 900) + "\":" + std::to_string(i) + ",";
  text.back() = '}';
  const auto result = read_json(text, work.scratch);
  ASSERT_TRUE(result.has_value());
  EXPECT_TRUE(result.value().duplicate_keys);
  EXPECT_EQ(result.value().root->size, 900u);
  const JsonValue* twice = find(*result.value().root, "k5");
  ASSERT_NE(twice, nullptr);
  EXPECT_EQ(twice->text, "5") << "the first one counts";
}

std::string nested(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

TEST(Json, EndsAtItsCaps) {
  test::Work work;
  EXPECT_TRUE(read_json(nested(kMaxJsonDepth), work.scratch).has_value());
  const struct {
    std::string text;
    Code code;
  } rows[] = {
      {nested(kMaxJsonDepth + 1), Code::too_deep},
      {nested(1'000'000), Code::too_deep},
      {std::string(1'000'000, '['), Code::too_deep},
  };
  for (const auto& row : rows) {
    const auto result = read_json(row.text, work.scratch);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, row.code);
    EXPECT_EQ(result.error().where, "byte 64");
  }
  std::string many = "[0";
  for (std::size_t i = 2; i < kMaxJsonValues; ++i) many += ",0";
  EXPECT_TRUE(read_json(many + "]", work.scratch).has_value()) << "the array and its numbers are at the cap";
  const auto result = read_json(many + ",0]", work.scratch);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, Code::too_large);
}

TEST(Json, SpendsFromTheBudget) {
  test::Work work;
  work.budget = Budget(100);
  const auto result = read_json("\"" + std::string(200, 'x') + "\"", work.scratch);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, Code::budget);
}

}  // namespace
}  // namespace newsmill::decode
