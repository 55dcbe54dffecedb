#include <string>

#include <gtest/gtest.h>

#include "processors/tag_entities/entities.h"
#include "tests/support/tagging.h"

namespace newsmill::tag_entities {
namespace {

std::string times(std::string_view text, std::size_t count) {
  std::string all;
  all.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

TEST(BadInput, IsReadInBoundedWork) {
  test::Tagging tagging;
  const struct {
    const char* about;
    std::string body;
  } rows[] = {
      {"nothing", ""},
      {"one word", "China"},
      {"no word", "… — !"},
      {"200,000 mentions of one entity", times("China, ", 200'000)},
      {"200,000 mentions without a stop", times("China ", 200'000)},
      {"a megabyte of capitals", times("ABCDEFGH IJKLMNOP ", 58'000)},
      {"a megabyte of capitals with points", times("U.S. ", 200'000)},
      {"a megabyte of first words of names", times("New York ", 116'000)},
      {"first words only", times("New ", 262'000)},
      {"a megabyte of titles", times("Foreign Minister Xaver Ypsilon ", 34'000)},
      {"a megabyte of honorifics", times("Mr ", 349'000)},
      {"a megabyte of acronyms in brackets", times("World Health Organization (WHO) ", 33'000)},
      {"as many new acronyms", [] {
         std::string all;
         for (int i = 0; i < 20'000; ++i) all += "World Health Organization (" + std::string{char('A' + i % 26), char('A' + i / 26 % 26), char('A' + i / 676 % 26)} + ") ";
         return all;
       }()},
      {"as many persons", [] {
         std::string all;
         for (int i = 0; i < 30'000; ++i) all += "Minister Ilse Na" + std::to_string(i) + "x said. Minister Ilse Nb" + std::string(1, char('a' + i % 26)) + " said. ";
         return all;
       }()},
      {"a megabyte of Han", times("中国日报", 87'000)},
      {"a megabyte of Kana", times("ロシア", 116'000)},
      {"one letter a million times", std::string(1'000'000, 'A')},
      {"brackets", times("(", 500'000) + "WHO" + times(")", 500'000)},
      {"marks", times("'s", 500'000)},
  };
  for (const auto& row : rows) {
    ASSERT_TRUE(tagging.read("", row.body)) << row.about;
    // A unit is about a nanosecond: a second for a megabyte at the very most.
    EXPECT_LT(tagging.units(), 50'000 + 230 * row.body.size()) << row.about;
    const Article& article = tagging.article();
    EXPECT_LE(article.entities.size(), kMaxEntities) << row.about;
    for (const Entity& entity : article.entities) {
      EXPECT_LE(entity.mentions.size(), kMaxMentions) << row.about;
      EXPECT_GE(entity.salience, 0) << row.about;
      EXPECT_LE(entity.salience, 1) << row.about;
      EXPECT_GT(entity.confidence, 0) << row.about;
      EXPECT_LE(entity.confidence, 1.0001) << row.about;
    }
  }
}

TEST(BadInput, CountsAllMentionsButShowsTheFirst) {
  test::Tagging tagging;
  ASSERT_TRUE(tagging.read("", times("China, ", 200'000)));
  ASSERT_EQ(tagging.article().entities.size(), 1u);
  EXPECT_EQ(tagging.article().entities[0].mentions.size(), kMaxMentions);
  EXPECT_EQ(tagging.article().entities[0].mentions[0].begin, 0u);
  EXPECT_GT(tagging.article().entities[0].salience, 0.9);
}

TEST(BadInput, AnArticleBeyondItsBudgetIsADeadLetter) {
  const Names names{test::hard_names(), {}, test::builtin_words()};
  Tagger tagger(names, nullptr, 0.5);
  std::pmr::monotonic_buffer_resource arena;
  const Message message;
  Article article(message, &arena);
  const std::string body = times("China and Russia. ", 1000);
  article.body = body;
  text::tokenize(body, text::Field::body, 0, article.tokens);
  Budget budget(1000);
  Scratch scratch{arena, budget};
  const Status status = tagger.tag(article, scratch);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::budget);
}

TEST(BadInput, TheSameArticleGivesTheSameEntities) {
  test::Tagging first, second;
  const char* body = "Sergei Lavrov met Wang Yi in Anchorage, Alaska. Wang told Lavrov that the US and China (PRC) agree.";
  ASSERT_TRUE(first.read("Lavrov in Alaska", body));
  ASSERT_TRUE(second.read("", times("Paris, Texas and Georgia. ", 100)));
  ASSERT_TRUE(second.read("Lavrov in Alaska", body));  // what was read before leaves nothing behind
  ASSERT_EQ(first.mentions(), second.mentions());
  ASSERT_EQ(first.article().entities.size(), second.article().entities.size());
  for (std::size_t i = 0; i < first.article().entities.size(); ++i) {
    EXPECT_EQ(first.article().entities[i].name, second.article().entities[i].name);
    EXPECT_EQ(first.article().entities[i].salience, second.article().entities[i].salience);
    EXPECT_EQ(first.article().entities[i].confidence, second.article().entities[i].confidence);
  }
}

}  // namespace
}  // namespace newsmill::tag_entities
