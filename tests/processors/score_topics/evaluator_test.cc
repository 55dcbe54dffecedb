#include "processors/score_topics/evaluator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "processors/score_topics/query_parser.h"
#include "tests/support/naive_evaluator.h"
#include "tests/support/text_article.h"

namespace newsmill::score_topics {
namespace {

std::shared_ptr<const QuerySet> set_of(const std::vector<std::string>& queries, Dialect dialect = Dialect::strict) {
  QuerySetBuilder builder;
  for (const std::string& text : queries) {
    ParsedQuery parsed = parse_query(text, dialect);
    EXPECT_TRUE(parsed.ok()) << text << ": " << parsed.findings[0].message;
    builder.add(std::move(parsed.query));
  }
  return builder.build().set;
}

/// "t:Oil" for a hit in the title, "b:" in the body, "l:" in the lead, "source=reuters" for a value; with the
/// clause behind a bar.
std::string hits(const std::string& query, const Article& article, std::size_t limit = 100) {
  Evaluator evaluator(set_of({query}));
  Document document;
  document.assign(article, "gb");
  Budget budget;
  if (evaluator.match(document, budget).value().empty()) return "no match";
  std::vector<Hit> found;
  const auto complete = evaluator.hits(QueryId{0}, limit, found, budget).value().complete;
  std::string all;
  for (const Hit& hit : found) {
    const std::string_view whole = hit.field == text::Field::headline ? article.headline : article.body;
    if (!hit.kind.empty()) all += std::string(hit.kind) + "=" + std::string(hit.value);
    else
      all += std::string(hit.field == text::Field::headline ? "t:"
                         : hit.lead                         ? "l:"
                                                            : "b:") +
             std::string(whole.substr(hit.begin, hit.end - hit.begin));
    all += "|" + std::string(hit.clause);
    if (hit.weight != 1) all += "^" + std::to_string(static_cast<int>(hit.weight));
    all += "  ";
  }
  return all + (complete ? "" : "…");
}

TEST(Hits, AreTheMinimalStretchesWithTheClauseThatFoundThem) {
  test::TextArticle text(
      "Oil falls", "The price of “crude oil” — and oil alone — fell.\n\nGas Prices rose in Kyiv; the oil price too.");
  text.article().source = "Reuters";
  struct Row { const char* query; const char* hits; };
  constexpr Row rows[] = {
      {"oil", "t:Oil|oil  l:oil|oil  l:oil|oil  l:oil|oil  "},
      {"crude AND gas", "l:crude|crude  l:Gas|gas  "},
      {"\"crude oil\" OR nothing", "l:crude oil|\"crude oil\"  "},
      {"(oil OR gas) NEAR/2 pric*",
       "l:price of “crude oil|(oil OR gas) NEAR/2 pric*  l:Gas Prices|(oil OR gas) NEAR/2 pric*  "
       "l:oil price|(oil OR gas) NEAR/2 pric*  "},
      {"oil NEAR/2 pric*", "l:price of “crude oil|oil NEAR/2 pric*  l:oil price|oil NEAR/2 pric*  "},
      {"title:(oil OR falls)", "t:Oil|oil  t:falls|falls  "},
      {"gas^3 AND (oil NOT NEAR/1 price)^2 AND NOT nothing",
       "t:Oil|(oil NOT NEAR/1 price)^2^2  l:oil|(oil NOT NEAR/1 price)^2^2  l:oil|(oil NOT NEAR/1 price)^2^2  "
       "l:Gas|gas^3^3  "},
      {"ATLEAST/2(price*) source:reuters country:gb",
       "l:price|price*  l:Prices|price*  l:price|price*  country=gb|country:gb  source=Reuters|source:reuters  "},
      {"{2 of: gas, coal, kyiv}", "l:Gas|gas  l:Kyiv|kyiv  "},
      {"oil OR o?l^2", "t:Oil|o?l^2^2  l:oil|o?l^2^2  l:oil|o?l^2^2  l:oil|o?l^2^2  "},
      {"coal", "no match"},
      {"NOT coal", ""},
  };
  for (const Row& row : rows) EXPECT_EQ(hits(row.query, text.article()), row.hits) << row.query;
  EXPECT_EQ(hits("oil", text.article(), 2), "t:Oil|oil  l:oil|oil  …");
}

TEST(Hits, OfOneClauseAreCapped) {
  std::string body;
  for (int i = 0; i < 500; ++i) body += "oil and ";
  const test::TextArticle text("", body);
  Evaluator evaluator(set_of({"oil OR nothing"}));
  Document document;
  document.assign(text.article(), {});
  Budget budget;
  ASSERT_EQ(evaluator.match(document, budget).value().size(), 1U);
  std::vector<Hit> found;
  EXPECT_FALSE(evaluator.hits(QueryId{0}, 1000, found, budget).value().complete);
  EXPECT_EQ(found.size(), Evaluator::kHitsPerClause);
}

TEST(Hits, OfWhatHasPlacesAreTheStretchesOfTheNaiveEvaluator) {
  const test::TextArticle text("a b c a", "b a c. c b a b c a a b.\n\nc a b a. b c b a c c a b a");
  const std::vector<std::string> queries = {
      "a NEAR/1 b", "a ONEAR/2 c",  "(a NEAR/1 b) NEAR/2 c", "a SENT (b ONEAR/1 c)", "a PARA a",
      "\"a b\"~2m", "\"a b c\"~2m", "\"a b a\"~3m",          "b NOT NEAR/0 c",       "first/12(a NEAR/2 c)"};
  Document document;
  document.assign(text.article(), {});
  const test::NaiveEvaluator naive(text.article());
  for (const std::string& query : queries) {
    Evaluator evaluator(set_of({query}));
    Budget budget;
    ASSERT_EQ(evaluator.match(document, budget).value().size(), 1U) << query;
    std::vector<Hit> found;
    ASSERT_TRUE(evaluator.hits(QueryId{0}, 1000, found, budget));
    std::set<std::pair<int, int>> stretches;
    for (const Hit& hit : found) {
      const auto token = [&](std::uint32_t byte, std::uint32_t text::Token::*edge) {
        const auto at = std::ranges::find_if(
            document.tokens(), [&](const text::Token& t) { return t.field == hit.field && t.*edge == byte; });
        return static_cast<int>(at - document.tokens().begin());
      };
      stretches.insert({token(hit.begin, &text::Token::begin), token(hit.end, &text::Token::end)});
    }
    EXPECT_EQ(stretches, naive.stretches(parse_query(query, Dialect::strict).query)) << query;
  }
}

TEST(Evaluator, EndsInABudgetErrorAndNeverInALongWait) {
  std::string body;
  for (int i = 0; i < 300'000; ++i) body += "a ";
  const test::TextArticle text("", body);
  Document document;
  document.assign(text.article(), {});
  std::string chain = "a";
  for (int i = 0; i < 150; ++i) chain += " NEAR/9000 a";
  for (const std::string& query :
       {chain, std::string("\"a a a a a a a a\"~9000m"), std::string("\"a* *a ?* ?\"~500m")}) {
    Evaluator evaluator(set_of({query}));
    Budget budget;
    const auto result = evaluator.match(document, budget);
    ASSERT_FALSE(result) << query.substr(0, 40);
    EXPECT_EQ(result.error().code, Code::budget);
    // The next article is decided as if nothing had been.
    const test::TextArticle small("", "a b a a a a a a a a");
    document.assign(small.article(), {});
    Budget fresh;
    EXPECT_TRUE(evaluator.match(document, fresh));
    document.assign(text.article(), {});
  }
}

TEST(Evaluator, DecidesAMillionTimesTheSameWord) {
  std::string body;
  for (int i = 0; i < 1'000'000; ++i) body += "a ";
  const test::TextArticle text("", body);
  Document document;
  document.assign(text.article(), {});
  Evaluator evaluator(
      set_of({"a", "a NEAR/3 a", "\"a a a\"", "\"a a\"~3m", "a SENT a", "ATLEAST/1000000(a)", "a NEAR/2 b", "b"}));
  Budget budget(4'000'000'000);
  const auto result = evaluator.match(document, budget);
  ASSERT_TRUE(result);
  EXPECT_EQ(result.value().size(), 6U);
}

TEST(Evaluator, ATenThousandWildcardQueryIsDecidedAsItsWordsSay) {
  std::string query = "none";
  for (int i = 0; i < 10'000; ++i) query += " OR *" + std::to_string(i) + "x? OR y" + std::to_string(i) + "*";
  Evaluator evaluator(set_of({query}));
  Document document;
  for (const auto& [body, expected] :
       {std::pair("abc 17xx", true), {"17x", false}, {"y9999z", true}, {"y99999", true}, {"yx", false}}) {
    const test::TextArticle text("", body);
    document.assign(text.article(), {});
    Budget budget;
    EXPECT_EQ(!evaluator.match(document, budget).value().empty(), expected) << body;
  }
}

TEST(Evaluator, OneSetServesManyThreads) {
  const auto set = set_of(
      {"climat* NEAR/5 court", "\"oil price\"~2m", "title:(a* OR b) -lang:de", "cs(Oil)", "NOT oil"}, Dialect::strict);
  std::vector<std::vector<std::vector<QueryId>>> seen(4);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : seen)
      threads.emplace_back([&mine, set] {
        Evaluator evaluator(set);
        Document document;
        for (int i = 0; i < 200; ++i) {
          const test::TextArticle text("Oil " + std::to_string(i % 7),
                                       i % 2 == 0 ? "climatic court of b" : "price of oil");
          document.assign(text.article(), {});
          Budget budget;
          const auto found = evaluator.match(document, budget).value();
          mine.emplace_back(found.begin(), found.end());
        }
      });
  }
  for (const auto& mine : seen) EXPECT_EQ(mine, seen[0]);
  EXPECT_EQ(seen[0][0], (std::vector<QueryId>{QueryId{0}, QueryId{3}}));
}

TEST(Evaluator, LooksAtFewQueries) {
  std::vector<std::string> queries;
  for (int i = 0; i < 2000; ++i)
    queries.push_back("the AND word" + std::to_string(i) + " AND other" + std::to_string(i % 10));
  Evaluator evaluator(set_of(queries));
  const test::TextArticle text("", "the word17 and the word18 with other7 and other9");
  Document document;
  document.assign(text.article(), {});
  Budget budget;
  EXPECT_EQ(evaluator.match(document, budget).value().size(), 1U);
  EXPECT_LE(evaluator.work().candidates, 2U);
}

}  // namespace
}  // namespace newsmill::score_topics
