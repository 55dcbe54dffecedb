#include "processors/index/shingles.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <vector>

namespace newsmill::index {
namespace {

using Hashes = std::vector<std::uint64_t>;
using Widths = std::vector<std::uint8_t>;

Hashes shingles(const Hashes& hashes, const Widths& widths, std::uint32_t width) {
  Hashes out{99};  // what was there is gone afterwards
  shingle_hashes({hashes, widths}, width, out);
  return out;
}

TEST(Shingles, AreAllRunsOfThatManyItems) {
  EXPECT_EQ(shingles({1, 2, 3, 4, 5}, Widths(5, 1), 3).size(), 3u);
  EXPECT_EQ(shingles({1, 2, 3}, Widths(3, 1), 3).size(), 1u);
  EXPECT_TRUE(shingles({1, 2}, Widths(2, 1), 3).empty()) << "narrower than one shingle";
  EXPECT_TRUE(shingles({}, {}, 3).empty());
}

TEST(Shingles, AreEqualWhereverTheRunStands) {
  const Hashes first = shingles({1, 2, 3, 4}, Widths(4, 1), 2), second = shingles({9, 9, 9, 2, 3}, Widths(5, 1), 2);
  EXPECT_EQ(first[1], second[3]);
  EXPECT_NE(first[0], first[1]);
  EXPECT_NE(shingles({1, 2}, Widths(2, 1), 2), shingles({2, 1}, Widths(2, 1), 2)) << "order counts";
}

TEST(Shingles, CountNarrowItemsForLess) {
  // Letters of width 1 between words of width 2: the shortest run of width 4 that ends at each item.
  const Hashes mixed = shingles({1, 2, 11, 12, 13, 14, 3}, {2, 2, 1, 1, 1, 1, 2}, 4);
  EXPECT_EQ(mixed.size(), 6u);
  EXPECT_EQ(mixed[4], shingles({11, 12, 13, 14}, Widths(4, 1), 4)[0]) << "four letters alone";
  EXPECT_EQ(mixed[1], shingles({1, 2, 11}, {2, 2, 1}, 4)[1]) << "two words and a letter";
}

TEST(Shingles, AreTheHashesOfTheirItemsAlone) {
  std::mt19937_64 random(3);
  Hashes items(500);
  Widths widths(500);
  for (auto& item : items) item = random() % 7;
  for (auto& width : widths) width = static_cast<std::uint8_t>(1 + random() % 2);
  const Hashes rolled = shingles(items, widths, 16);
  std::size_t at = 0;
  for (std::size_t end = 1; end <= items.size(); ++end) {
    std::size_t begin = end;
    std::uint32_t wide = 0;
    while (begin > 0 && wide < 16) wide += widths[--begin];
    if (wide < 16) continue;
    const Hashes alone = shingles(
        {items.begin() + static_cast<std::ptrdiff_t>(begin), items.begin() + static_cast<std::ptrdiff_t>(end)},
        {widths.begin() + static_cast<std::ptrdiff_t>(begin), widths.begin() + static_cast<std::ptrdiff_t>(end)}, 16);
    ASSERT_EQ(alone.back(), rolled.at(at++)) << end;
  }
  EXPECT_EQ(at, rolled.size());
}

}  // namespace
}  // namespace newsmill::index
