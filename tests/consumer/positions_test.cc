#include "consumer/positions.h"

#include <gtest/gtest.h>

#include <vector>

namespace newsmill::consumer {
namespace {

Message at(std::int32_t partition, std::int64_t offset, std::int64_t timestamp_ms = 1000) {
  Message message;
  message.topic = "raw";
  message.partition = partition;
  message.offset = offset;
  message.timestamp_ms = timestamp_ms;
  return message;
}

class PositionsOfTwo : public testing::Test {
 protected:
  PositionsOfTwo() { positions_.assign(partitions_); }
  const std::vector<Partition> partitions_{{"raw", 0}, {"raw", 1}};
  Positions positions_;
};

TEST_F(PositionsOfTwo, CountWhatIsInFlight) {
  EXPECT_TRUE(positions_.read(at(0, 5)));
  EXPECT_TRUE(positions_.read(at(0, 9)));  // gaps are control records
  EXPECT_TRUE(positions_.read(at(1, 2)));
  EXPECT_EQ(positions_.in_flight(), 3u);
  positions_.committed(std::vector<Position>{{{"raw", 0}, 6}});
  EXPECT_EQ(positions_.in_flight(), 2u);
  positions_.committed(std::vector<Position>{{{"raw", 0}, 10}, {{"raw", 1}, 3}});
  EXPECT_EQ(positions_.in_flight(), 0u);
}

TEST_F(PositionsOfTwo, RefuseAMessageThatComesAgain) {
  EXPECT_TRUE(positions_.read(at(0, 5)));
  EXPECT_FALSE(positions_.read(at(0, 5)));
  EXPECT_FALSE(positions_.read(at(0, 4)));
  EXPECT_FALSE(positions_.read(at(7, 0))) << "not assigned";
  positions_.committed(std::vector<Position>{{{"raw", 0}, 6}});
  EXPECT_FALSE(positions_.read(at(0, 5))) << "it is committed";
  EXPECT_TRUE(positions_.read(at(0, 6)));
}

TEST_F(PositionsOfTwo, TakeADeliveryAgainOnceItIsForgotten) {
  EXPECT_TRUE(positions_.read(at(0, 5)));
  positions_.forget();
  EXPECT_EQ(positions_.in_flight(), 0u);
  EXPECT_TRUE(positions_.read(at(0, 5)));
}

TEST_F(PositionsOfTwo, LagIsTheDistanceToTheEndAndTheAgeOfTheOldest) {
  EXPECT_EQ(positions_.lag(partitions_[0], 100, 5000).records, 0u) << "nothing is known yet";
  EXPECT_TRUE(positions_.read(at(0, 90, 1000)));
  EXPECT_TRUE(positions_.read(at(0, 91, 3000)));
  EXPECT_EQ(positions_.lag(partitions_[0], 100, 5000).records, 10u);
  EXPECT_DOUBLE_EQ(positions_.lag(partitions_[0], 100, 5000).seconds, 4);
  positions_.committed(std::vector<Position>{{{"raw", 0}, 91}});
  EXPECT_EQ(positions_.lag(partitions_[0], 100, 5000).records, 9u);
  EXPECT_DOUBLE_EQ(positions_.lag(partitions_[0], 100, 5000).seconds, 2);
  positions_.committed(std::vector<Position>{{{"raw", 0}, 92}});
  EXPECT_DOUBLE_EQ(positions_.lag(partitions_[0], 100, 5000).seconds, 0);
  EXPECT_EQ(positions_.lag(partitions_[0], -1, 5000).records, 0u) << "the end is not known";
}

}  // namespace
}  // namespace newsmill::consumer
