#include "processors/decode/plain.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/work.h"

namespace newsmill::decode {
namespace {

struct Outcome {
  explicit Outcome(std::string_view text) {
    const auto document = read_json(text, work.scratch);
    EXPECT_TRUE(document.has_value()) << text;
    if (!document) return;
    Status status = read_plain(*document.value().root, work.arena, given, dropped);
    if (!status) error = status.error();
  }
  test::Work work;
  Given given{&work.arena};
  std::size_t dropped = 0;
  std::optional<Error> error;
};

TEST(Plain, ReadsEveryField) {
  const Outcome read(R"({"id":"7","feed":"wire","url":"https://example.com/a","canonical_url":"https://example.com/b",
    "source":"example.com","title":"T","subtitle":"S","summary":"U","author":"A","published_at":"2024-05-01",
    "updated_at":"2024-05-02","received_at":"2024-05-03","language":"en","body":"B","html":"<p>B</p>","version":"3",
    "status":"withheld","embargoed_until":"2024-05-04","urgency":4,"subjects":["x","y"],
    "image":"https://example.com/i.jpg","rights":"R","terms":"M","unknown":1,"other":[{}]})");
  ASSERT_FALSE(read.error.has_value());
  const Given& given = read.given;
  EXPECT_EQ(given.id, "7");
  EXPECT_EQ(given.feed, "wire");
  EXPECT_EQ(given.url, "https://example.com/a");
  EXPECT_EQ(given.canonical_url, "https://example.com/b");
  EXPECT_EQ(given.source, "example.com");
  EXPECT_EQ(given.title, "T");
  EXPECT_EQ(given.subtitle, "S");
  EXPECT_EQ(given.summary, "U");
  EXPECT_EQ(given.authors, (std::pmr::vector<std::string_view>{"A"}));
  EXPECT_EQ(given.published_at, "2024-05-01");
  EXPECT_EQ(given.updated_at, "2024-05-02");
  EXPECT_EQ(given.received_at, "2024-05-03");
  EXPECT_EQ(given.language, "en");
  EXPECT_EQ(given.body, "B");
  EXPECT_EQ(given.html, "<p>B</p>");
  EXPECT_FALSE(given.body_is_html);
  EXPECT_EQ(given.version, "3");
  EXPECT_EQ(given.status, PubStatus::withheld);
  EXPECT_EQ(given.embargoed_until, "2024-05-04");
  EXPECT_EQ(given.urgency, 4);
  EXPECT_EQ(given.subjects, (std::pmr::vector<std::string_view>{"x", "y"}));
  EXPECT_EQ(given.image, "https://example.com/i.jpg");
  EXPECT_EQ(given.rights, "R");
  EXPECT_EQ(given.terms, "M");
  EXPECT_EQ(given.unknown_fields, 2u);
  EXPECT_EQ(read.dropped, 0u);
}

TEST(Plain, CoercesTexts) {
  const struct {
    std::string about, text;
    std::string_view Given::*field;
    std::string expect;
    std::size_t dropped = 0;
  } rows[] = {
      {"number as id", R"({"id":12345678901234567890})", &Given::id, "12345678901234567890"},
      {"fraction as id", R"({"id":1.50})", &Given::id, "1.50"},
      {"id with space", R"({"id":" a b \n"})", &Given::id, "a b"},
      {"number as source", R"({"source":12})", &Given::source, "12"},
      {"number as version", R"({"version":3})", &Given::version, "3"},
      {"None", R"({"title":"None"})", &Given::title, ""},
      {"null as text", R"({"title":" null "})", &Given::title, ""},
      {"null", R"({"title":null})", &Given::title, ""},
      {"null id", R"({"id":null})", &Given::id, ""},
      {"empty", R"({"body":""})", &Given::body, ""},
      {"white space", R"({"body":" \n\t "})", &Given::body, ""},
      {"None inside a text", R"({"title":"None of them"})", &Given::title, "None of them"},
      {"a text keeps its space", R"({"body":" a\n"})", &Given::body, " a\n"},
      {"number as title", R"({"title":1984})", &Given::title, "", 1},
      {"list as body", R"({"body":["a"]})", &Given::body, "", 1},
      {"object as image", R"({"image":{"url":"x"}})", &Given::image, "", 1},
      {"seconds", R"({"published_at":1714564800})", &Given::published_at, "1714564800"},
      {"milliseconds", R"({"published_at":1714564800000})", &Given::published_at, "1714564800000"},
      {"seconds with fraction", R"({"updated_at":1714564800.25})", &Given::updated_at, "1714564800"},
      {"seconds with exponent", R"({"updated_at":1.7145648e9})", &Given::updated_at, "1714564800"},
      {"a number beyond time", R"({"updated_at":1e30})", &Given::updated_at, "", 1},
      {"$date text", R"({"received_at":{"$date":"2024-05-01T12:00:00Z"}})", &Given::received_at,
       "2024-05-01T12:00:00Z"},
      {"$date number", R"({"received_at":{"$date":1714564800000}})", &Given::received_at, "1714564800000"},
      {"$date long", R"({"received_at":{"$date":{"$numberLong":"1714564800000"}}})",
       &Given::received_at, "1714564800000"},
      {"another object as date", R"({"received_at":{"iso":"2024"}})", &Given::received_at, "", 1},
      {"boolean as date", R"({"embargoed_until":true})", &Given::embargoed_until, "", 1},
  };
  for (const auto& row : rows) {
    const Outcome read(row.text);
    ASSERT_FALSE(read.error.has_value()) << row.about;
    EXPECT_EQ(read.given.*row.field, row.expect) << row.about;
    EXPECT_EQ(read.dropped, row.dropped) << row.about;
  }
}

TEST(Plain, CoercesNames) {
  const struct {
    std::string about, text, expect;
    std::size_t dropped = 0;
  } rows[] = {
      {"string", R"("Ann")", "Ann"},
      {"list", R"(["Ann","Bo"])", "Ann|Bo"},
      {"object", R"({"name":"Ann","url":"x"})", "Ann"},
      {"list of objects", R"([{"name":"Ann"},{"name":"Bo"}])", "Ann|Bo"},
      {"absent ones", R"(["","None",null,"Ann"])", "Ann"},
      {"None", R"("None")", ""},
      {"empty list", R"([])", ""},
      {"object without name", R"({"id":7})", "", 1},
      {"one of two is wrong", R"(["Ann",7])", "Ann", 1},
      {"number", R"(7)", "", 1},
      {"list in a list", R"([["Ann"]])", "", 1},
  };
  for (const auto& row : rows) {
    for (const std::string field : {"author", "subjects"}) {
      const Outcome read("{\"" + field + "\":" + row.text + "}");
      std::string names;
      for (const std::string_view name : field == "author" ? read.given.authors : read.given.subjects)
        names += (names.empty() ? "" : "|") + std::string(name);
      EXPECT_EQ(names, row.expect) << row.about;
      EXPECT_EQ(read.dropped, row.dropped) << row.about;
    }
  }
}

TEST(Plain, CoercesStatusAndUrgency) {
  const struct {
    std::string text;
    PubStatus status;
    int urgency;
    std::size_t dropped;
  } rows[] = {
      {R"({"status":"usable","urgency":"9"})", PubStatus::usable, 9, 0},
      {R"({"status":"Canceled","urgency":1})", PubStatus::canceled, 1, 0},
      {R"({"status":"cancelled","urgency":null})", PubStatus::canceled, 0, 0},
      {R"({"status":"","urgency":""})", PubStatus::usable, 0, 0},
      {R"({"status":"killed","urgency":0})", PubStatus::usable, 0, 2},
      {R"({"status":1,"urgency":10})", PubStatus::usable, 0, 2},
      {R"({"urgency":2.0})", PubStatus::usable, 0, 1},
      {R"({"urgency":[1]})", PubStatus::usable, 0, 1},
  };
  for (const auto& row : rows) {
    const Outcome read(row.text);
    EXPECT_EQ(read.given.status, row.status) << row.text;
    EXPECT_EQ(read.given.urgency, row.urgency) << row.text;
    EXPECT_EQ(read.dropped, row.dropped) << row.text;
  }
}

TEST(Plain, AWrongTypeFailsTheArticleWhereItsIdDependsOnIt) {
  std::size_t identity = 0;
  for (const FieldRow& row : field_table()) {
    const Outcome read("{\"" + std::string(row.name) + "\":[[1]],\"title\":\"T\"}");
    EXPECT_EQ(read.error.has_value(), row.identity) << row.name;
    identity += row.identity;
    if (!read.error) {
      EXPECT_EQ(read.dropped, 1u) << row.name;
      continue;
    }
    EXPECT_EQ(read.error->code, Code::wrong_type);
    EXPECT_EQ(read.error->found, "an array");
    EXPECT_EQ(read.error->where, "$." + std::string(row.name));
  }
  EXPECT_EQ(identity, 5u) << "id, feed, url, canonical_url, source";
}

TEST(Plain, OnlyAnObjectIsAnArticle) {
  for (const std::string_view text : {"[]", "7", "\"x\"", "null", "true"}) {
    const Outcome read(text);
    ASSERT_TRUE(read.error.has_value()) << text;
    EXPECT_EQ(read.error->code, Code::unknown_format) << text;
  }
}

}  // namespace
}  // namespace newsmill::decode
