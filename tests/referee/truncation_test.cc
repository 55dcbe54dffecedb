// A fresh instance that reads a window and a margin is the one that never stopped, on a real feed.
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/referee/feed_fleet.h"
#include "tests/referee/real_feed.h"
#include "tests/referee/truncation.h"

namespace newsmill::test {
namespace {

constexpr std::int64_t kDay = 86'400'000;
#ifdef NEWSMILL_SANITIZED
constexpr std::uint64_t kCuts = 30;
#else
constexpr std::uint64_t kCuts = 200;
#endif
// So few that live articles push one another out of the table's buckets.
constexpr std::uint64_t kArticles = 512;

class TruncationOfARealFeed : public testing::TestWithParam<Weather> {};

TEST_P(TruncationOfARealFeed, LeavesTheStateAndAllLaterVerdicts) {
  const auto feed = read_real_feed();
  if (!feed) GTEST_SKIP() << "SKIPPED: no news/reprints.jsonl.zst in the data folder: set NEWSMILL_DATA";
  ASSERT_GT(feed->size(), 4500u);
  const std::string weather(weather_name(GetParam()));
  for (const int days : {1, 2, 3}) {
    RefereeLog log({.window_ms = days * kDay, .articles = kArticles});
    const auto fleet = FeedFleet::write(*feed, GetParam(), 7 + static_cast<std::uint64_t>(days), log);
    const Truncation sum = truncate(log, kCuts);
    const auto print = [&](const char* name, std::uint64_t value) {
      std::printf("truncation_%s_w%d_%s=%llu\n", weather.c_str(), days, name, static_cast<unsigned long long>(value));
    };
    print("cuts", sum.cuts), print("truncated", sum.truncated), print("between_f_and_v", sum.within_a_batch);
    print("messages", log.entries.size()), print("lagging", fleet.lagging), print("redelivered", fleet.redelivered);
    print("appended_again", fleet.appended_again), print("twins", fleet.twins), print("orphans", fleet.orphans);
    print("late", fleet.late), print("helped", fleet.helped), print("joins", fleet.joins);
    print("overflows", log.referee.overflows());
    print("later_verdicts", sum.later_verdicts), print("later_joins", sum.later_joins);
    print("states_differ", sum.states_differ), print("verdicts_differ", sum.verdicts_differ);
    EXPECT_EQ(sum.states_differ, 0u);
    EXPECT_EQ(sum.verdicts_differ, 0u);
    // Without these it would have proved nothing.
    EXPECT_EQ(sum.cuts, kCuts);
    EXPECT_EQ(sum.truncated, kCuts);
    EXPECT_GE(sum.within_a_batch, kCuts / 3);
    EXPECT_GT(sum.later_verdicts, 20 * kCuts);
    for (const std::uint64_t exercised : {fleet.lagging, fleet.redelivered, fleet.appended_again, fleet.twins,
                                          fleet.orphans, fleet.late, fleet.helped, fleet.joins, sum.later_joins,
                                          log.referee.overflows()})
      EXPECT_GT(exercised, 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(Referee, TruncationOfARealFeed,
                         testing::Values(Weather::messy, Weather::silent, Weather::backfill),
                         [](const auto& row) { return std::string(weather_name(row.param)); });

}  // namespace
}  // namespace newsmill::test
