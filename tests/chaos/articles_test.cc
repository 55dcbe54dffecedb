#include "tests/chaos/articles.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/support/child.h"
#include "tests/support/newsmill_process.h"

namespace newsmill::chaos {
namespace {

TEST(Articles, AreTheSameForTheSameSeedAndATwentiethOfTheSingleOnesIsBad) {
  Articles one(std::filesystem::path("/absent"), 5), same(std::filesystem::path("/absent"), 5);
  EXPECT_FALSE(one.real());
  int bad = 0, single = 0;
  for (int i = 0; i < 4000; ++i) {
    const Article article = one.next();
    EXPECT_EQ(article.value, same.next().value);
    single += article.kind != Kind::copy;
    bad += expected_code(article.kind) != nullptr;
  }
  EXPECT_GT(single, 1500);
  EXPECT_GT(bad, single / 20 - 50);  // four standard deviations of a binomial with p = .05 and
  EXPECT_LT(bad, single / 20 + 50);  // 3000 trials are 48
}

TEST(Articles, SpreadTheTellingsOfAStoryOverManyKeysWithinAFewHundred) {
  Articles articles(std::filesystem::path("/absent"), 7);
  std::map<std::string, std::set<std::string>> keys;  // by story
  std::map<std::string, std::pair<int, int>> span;
  std::map<Telling, int> tellings;
  for (int i = 0; i < 6000; ++i) {
    const Article article = articles.next();
    if (article.kind != Kind::copy) continue;
    ++tellings[article.telling];
    if (!article.id.starts_with("chaos-b")) continue;
    const std::string story = article.id.substr(0, article.id.rfind('-'));
    EXPECT_TRUE(keys[story].insert(article.key).second) << "a key of its own";
    span.try_emplace(story, i, i).first->second.second = i;
  }
  EXPECT_EQ(tellings.size(), 9u) << "every way to tell a story occurs";
  EXPECT_GT(keys.size(), 50u);
  std::size_t whole = 0;
  for (const auto& [story, its] : keys) whole += its.size() >= 12;
  EXPECT_GT(whole, keys.size() - 10);  // all but the latest
  int longest = 0;
  for (const auto& [story, its] : span) longest = std::max(longest, its.second - its.first);
  EXPECT_LT(longest, 500) << "a second of the drill";
}

/// The chain itself is asked: what is written as a copy must be one to it, and what is not must not.
TEST(Copies, AreCopiesForNewsmillAndStoriesAreNotForOneAnother) {
  Copies copies(3);
  test::TemporaryFolder folder;
  std::string lines;
  std::vector<Told> all;
  for (int story = 0; story < 40; ++story)
    for (Told& told : copies.burst("chaos-b" + std::to_string(story))) {
      lines += told.value + "\n";
      all.push_back(std::move(told));
    }
  for (int i = 0; i < 40; ++i) {
    all.push_back(copies.late("chaos-late-" + std::to_string(i)));
    lines += all.back().value + "\n";
  }
  test::write_file(folder / "told.jsonl", lines);
  const test::Processed processed = test::newsmill_process(NEWSMILL_BINARY, {(folder / "told.jsonl").string()});
  ASSERT_EQ(processed.code, 0) << processed.words;
  const std::vector<std::string> records = test::lines_of(processed.records);
  ASSERT_EQ(records.size(), all.size()) << processed.words;

  const auto member = [](const std::string& record, const std::string& name) {
    const std::size_t story = record.find("\"story\":{");
    const std::size_t at = record.find("\"" + name + "\":\"", story) + name.size() + 4;
    return record.substr(at, record.find('"', at) - at);
  };
  std::map<std::string, std::string> story_of_burst;
  std::map<Telling, std::pair<int, int>> joined;  // of how many
  std::set<std::string> stories;
  std::string first;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string story = member(records[i], "id"), relation = member(records[i], "relation");
    if (all[i].telling == Telling::first) {
      EXPECT_EQ(relation, "original") << records[i];
      EXPECT_TRUE(stories.insert(story).second);
      first = story;
    }
    if (all[i].id.starts_with("chaos-late-")) {
      joined[all[i].telling].first += stories.contains(story);
      ++joined[all[i].telling].second;
      continue;
    }
    joined[all[i].telling].first += all[i].telling == Telling::both ? stories.contains(story) : story == first;
    ++joined[all[i].telling].second;
    EXPECT_EQ(relation == "withdrawn", all[i].telling == Telling::kill);
  }
  // A kill takes the lead from what it takes back, so that what comes after it may open a story again.
  for (const auto& [telling, counts] : joined)
    EXPECT_GT(counts.first, counts.second * (telling == Telling::drifted ? 2 : 8) / 10)
        << "telling " << static_cast<int>(telling) << ": " << counts.first << " of " << counts.second;
}

}  // namespace
}  // namespace newsmill::chaos
