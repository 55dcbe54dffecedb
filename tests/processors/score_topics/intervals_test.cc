#include "processors/score_topics/intervals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace newsmill::score_topics {
namespace {

using Set = std::vector<Interval>;

Set minimal(Set all) {
  keep_minimal(all, 0);
  return all;
}

TEST(KeepMinimal, DropsWhatContainsAnother) {
  EXPECT_EQ(minimal({}), Set{});
  EXPECT_EQ(minimal({{1, 4}, {2, 3}, {2, 3}, {3, 6}, {0, 9}}), (Set{{2, 3}, {3, 6}}));
  EXPECT_EQ(minimal({{1, 3}, {2, 3}, {2, 4}}), (Set{{2, 3}}));
  EXPECT_EQ(minimal({{0, 0}, {0, 1}, {1, 1}}), (Set{{0, 0}, {1, 1}}));
}

TEST(KeepMinimal, LeavesWhatIsBeforeItAlone) {
  Set all{{0, 9}, {5, 6}, {4, 7}};
  keep_minimal(all, 1);
  EXPECT_EQ(all, (Set{{0, 9}, {5, 6}}));
}

Set some(std::mt19937& random) {
  Set all;
  for (auto i = random() % 8; i > 0; --i) {
    const auto first = static_cast<std::uint32_t>(random() % 30);
    all.push_back({first, first + static_cast<std::uint32_t>(random() % 4)});
  }
  sort_intervals(all, 0);
  return all;
}

// Sets that are no antichains too: OR gives such.
TEST(Operators, AreWhatTryingEveryPairGives) {
  std::mt19937 random(11);
  IntervalScratch scratch;
  for (int round = 0; round < 5000; ++round) {
    const Set a = some(random), b = some(random);
    const auto n = static_cast<std::uint32_t>(random() % 6);
    Set hulls, pairs;
    ordered_hulls(a, b, n, scratch, hulls);
    for (const Interval& x : a)
      for (const Interval& y : b)
        if (x.last < y.first && y.first - x.last - 1 <= n) pairs.push_back({x.first, y.last});
    EXPECT_EQ(minimal(hulls), minimal(pairs));
    Set alone, expected;
    without_near(a, b, n, scratch, alone);
    for (const Interval& x : a) {
      const bool near = std::ranges::any_of(b, [&](const Interval& y) {
        return y.first <= x.last + n + 1 && y.last + n + 1 >= x.first;
      });
      if (!near) expected.push_back(x);
    }
    EXPECT_EQ(alone, expected);
  }
}

}  // namespace
}  // namespace newsmill::score_topics
