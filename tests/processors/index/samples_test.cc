// The two samples of a set, Bottom and MinHash, and the set itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <vector>

#include "processors/index/bottom.h"
#include "processors/index/distinct.h"
#include "processors/index/min_hash.h"

namespace newsmill::index {
namespace {

std::vector<std::uint64_t> hashes(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t> values(count);
  for (auto& value : values) value = random();
  return values;
}

TEST(Bottom, HoldsTheSmallestOfTheDistinctInOrder) {
  std::vector<std::uint64_t> values = hashes(1000, 1);
  values.insert(values.end(), values.begin(), values.begin() + 500);  // repeats
  Bottom<8> bottom;
  bottom.add(values);
  const std::set<std::uint64_t> sorted(values.begin(), values.end());
  EXPECT_TRUE(
      std::ranges::equal(bottom.values(), std::vector<std::uint64_t>(sorted.begin(), std::next(sorted.begin(), 8))));

  Bottom<8> few;
  for (const std::uint64_t value : {3u, 1u, 3u, 2u}) few.add(value);
  EXPECT_TRUE(std::ranges::equal(few.values(), std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_TRUE(Bottom<3>().values().empty());
}

TEST(Distinct, KeepsTheFirstOfEach) {
  Distinct distinct;
  std::vector<std::uint64_t> values{5, 0, 5, 7, 0, 1, 7};
  distinct.keep_first(values);
  EXPECT_EQ(values, (std::vector<std::uint64_t>{5, 0, 7, 1}));
  values.clear();
  distinct.keep_first(values);
  EXPECT_TRUE(values.empty());
  values.assign(1'000'000, 42);
  distinct.keep_first(values);
  EXPECT_EQ(values, std::vector<std::uint64_t>{42});
}

TEST(MinHash, TellsHowMuchTwoSetsHaveInCommon) {
  // J = common / (common + 2 · own); four standard deviations of the mean of 20 estimates of 64 slots.
  for (const auto& [common, own] :
       std::vector<std::pair<std::size_t, std::size_t>>{{400, 0}, {300, 50}, {200, 100}, {100, 150}, {0, 200}}) {
    const double truth = static_cast<double>(common) / static_cast<double>(common + 2 * own);
    double sum = 0;
    for (std::uint64_t run = 0; run < 20; ++run) {
      const auto values = hashes(common + 2 * own, 7 + run);
      const std::vector<std::uint64_t> a(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(common + own));
      const std::vector<std::uint64_t> b(values.begin() + static_cast<std::ptrdiff_t>(own), values.end());
      sum += jaccard(min_hash(a), min_hash(b));
    }
    EXPECT_NEAR(sum / 20, truth, 4 * 0.067 / 4.4 + 0.015) << common << " in common, " << own << " of each alone";
  }
}

TEST(MinHash, DependsOnTheSetAlone) {
  auto values = hashes(300, 5);
  const MinHash once = min_hash(values);
  values.insert(values.end(), values.begin(), values.end());
  std::ranges::reverse(values);
  EXPECT_EQ(min_hash(values), once);
  EXPECT_EQ(equal_slots(once, once), kMinHashSlots);
  EXPECT_EQ(jaccard(once, once), 1);
}

TEST(MinHash, IsTheSameOnEveryMachineAndForEver) {
  for (const std::size_t count : {0u, 1u, 2u, 63u, 1000u})
    EXPECT_EQ(min_hash(hashes(count, 9)), min_hash_portable(hashes(count, 9)));
  // Stored sketches rest on it: this may change only with the version of the log's messages.
  const MinHash two = min_hash(std::vector<std::uint64_t>{0x0123456789abcdefu, 0xfedcba9876543210u});
  EXPECT_EQ(std::vector<int>(two.begin(), two.begin() + 4), (std::vector<int>{168, 149, 57, 145}));
  EXPECT_EQ(std::ranges::count(min_hash({}), 0xff), 32) << "of no hashes every slot is full";
}

TEST(MinHash, CountsEqualSlots) {
  MinHash a{}, b{};
  EXPECT_EQ(equal_slots(a, b), 64u);
  b[0] = 0x10, b[31] = 0x0f, b[17] = 0x88;
  EXPECT_EQ(equal_slots(a, b), 60u);
  b.fill(0x11);
  EXPECT_EQ(equal_slots(a, b), 0u);
  EXPECT_EQ(jaccard(a, b), 0) << "fewer than by chance is nothing in common";
}

}  // namespace
}  // namespace newsmill::index
