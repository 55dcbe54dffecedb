#include "processors/score_topics/query_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "processors/score_topics/evaluator.h"
#include "processors/score_topics/query_parser.h"
#include "tests/support/text_article.h"

namespace newsmill::score_topics {
namespace {

/// Name and query of each; errors of parsing fail the test.
QuerySetBuilder::Built build(const std::vector<std::pair<std::string, std::string>>& queries) {
  QuerySetBuilder builder;
  for (const auto& [name, text] : queries) {
    ParsedQuery parsed = parse_query(text, Dialect::strict);
    EXPECT_TRUE(parsed.ok()) << text;
    builder.add(std::move(parsed.query), name);
  }
  return builder.build();
}

/// Numbers of the queries that match, as text: "0 2".
std::string matched(const QuerySetBuilder::Built& built, std::string_view title, std::string_view body) {
  const test::TextArticle text(title, body);
  Document document;
  document.assign(text.article(), {});
  Evaluator evaluator(built.set);
  Budget budget;
  std::string all;
  const auto matches = evaluator.match(document, budget);
  for (const QueryId id : matches.value())
    all += (all.empty() ? "" : " ") + std::to_string(static_cast<unsigned>(id));
  return all;
}

TEST(QuerySet, ATopicStandsForItsQuery) {
  const auto built = build({{"courts", "court* OR lawsuit*"}, {"climate", "climate OR \"global warming\""},
                            {"litigation", "$climate NEAR/3 $courts"}, {"headline", "title:$litigation AND NOT $sport"},
                            {"sport", "football"}});
  ASSERT_TRUE(built.set);
  EXPECT_EQ(matched(built, "", "a court hears of global warming"), "0 1 2");
  EXPECT_EQ(matched(built, "Climate lawsuits", "football"), "0 1 2 4");
  EXPECT_EQ(matched(built, "Climate lawsuits", "tennis"), "0 1 2 3");
  EXPECT_EQ(matched(built, "", "a court far away hears nothing at all about climate"), "0 1");
}

struct Row {
  std::vector<std::pair<std::string, std::string>> queries;
  unsigned query;
  std::size_t line, column, length;
  const char* message;
};

TEST(QuerySet, WrongReferencesAreErrorsAtTheirPlace) {
  const Row rows[] = {
      {{{"a", "x AND\n $courst"}, {"courts", "y"}}, 0, 2, 2, 7, "unknown topic '$courst'"},
      {{{"a", "x OR $a"}}, 0, 1, 6, 2, "topics refer to each other in a circle: $a → $a"},
      {{{"a", "$b"}, {"b", "x $c"}, {"c", "$a"}},
       1,
       1,
       3,
       2,
       "topics refer to each other in a circle: $b → $c → $a → $b"},
      {{{"a", "x NEAR/3 $b"}, {"b", "y AND z"}},
       0,
       1,
       10,
       2,
       "AND in the topic that stands beside an operator like NEAR"},
      {{{"a", "x NEAR/3 $b"}, {"b", "y OR $c"}, {"c", "lang:de"}},
       0,
       1,
       10,
       2,
       "a field of metadata in the topic that stands"},
      {{{"a", "ATLEAST/2($b)"}, {"b", "NOT y"}}, 0, 1, 11, 2, "NOT in the topic that stands"},
  };
  for (const Row& row : rows) {
    const auto built = build(row.queries);
    EXPECT_FALSE(built.set);
    ASSERT_FALSE(built.findings.empty());
    const auto found = std::ranges::find(built.findings, QueryId{row.query}, &QuerySetBuilder::Finding::query);
    ASSERT_NE(found, built.findings.end()) << row.message;
    EXPECT_TRUE(found->finding.message.starts_with(row.message)) << found->finding.message;
    EXPECT_EQ(found->finding.line, row.line) << row.message;
    EXPECT_EQ(found->finding.column, row.column) << row.message;
    EXPECT_EQ(found->finding.length, row.length) << row.message;
  }
}

TEST(QuerySet, TopicsThatDoubleEachOtherEndInAnError) {
  std::vector<std::pair<std::string, std::string>> queries{{"t0", "x y"}};
  for (int i = 1; i < 64; ++i)
    queries.push_back(
        {"t" + std::to_string(i), "$t" + std::to_string(i - 1) + " OR ($t" + std::to_string(i - 1) + " z)"});
  const auto built = build(queries);
  EXPECT_FALSE(built.set);
  EXPECT_EQ(built.findings.back().finding.message, "with the topics that it refers to the query is too large");
}

TEST(QuerySet, OnlyWhatNeedsNoTermIsAlwaysTried) {
  const auto built = build({{"", "NOT x"},
                            {"", "x AND NOT y"},
                            {"", "wc>2"},
                            {"", "x OR NOT y"},
                            {"", "source:a*"},
                            {"", "lang:de"},
                            {"", "{2 of: NOT x, y, z}"},
                            {"", "{2 of: NOT x, NOT y, z}"},
                            {"", "* x"},
                            {"", "x NOT NEAR/2 y"}});
  ASSERT_TRUE(built.set);
  std::string always;
  for (unsigned i = 0; i < built.set->size(); ++i) always += built.set->always(QueryId{i}) ? '1' : '0';
  EXPECT_EQ(always, "1011100100");
  EXPECT_EQ(built.set->always_count(), 5U);
}

TEST(QuerySet, WhatIsKnownOfFrequenciesChangesNoMatch) {
  const std::vector<std::string> texts = {"the climate", "the", "climate the oil", "oil gas"};
  std::vector<std::vector<std::string>> seen;
  for (const double share : {-1.0, 0.0, 0.5, 1.0, 7.0}) {
    QuerySetBuilder builder;
    for (const char* text :
         {"the climate", "oil OR climate", "the AND NOT oil", "{2 of: the, oil, gas}", "the NEAR/0 climate"})
      builder.add(parse_query(text, Dialect::strict).query);
    const auto built = builder.build([&](std::uint64_t hash) { return hash % 3 == 0 ? 0.001 : share; });
    seen.emplace_back();
    for (const std::string& text : texts) seen.back().push_back(matched(built, "", text));
  }
  for (const auto& one : seen) EXPECT_EQ(one, seen[0]);
  EXPECT_EQ(seen[0], (std::vector<std::string>{"0 1 2 4", "2", "0 1 3 4", "1 3"}));
}

TEST(QuerySet, AnEmptySetMatchesNothing) {
  const auto built = QuerySetBuilder().build();
  ASSERT_TRUE(built.set);
  EXPECT_EQ(matched(built, "a", "b"), "");
}

}  // namespace
}  // namespace newsmill::score_topics
