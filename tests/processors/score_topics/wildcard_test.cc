#include "processors/score_topics/wildcard.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace newsmill::score_topics {
namespace {

struct Row {
  const char* pattern;
  const char* word;
  bool matches;
};
constexpr Row kRows[] = {
    {"a*", "a", true},        {"a*", "abc", true},        {"a*", "ba", false},     {"*a", "a", true},
    {"*a", "ba", true},       {"*a", "ab", false},        {"*a*", "bab", true},    {"*a*", "bbb", false},
    {"a?c", "abc", true},     {"a?c", "ac", false},       {"a?c", "abbc", false},  {"?", "é", true},
    {"??", "é", false},       {"a*b*c", "axxbxxc", true}, {"a*b*c", "acb", false}, {"a*b*c", "abbc", true},
    {"*ab*ab", "abab", true}, {"*ab*ab", "ab", false},    {"*ab", "aab", true},    {"te?t*", "tests", true},
    {"*", "anything", true},  {"?*", "x", true},          {"a*a", "a", false},     {"a*é?", "axéz", true},
    {"*aab", "aaab", true},
};

TEST(Pattern, MatchesTheWholeWord) {
  for (const Row& row : kRows)
    EXPECT_EQ(matches_pattern(row.pattern, row.word), row.matches) << row.pattern << " " << row.word;
  EXPECT_TRUE(matches_pattern("a\\*b*", "a*bc"));
  EXPECT_FALSE(matches_pattern("a\\*b*", "axbc"));
}

TEST(Patterns, TogetherFindWhatEachFindsAlone) {
  Patterns patterns;
  EXPECT_TRUE(patterns.empty());
  for (std::uint32_t i = 0; i < std::size(kRows); ++i) patterns.add(kRows[i].pattern, i);
  for (const Row& row : kRows) {
    std::vector<std::uint32_t> found, expected;
    patterns.find(row.word, found);
    for (std::uint32_t i = 0; i < std::size(kRows); ++i)
      if (matches_pattern(kRows[i].pattern, row.word)) expected.push_back(i);
    EXPECT_EQ(found, expected) << row.word;
  }
}

TEST(Patterns, HostileOnesCostNoMoreThanTheProduct) {
  std::string stars, word(kMaxWildcardWord, 'a');
  for (int i = 0; i < 400; ++i) stars += "a*";
  EXPECT_FALSE(matches_pattern(stars + "b", word));
  Patterns patterns;
  patterns.add(stars + "b", 1);
  std::vector<std::uint32_t> found;
  EXPECT_LT(patterns.find(word, found), 10'000U);
  EXPECT_TRUE(found.empty());
  patterns.find(word + "ab", found);  // too long a word for any
  EXPECT_TRUE(found.empty());
}

}  // namespace
}  // namespace newsmill::score_topics
