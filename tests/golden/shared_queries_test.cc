// Queries that other people wrote are understood, and match what a naive evaluator finds. The whole comparison
// is bench/query_accuracy.cc; this is a part of it that takes seconds.
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "consumer/file_bytes.h"
#include "processors/score_topics/evaluator.h"
#include "processors/score_topics/query_parser.h"
#include "processors/score_topics/query_text.h"
#include "tests/support/data_folder.h"
#include "tests/support/naive_evaluator.h"
#include "tests/support/text_article.h"

namespace newsmill {
namespace {

using namespace score_topics;

using test::data_folder;

std::vector<rapidjson::Document> objects(const std::filesystem::path& path, std::size_t most) {
  consumer::FileBytes file(path);
  std::string all;
  char buffer[1 << 16];
  std::size_t lines = 0;
  for (std::size_t read; lines < most && (read = file.read(buffer, sizeof buffer)) > 0;) {
    all.append(buffer, read);
    lines += static_cast<std::size_t>(std::count(buffer, buffer + read, '\n'));
  }
  std::vector<rapidjson::Document> made;
  std::istringstream stream(all);
  for (std::string line; made.size() < most && std::getline(stream, line);) {
    made.emplace_back().Parse(line.c_str());
    EXPECT_TRUE(made.back().IsObject());
  }
  return made;
}

std::string member(const rapidjson::Document& object, const char* name) {
  const auto found = object.FindMember(name);
  return found != object.MemberEnd() && found->value.IsString() ? found->value.GetString() : "";
}

TEST(SharedQueries, AreUnderstoodAndMatchWhatTheNaiveEvaluatorFinds) {
  struct Set {
    const char* file;
    Dialect dialect;
    std::size_t queries, each;  ///< every one of `each` is compared
  };
  constexpr Set sets[] = {{"queries-sdg-aurora/queries.jsonl", Dialect::strict, 378, 1},
                          {"queries-sdg-text2sdg/queries.jsonl.zst", Dialect::strict, 8819, 40},
                          {"queries-newsmap/queries.jsonl", Dialect::lucene, 3133, 10},
                          {"queries-luceneutil/queries.jsonl.zst", Dialect::lucene, 12405, 20}};
  const auto topics = data_folder() / "topics", news = data_folder() / "news/mix-open.jsonl.zst";
  if (!std::filesystem::exists(topics / sets[0].file) || !std::filesystem::exists(news))
    GTEST_SKIP() << "SKIPPED: " << topics << " or " << news << " is absent";
  QuerySetBuilder builder;
  std::vector<Query> compared;
  for (const Set& set : sets) {
    const auto rows = objects(topics / set.file, 20'000);
    EXPECT_EQ(rows.size(), set.queries) << set.file;
    std::size_t sound = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      ParsedQuery parsed = parse_query(member(rows[i], "query"), set.dialect);
      if (!parsed.ok()) continue;
      ++sound;
      if (i % set.each != 0) continue;
      const std::string normal = normal_form(parsed.query);
      ParsedQuery again = parse_query(normal, Dialect::strict);
      ASSERT_TRUE(again.ok()) << normal;
      compared.push_back(std::move(parsed.query));
      builder.add(std::move(again.query));  // so what is asked is the normal form of what is compared
    }
    EXPECT_GE(static_cast<double>(sound), 0.99 * static_cast<double>(set.queries)) << set.file;
  }
  const auto built = builder.build();
  ASSERT_TRUE(built.set);
  Evaluator evaluator(built.set);
  Document document;
  std::size_t matches = 0;
  const auto stories = objects(news, 2000);
  for (std::size_t story = 0; story < stories.size(); story += 67) {
    const test::TextArticle text(member(stories[story], "title"), member(stories[story], "body"));
    document.assign(text.article(), {});
    Budget budget(~0ull);
    const auto found = evaluator.match(document, budget).value();
    const std::vector<QueryId> matched(found.begin(), found.end());
    matches += matched.size();
    const test::NaiveEvaluator naive(text.article());
    for (std::uint32_t i = 0; i < compared.size(); ++i)
      ASSERT_EQ(std::ranges::binary_search(matched, QueryId{i}), naive.matches(compared[i])) << compared[i].text;
  }
  EXPECT_GT(matches, 100U);  // the comparison is of something
}

}  // namespace
}  // namespace newsmill
