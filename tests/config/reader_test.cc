#include "config/reader.h"

#include <gtest/gtest.h>

#include <sstream>

namespace newsmill::config {
namespace {

constexpr const char* kText = R"(name: daily
tier: 2
live: true
wait: 5m
size: 8 MiB
kind: radio
words: [no, "yes", 10]
map: {b: 1, a: 2}
)";

TEST(Reader, ReadsEveryType) {
  Diagnostics diagnostics;
  const auto document = Document::parse("s.yaml", kText, diagnostics);
  Reader reader(document, document.root(), "", diagnostics);
  EXPECT_EQ(reader.text("name"), "daily");
  EXPECT_EQ(reader.integer("tier", 0, {1, 5}), 2);
  EXPECT_TRUE(reader.boolean("live", false));
  EXPECT_EQ(reader.duration("wait", {}), std::chrono::minutes(5));
  EXPECT_EQ(reader.size("size", 0), 8u << 20);
  EXPECT_EQ(reader.choice("kind", 0, {"paper", "radio"}), 1u);
  EXPECT_EQ(reader.texts("words"), (std::vector<std::string>{"no", "yes", "10"}));
  ASSERT_EQ(reader.entries("map").size(), 2u);
  EXPECT_EQ(reader.entries("map")[0].first.text, "b");
  EXPECT_EQ(reader.integer("absent", 7), 7);
  EXPECT_EQ(reader.text("absent", "x"), "x");
  reader.finish();
  EXPECT_TRUE(diagnostics.all().empty());
}

TEST(Reader, FindsEverythingInOnePass) {
  Diagnostics diagnostics;
  const auto document = Document::parse("s.yaml", R"(tier: 9
live: yes
wait: 5minutes
kind: rdio
words: one
map: [1]
name: {a: b}
list: [x, {y: z}]
nme: daily
zebra: 1
)", diagnostics);
  Reader reader(document, document.root(), "sources[2]", diagnostics);
  EXPECT_EQ(reader.integer("tier", 1, {1, 5}), 1);
  EXPECT_FALSE(reader.boolean("live", false));
  EXPECT_EQ(reader.duration("wait", {}).count(), 0);
  EXPECT_EQ(reader.choice("kind", 0, {"paper", "radio"}), 0u);
  EXPECT_TRUE(reader.texts("words").empty());
  EXPECT_TRUE(reader.entries("map").empty());
  EXPECT_EQ(reader.text("name"), "");
  EXPECT_EQ(reader.texts("list"), std::vector<std::string>{"x"});
  EXPECT_FALSE(reader.require("domain"));
  reader.finish();
  std::ostringstream out;
  diagnostics.print(out);
  EXPECT_EQ(out.str(), R"(s.yaml:1:1: error[E106]: sources[2].domain: this key is needed here, and it is missing
  tier: 9
  ^
s.yaml:1:7: error[E103]: sources[2].tier: expected a whole number from 1 to 5, found "9"
  tier: 9
        ^
s.yaml:2:7: error[E102]: sources[2].live: expected true or false, found "yes"
  live: yes
        ^
  hint: write true
s.yaml:3:7: error[E111]: sources[2].wait: expected a duration, found "5minutes"
  wait: 5minutes
        ^
  hint: write "5m"
s.yaml:4:7: error[E104]: sources[2].kind: expected one of paper, radio, found "rdio"
  kind: rdio
        ^
  hint: did you mean "radio"?
s.yaml:5:8: error[E105]: sources[2].words: expected a list, found "one"
  words: one
         ^
  hint: a list of one is written [one]
s.yaml:6:6: error[E105]: sources[2].map: expected a map of keys and values, found a list
  map: [1]
       ^
s.yaml:7:7: error[E105]: sources[2].name: expected a single value, found a map
  name: {a: b}
        ^
s.yaml:8:11: error[E105]: sources[2].list[1]: expected a single value, found a map
  list: [x, {y: z}]
            ^
s.yaml:9:1: error[E101]: unknown key "sources[2].nme"
  nme: daily
  ^
  hint: did you mean "name"?
s.yaml:10:1: error[E101]: unknown key "sources[2].zebra"
  zebra: 1
  ^
  hint: the keys here are domain, kind, list, live, map, name, tier, wait, words
11 errors in s.yaml
)");
}

TEST(Reader, ReportsANodeThatIsNoMap) {
  Diagnostics diagnostics;
  const auto document = Document::parse("s.yaml", "- a\n", diagnostics);
  Reader reader(document, document.root(), "", diagnostics);
  EXPECT_EQ(reader.text("name"), "");
  reader.finish();
  ASSERT_EQ(diagnostics.all().size(), 1u);
  EXPECT_EQ(diagnostics.all()[0].message, "expected a map of keys and values, found a list");
}

TEST(Reader, CutsLongValuesBetweenCharacters) {
  EXPECT_EQ(shown(std::string(61, 'x')), "\"" + std::string(60, 'x') + "…\"");
  EXPECT_EQ(shown(std::string(59, 'x') + "éé"), "\"" + std::string(59, 'x') + "…\"");
  EXPECT_EQ(shown(std::string(60, 'x')), "\"" + std::string(60, 'x') + "\"");
}

}  // namespace
}  // namespace newsmill::config
