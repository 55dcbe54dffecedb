// Every example of docs/queries.md does what the page says.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "processors/core/entity.h"
#include "processors/score_topics/evaluator.h"
#include "processors/score_topics/query_parser.h"
#include "processors/score_topics/query_text.h"
#include "tests/support/naive_evaluator.h"
#include "tests/support/text_article.h"

namespace newsmill::score_topics {
namespace {

struct Example {
  std::string query, title, body;
  bool matches, lucene;
};

std::string trim(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

/// Cells of a Markdown row; \| is a bar of the text.
std::vector<std::string> cells(const std::string& row) {
  std::vector<std::string> all;
  std::string cell;
  for (std::size_t i = 1; i < row.size(); ++i) {
    if (row[i] == '\\' && i + 1 < row.size() && row[i + 1] == '|') cell += row[++i];
    else if (row[i] == '|') {
      all.push_back(trim(cell));
      cell.clear();
    } else cell += row[i];
  }
  return all;
}

std::vector<Example> examples() {
  std::ifstream page(NEWSMILL_SOURCE_DIR "/docs/queries.md");
  std::vector<Example> all;
  bool inside = false, lucene = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("| query")) {
      inside = true;
      lucene = line.starts_with("| query (lucene)");
      std::getline(page, line);
      continue;
    }
    if (!line.starts_with("|")) inside = false;
    if (!inside) continue;
    const auto row = cells(line);
    EXPECT_EQ(row.size(), 3U) << line;
    if (row.size() != 3) continue;
    EXPECT_TRUE(row[2] == "yes" || row[2] == "no") << line;
    const std::size_t bar = row[1].find('|');
    std::string body = bar == std::string::npos ? row[1] : trim(row[1].substr(bar + 1));
    for (std::size_t at; (at = body.find("¶")) != std::string::npos;) body.replace(at, std::string("¶").size(), "\n\n");
    all.push_back({row[0].substr(1, row[0].size() - 2), bar == std::string::npos ? "" : trim(row[1].substr(0, bar)),
                   body, row[2] == "yes", lucene});
  }
  return all;
}

TEST(QueriesPage, EveryExampleHolds) {
  const auto all = examples();
  ASSERT_GT(all.size(), 90U);
  for (const Example& example : all) {
    ParsedQuery parsed = parse_query(example.query, example.lucene ? Dialect::lucene : Dialect::strict);
    ASSERT_TRUE(parsed.ok()) << example.query << ": " << parsed.findings[0].message;
    test::TextArticle text(example.title, example.body);
    Article& article = text.article();
    article.source = "The Daily Example";
    article.url = "https://news.example.co.uk/a";
    article.by = "By Jane Doe";
    article.language.tag = "zh-Hant";
    article.given.subjects.emplace_back("Politics/Europe");
    Entity google;
    google.id = "wd:Q95";
    google.ids.wikidata = "Q95";
    google.name = "Google";
    article.entities.push_back(google);
    const test::NaiveEvaluator naive(article, "gb");
    EXPECT_EQ(naive.matches(parsed.query), example.matches)
        << "naive: " << example.query << " on " << example.title << " | " << example.body;
    QuerySetBuilder builder;
    builder.add(std::move(parsed.query));
    const auto built = builder.build();
    ASSERT_TRUE(built.set) << built.findings[0].finding.message;
    Evaluator evaluator(built.set);
    Document document;
    document.assign(article, "gb");
    Budget budget;
    EXPECT_EQ(evaluator.match(document, budget).value().size(), example.matches ? 1U : 0U)
        << example.query << " on " << example.title << " | " << example.body;
  }
}

}  // namespace
}  // namespace newsmill::score_topics
