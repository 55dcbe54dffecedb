#include "consumer/vigil.h"

#include <gtest/gtest.h>

#include "consumer/fencings.h"

namespace newsmill::consumer {
namespace {

using namespace std::chrono_literals;

/// Looks every 100 ms for `time`; true when the lane was found dead.
struct Watch {
  Vigil::Clock::time_point now{1h}, progress{1h};
  Vigil vigil{now};
  bool broker_answers = true;
  bool over(std::chrono::milliseconds time) {
    bool dead = false;
    for (; time > 0ms; time -= 100ms) {
      now += 100ms;
      dead = dead || vigil.dead(now, progress, broker_answers);
    }
    return dead;
  }
};

TEST(Vigil, FindsALaneDeadAfterTwoSilentMinutes) {
  Watch watch;
  EXPECT_FALSE(watch.over(119s));
  EXPECT_TRUE(watch.over(2s));
}

TEST(Vigil, StartsAgainWithEveryProgress) {
  Watch watch;
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(watch.over(100s));
    watch.progress = watch.now;
  }
  EXPECT_TRUE(watch.over(121s));
}

TEST(Vigil, WaitsForEverWhileTheBrokerIsAwayAndThenForTheWholeTime) {
  Watch watch;
  EXPECT_FALSE(watch.over(100s));
  watch.broker_answers = false;
  EXPECT_FALSE(watch.over(3h));
  watch.broker_answers = true;
  EXPECT_FALSE(watch.over(119s));
  EXPECT_TRUE(watch.over(2s));
}

TEST(Vigil, DoesNotCountTheTimeInWhichItStoodStillItself) {
  Watch watch;
  EXPECT_FALSE(watch.over(60s));
  watch.now += 1h;
  EXPECT_FALSE(watch.over(58s));
  EXPECT_TRUE(watch.over(3s));
}

TEST(Fencings, CountThreeWithinFiveMinutes) {
  Fencings fencings;
  Fencings::Clock::time_point now{1h};
  EXPECT_FALSE(fencings.add(now, false));
  EXPECT_FALSE(fencings.add(now + 2min, false));
  EXPECT_TRUE(fencings.add(now + 4min, false));
}

TEST(Fencings, ForgetWhatIsOlderAndDoNotCountOurOwn) {
  Fencings fencings;
  Fencings::Clock::time_point now{1h};
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(fencings.add(now + i * 1s, true));
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(fencings.add(now + i * 3min, false)) << i;
}

}  // namespace
}  // namespace newsmill::consumer
