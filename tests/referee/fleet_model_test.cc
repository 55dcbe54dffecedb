// The protocol among several instances to which everything happens, in a short form; the long one is
// tests/referee/run.
#include <gtest/gtest.h>

#include "tests/referee/fleet_model.h"

namespace newsmill::test {
namespace {

#ifdef NEWSMILL_SANITIZED
constexpr std::uint64_t kArticles = 2'000;
#else
constexpr std::uint64_t kArticles = 8'000;
#endif

void expect_kept(const FleetResult& result) {
  std::printf("%s", lines_of(result).c_str());
  std::string broken;
  for (const std::string& each : result.broken) broken += "\n  " + each;
  EXPECT_EQ(result.split, 0u) << broken;
  EXPECT_EQ(result.published_unlike_log, 0u) << broken;
  EXPECT_EQ(result.doubled, 0u) << broken;
  EXPECT_EQ(result.lost, 0u) << broken;
  EXPECT_EQ(result.states_differ, 0u) << broken;
  EXPECT_EQ(result.unsound, 0u) << broken;
}

struct Circumstances {
  const char* name;
  bool mixed;
  int window_hours;
  double outages, other_window;
};
class FleetModel : public testing::TestWithParam<Circumstances> {};

TEST_P(FleetModel, PublishesWhatTheLogSaysWhateverHappens) {
  FleetRun run;
  run.articles = kArticles;
  run.mixed = GetParam().mixed;
  run.window_ms = GetParam().window_hours * std::int64_t{3'600'000};
  run.outages = GetParam().outages;
  run.other_window = GetParam().other_window;
  run.kills = 0.005;
  const FleetResult result = run_fleet(run);
  expect_kept(result);
  EXPECT_EQ(result.published + result.skipped, run.articles);
#ifndef NEWSMILL_SANITIZED
  // Without these it would have proved nothing.
  for (const std::uint64_t exercised :
       {result.joins, result.crashes, result.pauses, result.rebalances, result.aborts, result.waited, result.helped,
        result.late, result.foreign, result.skipped, result.restarts_from_a_cut})
    EXPECT_GT(exercised, 0u);
#endif
}

INSTANTIATE_TEST_SUITE_P(Referee, FleetModel, 
                         testing::Values(Circumstances{"OneBuild", false, 6, 0, 1},
                                         Circumstances{"TwoBuilds", true, 6, 0, 0.7},
                                         // Days, so that an F may be live and yet older than what a cut log
                                         // holds. Of one window: an owner that is gone for longer than the shorter
                                         // of two begins an F anew that the others know.
                                         Circumstances{"GoneForADay", true, 72, 0.002, 1}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace newsmill::test
