#include "processors/index/bucket_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <new>
#include <random>
#include <vector>

namespace newsmill::index {
namespace {

std::vector<std::uint32_t> visited(const BucketTable& table, std::uint64_t key) {
  std::vector<std::uint32_t> sequences;
  table.visit(key, [&](std::uint32_t sequence) { sequences.push_back(sequence); return true; });
  return sequences;
}

TEST(BucketTable, GivesTheNewestSequencesOfAKeyFirst) {
  BucketTable table(1000, 11);
  EXPECT_TRUE(visited(table, 7).empty());
  for (std::uint32_t sequence = 0; sequence < 3; ++sequence) table.insert(7, sequence, 0);
  EXPECT_EQ(visited(table, 7), (std::vector<std::uint32_t>{2, 1, 0}));
  std::vector<std::uint32_t> first;
  table.visit(7, [&](std::uint32_t sequence) { first.push_back(sequence); return false; });
  EXPECT_EQ(first, std::vector<std::uint32_t>{2}) << "visiting ends when the visitor says so";
}

TEST(BucketTable, KeepsTheNewestTenOfAKeyThatEverybodyHas) {
  BucketTable table(1000, 11);
  for (std::uint32_t sequence = 0; sequence < 10'000; ++sequence) table.insert(42, sequence, 0);
  EXPECT_EQ(visited(table, 42),
            (std::vector<std::uint32_t>{9999, 9998, 9997, 9996, 9995, 9994, 9993, 9992, 9991, 9990}));
  EXPECT_EQ(table.overflows(), 10'000 - BucketTable::kEntries);
}

TEST(BucketTable, CountsAsOverflowOnlyWhatWasAlive) {
  BucketTable table(1, 1);  // one bucket
  constexpr std::uint32_t kBeforeTheWrap = std::numeric_limits<std::uint32_t>::max() - 4;
  for (std::uint32_t i = 0; i < 10; ++i) table.insert(i, kBeforeTheWrap + i, kBeforeTheWrap);  // sequences wrap around
  EXPECT_EQ(table.overflows(), 0u);
  table.insert(99, kBeforeTheWrap + 10, kBeforeTheWrap + 1);  // the one overwritten has left
  EXPECT_EQ(table.overflows(), 0u);
  table.insert(99, kBeforeTheWrap + 11, kBeforeTheWrap + 1);  // this one was the oldest alive
  EXPECT_EQ(table.overflows(), 1u);
}

TEST(BucketTable, ForgetsLittleOfAFullWindowAndFindsHardlyAnythingElse) {
  constexpr std::uint32_t kRecords = 20'000, kKeys = 11;
  BucketTable table(kRecords, kKeys);
  std::mt19937_64 random(1);
  // The smallest of many hashes: high bits are nought.
  std::vector<std::uint64_t> keys(kRecords * kKeys);
  for (std::uint64_t& key : keys) key = random() >> 6;
  for (std::uint32_t record = 0; record < kRecords; ++record)
    for (std::uint32_t k = 0; k < kKeys; ++k) table.insert(keys[record * kKeys + k], record, 0);

  std::uint64_t found = 0, strangers = 0;
  for (std::uint32_t record = 0; record < kRecords; ++record) {
    for (std::uint32_t k = 0; k < kKeys; ++k) {
      for (const std::uint32_t sequence : visited(table, keys[record * kKeys + k]))
        ++(sequence == record ? found : strangers);
    }
  }
  const double all = kRecords * kKeys;
  // A Poisson law of mean 8 against 10 places: 5.3 % of the entries are overwritten, the oldest first.
  EXPECT_GT(static_cast<double>(found) / all, 0.94);
  EXPECT_EQ(table.overflows(), static_cast<std::uint64_t>(all) - found);
  // 8 other entries a bucket, each with a chance of 2^-16: 3 sigma above.
  EXPECT_LT(static_cast<double>(strangers), 8 * all / 65536 + 3 * std::sqrt(8 * all / 65536));
}

TEST(BucketTable, IsTheSameAfterTheSameCalls) {
  BucketTable one(100, 11), two(100, 11);
  std::mt19937_64 random(2);
  std::vector<std::uint64_t> keys(5000);
  for (std::uint64_t& key : keys) key = random() % 600;
  for (std::uint32_t i = 0; i < keys.size(); ++i) {
    one.insert(keys[i], i, i > 100 ? i - 100 : 0);
    two.insert(keys[i], i, i > 100 ? i - 100 : 0);
  }
  for (std::uint64_t key = 0; key < 600; ++key) EXPECT_EQ(visited(one, key), visited(two, key));
  EXPECT_EQ(one.overflows(), two.overflows());
}

TEST(BucketTable, RefusesAnImpossibleSize) {
  EXPECT_THROW(BucketTable(std::uint64_t{1} << 40, 11), std::bad_alloc);
  EXPECT_EQ(BucketTable(0, 11).bytes(), 64u) << "an empty window has one bucket, so that nothing divides by nought";
}

}  // namespace
}  // namespace newsmill::index
