// What has left the window leaves nothing behind: whoever starts after it knows as much.
#include <gtest/gtest.h>

#include "processors/dedup/referee.h"
#include "tests/support/referee_log.h"

namespace newsmill::dedup {
namespace {

using test::fingerprint_of;
using test::id_of;
using test::RefereeLog;

constexpr std::int64_t kWindow = 1'000'000, kDay = 86'400'000;

/// A referee that began after everything that has left, and the one that did not.
class Reach : public testing::Test {
 protected:
  explicit Reach(const RefereeRules& rules = RefereeLog::small_rules()) : log(rules) {}

  LogOffset first_live() const {
    for (const RefereeLog::Entry& entry : log.entries)
      if (log.referee.is_live(entry.offset)) return entry.offset;
    return log.next;
  }
  /// Equal now, and in what they decide about `next`.
  void expect_equal(const Fingerprint& next) {
    log.take(fingerprint_of("tick" + std::to_string(log.next), static_cast<int>(log.next)));  // lets time pass
    const auto cut = static_cast<std::size_t>(first_live() - log.entries.front().offset);
    ASSERT_GT(cut, 0u) << "nothing has left";
    const auto fresh = log.replayed(cut);
    EXPECT_TRUE(fresh->state() == log.referee.state());
    const LogOffset offset = log.append(next);
    RefereeLog::apply(*fresh, log.entries.back());
    const auto one = log.referee.decide(std::span(&offset, 1)), other = fresh->decide(std::span(&offset, 1));
    EXPECT_EQ(one.verdicts, other.verdicts);
    EXPECT_EQ(one.needs, other.needs);
    EXPECT_TRUE(fresh->state() == log.referee.state());
  }
  void pass(double windows) { log.now_ms += static_cast<std::int64_t>(windows * static_cast<double>(kWindow)); }

  RefereeLog log;
};

TEST_F(Reach, OfAKillEndsWithIt) {
  log.take(fingerprint_of("a", 1));
  Fingerprint kill = fingerprint_of("a", 1);
  kill.status = Fingerprint::Status::canceled, kill.may_lead = false;
  log.take(kill);
  pass(0.6);
  const Verdict later = log.take(fingerprint_of("a", 1));  // a version after the kill
  EXPECT_EQ(log.take(fingerprint_of("b", 1)).story, id_of("b")) << "what is killed leads nobody";
  pass(0.6);
  expect_equal(fingerprint_of("c", 1));
  EXPECT_EQ(log.decide({log.next - 1}).story, later.story) << "the kill has left, the version has not";
}

TEST_F(Reach, OfAKillIsNotHandedOnByVersions) {
  Fingerprint kill = fingerprint_of("a", 1);
  kill.status = Fingerprint::Status::canceled, kill.may_lead = false;
  log.take(kill);
  for (int version = 1; version < 3; ++version) {
    pass(0.6);
    log.take(fingerprint_of("a", 1));
  }
  expect_equal(fingerprint_of("b", 1));
  EXPECT_EQ(log.decide({log.next - 1}).story, id_of("a"));
}

TEST_F(Reach, OfAnArticleIsItsLiveVersions) {
  Fingerprint article = fingerprint_of("a", 1);
  for (int version = 1; version < 12; ++version) {
    article = fingerprint_of("a", version);
    article.version = static_cast<std::uint64_t>(version % 5);  // also older ones, come late
    const auto delivered = [&](std::uint64_t bytes) {
      article.delivery = {.topic = 1, .content = bytes, .offset = log.next};
      return article;
    };
    log.take(delivered(static_cast<std::uint64_t>(version % 3)));
    pass(0.3);
    if (version < 5) continue;
    article.version = 3;
    expect_equal(delivered(2));
    log.decide({log.next - 1});
  }
}

TEST_F(Reach, OfAStoryIsItsLiveMembersAndItsBirth) {
  log.take(fingerprint_of("a", {{1, 64}}));
  pass(0.5);
  log.take(fingerprint_of("b", {{1, 36}, {2, 28}}));
  pass(0.6);
  expect_equal(fingerprint_of("c", {{1, 36}, {2, 28}}));  // joins a story whose first one has left
  EXPECT_EQ(log.decide({log.next - 1}).story, id_of("a"));
}

TEST_F(Reach, OfWhatIsRelatedIsTheVerdictThatNamesIt) {
  log.take(fingerprint_of("x", {{1, 64}}));
  log.take(fingerprint_of("y", {{2, 64}}));
  pass(0.5);
  const Verdict bridge = log.take(fingerprint_of("bridge", {{1, 31}, {2, 33}}));
  ASSERT_EQ(bridge.related_count, 1);
  pass(0.6);
  expect_equal(fingerprint_of("other", {{2, 33}, {1, 31}}));
  for (int i = 0; i < 5; ++i) {  // their places are taken by others
    pass(0.3);
    log.take(fingerprint_of("p" + std::to_string(i), {{10 + 2 * i, 64}}));
    log.take(fingerprint_of("q" + std::to_string(i), {{11 + 2 * i, 64}}));
    log.take(fingerprint_of("r" + std::to_string(i), {{10 + 2 * i, 31}, {11 + 2 * i, 33}}));
    expect_equal(fingerprint_of("s" + std::to_string(i), {{10 + 2 * i, 31}, {11 + 2 * i, 33}}));
    log.decide({log.next - 1});
  }
}

TEST_F(Reach, OfAKeyIsTheLiveArticlesThatHaveIt) {
  // More than a bucket of the key table holds, some that never lead, over several windows.
  for (int i = 0; i < 60; ++i) {
    Fingerprint each = fingerprint_of("a" + std::to_string(i), {{1, 40}, {100 + i, 24}});
    each.may_lead = i % 4 != 0;
    log.take(each);
    pass(0.07);
    if (i < 20) continue;
    expect_equal(fingerprint_of("copy" + std::to_string(i), {{1, 40}, {200 + i, 24}}));
    log.decide({log.next - 1});
  }
}

/// With a window of some days.
class ReachOfDays : public Reach {
 protected:
  ReachOfDays() : Reach({.window_ms = 3 * kDay, .articles = 1000}) {}
};

// A house that prints the same headline every day has a series after three days: its texts are copies
// only when they are nearly the same.
TEST_F(ReachOfDays, OfASeriesIsTheDaysThatAreLive) {
  int number = 0;
  const auto daily = [&] {
    Fingerprint each = fingerprint_of("day" + std::to_string(number), {{1, 50}, {300 + number, 14}});
    each.source = 5, each.skeleton = 6, ++number;
    return each;
  };
  bool cut = false;
  for (int half_day = 0; half_day < 40; ++half_day) {
    log.now_ms += kDay / 2;
    if (half_day >= 20 && half_day < 28) continue;  // no longer a series
    log.take(daily());
    if (first_live() == log.entries.front().offset) continue;
    cut = true;
    expect_equal(daily());
    log.decide({log.next - 1});
  }
  EXPECT_TRUE(cut);
}

}  // namespace
}  // namespace newsmill::dedup
