#include "config/scalar_place.h"

#include <gtest/gtest.h>

#include <string>

namespace newsmill::config {
namespace {

/// The place of `word` inside the value of `key`, as "line:column", and what stands there.
std::string place_of(const std::string& yaml, const std::string& word) {
  Diagnostics diagnostics;
  const Document document = Document::parse("t.yaml", yaml, diagnostics);
  EXPECT_TRUE(diagnostics.all().empty()) << diagnostics.sum();
  const Node* value = document.root().find("match");
  if (value == nullptr) return "no value";
  const std::size_t byte = word == "END" ? value->text.size() : value->text.find(word);
  if (byte == std::string::npos) return "no such word in: " + value->text;
  const Node place = place_in(document, *value, byte);
  return std::to_string(place.line) + ":" + std::to_string(place.column);
}

struct Row { const char *yaml, *word, *place; };
constexpr Row kRows[] = {
    {"match: a OR b\n", "a", "1:8"},
    {"match: a OR b\n", "b", "1:13"},
    {"match: a OR b\n", "END", "1:14"},
    {"match: a OR   # why\n", "END", "1:12"},
    {"match: a OR\n  bb\n\n  cc\n", "cc", "4:3"},
    {"match: 'it''s \"x\" AND y'\n", "AND", "1:19"},
    {"match: 'a\n  b OR c'\n", "OR", "2:5"},
    {"match: \"\\\"a b\\\" \\u00E9\\u4E2D AND y\"\n", "AND", "1:30"},
    {"match: \"a \\\n    b AND\"\n", "AND", "2:7"},
    {"match: \"a\\nb AND\"\n", "AND", "1:14"},
    {"match: |\n  a OR\n    b AND\n\n  c\n", "AND", "3:7"},
    {"match: |\n  a OR\n    b AND\n\n  c\n", "c", "5:3"},
    {"match: |\n  a OR\n    b AND\n\n  c\n", "END", "5:4"},
    {"match: >-  # folded\n  a OR\n  b AND\n\n  c\n", "AND", "3:5"},
    {"match: |2\n    a\n   bb\n", "bb", "3:4"},
    {"match: &q |\n  a OR b\n", "OR", "2:5"},
    {"match: \"h\xC3\xA4tte \xE4\xB8\xAD AND\"\n", "AND", "1:17"},
    {"match: |\r\n  a\r\n  b AND\r\n", "AND", "3:5"},
    {"k: {x: 1}\nmatch: !!str a OR b\n", "OR", "2:16"},
};

TEST(ScalarPlace, PointsIntoValuesHoweverTheyAreWritten) {
  for (const Row& row : kRows) EXPECT_EQ(place_of(row.yaml, row.word), row.place) << row.yaml << " @" << row.word;
}

TEST(ScalarPlace, FallsBackToTheStartWhenTheTextIsNotTheFiles) {
  Diagnostics diagnostics;
  const Document document = Document::parse("t.yaml", "match: abc\n", diagnostics);
  Node made = *document.root().find("match");
  made.text = "xyz OR";
  const Node place = place_in(document, made, 4);
  EXPECT_EQ(place.line, 1u);
  EXPECT_EQ(place.column, 8u);
  EXPECT_EQ(place_in(document, Node{}, 3).line, 0u);
}

TEST(ScalarPlace, FollowsAnAliasToItsAnchor) {
  Diagnostics diagnostics;
  const Document document = Document::parse("t.yaml", "a: &q one two\nmatch: *q\n", diagnostics);
  const Node place = place_in(document, *document.root().find("match"), 4);
  EXPECT_EQ(place.line, 1u);
  EXPECT_EQ(place.column, 11u);
}

}  // namespace
}  // namespace newsmill::config
