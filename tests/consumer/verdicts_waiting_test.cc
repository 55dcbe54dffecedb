// A lane and a dedup log that takes its time: what it does before, while and after its messages come back.
#include "consumer/verdicts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "tests/support/stepped_log.h"

namespace newsmill::consumer {
namespace {

using namespace std::chrono_literals;
using dedup::LogOffset;
using test::fingerprint_of;
using test::id_of;
using test::SteppedLog;

/// One lane on its log, call by call.
class OneLane {
 public:
  OneLane(SteppedLog& log, std::int32_t partition) : log_(log), partition_(partition) {
    plan_.now = [this] { return now; };
    plan_.idle_wait = plan_.tick = plan_.retry_pause = 0ms;
    plan_.wall = [&log] { return std::chrono::system_clock::time_point(std::chrono::milliseconds(log.now_ms)); };
  }

  /// A batch of articles comes out of the chain: names of articles, all with one text but those that begin with "x".
  void take(const std::vector<std::string>& names, std::int32_t more = 0) {
    std::vector<Batch::Item*> items;
    for (const std::string& name : names) items.push_back(item(name, partition_ + more));
    verdicts.take(items);
  }
  /// The same deliveries again from the first one.
  void take_again(const std::vector<std::string>& names) {
    next_[partition_] = 0;
    take(names);
  }
  std::size_t ready(std::size_t articles = 100) { return verdicts.ready(articles).batches; }
  /// Name of the story that the articles of the last transaction or those before got, in the order of their coming.
  std::vector<std::string> stories() const {
    std::vector<std::string> all;
    for (const Batch::Item& each : batch_.items()) {
      std::string found = "?";
      if (each.article.verdict)
        for (const std::string name : {"a", "b", "c", "d", "e", "x1", "x2", "other"})
          if (each.article.verdict->story == id_of(name)) found = name;
      all.push_back(found);
    }
    return all;
  }

  Plan::Clock::time_point now{1h};

 private:
  Batch::Item* item(const std::string& name, std::int32_t partition) {
    Message message;
    message.topic = "raw";
    message.offset = next_[partition];
    Batch::Item& item = batch_.add(message);
    Fingerprint fingerprint = fingerprint_of(name, name.front() == 'x' ? 100 + name.back() : 1);
    fingerprint.delivery = {.topic = 1, .content = 1, .offset = next_[partition]++, .partition = partition};
    fingerprint.arrival_ms = log_.now_ms;
    item.article.fingerprint = fingerprint;
    return &item;
  }

  SteppedLog& log_;
  const std::int32_t partition_;
  Plan plan_;
  Batch batch_;
  std::map<std::int32_t, std::int64_t> next_;

 public:
  Verdicts verdicts{&log_, plan_};
};

class WaitingForTheLog : public testing::Test {
 protected:
  SteppedLog log_;
  OneLane lane_{log_, 0};
};

TEST_F(WaitingForTheLog, ATransactionTakesTheBatchesThatHaveComeBack) {
  lane_.take({"a", "b"}), lane_.take({"c"}), lane_.take({"d"});
  ASSERT_TRUE(lane_.verdicts.advance());
  EXPECT_EQ(log_.waiting(), 4u) << "appended at once";
  EXPECT_EQ(lane_.ready(), 0u);
  log_.apply(1);
  lane_.verdicts.advance();
  EXPECT_EQ(lane_.ready(), 0u) << "half a batch";
  log_.apply(2);
  lane_.verdicts.advance();
  EXPECT_EQ(lane_.ready(), 2u) << "the rest of what was sent in one go is not waited for";
  log_.apply(1);
  lane_.verdicts.advance();
  EXPECT_EQ(lane_.ready(), 3u);
  EXPECT_EQ(lane_.ready(3), 2u) << "whole batches, not more articles than asked for";
  EXPECT_EQ(lane_.ready(1), 1u) << "but one";
}

TEST_F(WaitingForTheLog, AnAnswerThatComesLateHoldsNothingUp) {
  lane_.take({"a"}), lane_.verdicts.advance();
  log_.apply();
  lane_.verdicts.advance();
  ASSERT_TRUE(lane_.verdicts.decide(lane_.ready()));
  EXPECT_EQ(lane_.verdicts.confirm().fate, Fate::retry) << "its V is on its way";
  log_.apply();
  EXPECT_TRUE(lane_.verdicts.confirm());
  EXPECT_EQ(lane_.stories(), std::vector<std::string>{"a"});
}

TEST_F(WaitingForTheLog, AnAnswerThatComesEarlyIsNotTakenForTheLogsWord) {
  lane_.take({"a"}), lane_.verdicts.advance();
  log_.acknowledge();
  lane_.verdicts.advance();
  EXPECT_EQ(lane_.ready(), 0u);
  log_.apply(), lane_.verdicts.advance();
  ASSERT_TRUE(lane_.verdicts.decide(lane_.ready()));
  log_.acknowledge();
  EXPECT_EQ(lane_.verdicts.confirm().fate, Fate::retry);
  log_.apply();
  EXPECT_TRUE(lane_.verdicts.confirm());
}

TEST_F(WaitingForTheLog, WhatComesAfterIsAppendedWhileATransactionIsOpenAndNotAwaited) {
  lane_.take({"a"}), lane_.verdicts.advance(), log_.settle(), lane_.verdicts.advance();
  ASSERT_TRUE(lane_.verdicts.decide(1));
  log_.settle();
  lane_.take({"b"}), lane_.take({"x1"});
  ASSERT_TRUE(lane_.verdicts.advance());
  EXPECT_EQ(log_.waiting(), 2u);
  EXPECT_TRUE(lane_.verdicts.confirm()) << "they have not come back";
  lane_.verdicts.committed();
  log_.settle(), lane_.verdicts.advance();
  EXPECT_EQ(lane_.ready(), 2u);
  ASSERT_TRUE(lane_.verdicts.decide(2));
  log_.settle();
  EXPECT_TRUE(lane_.verdicts.confirm());
  EXPECT_THAT(lane_.stories(), testing::ElementsAre("a", "a", "x1"));
}

TEST_F(WaitingForTheLog, FsThatComeTooLateAreAppendedAgainOnceASecondAndTheOperatorIsTold) {
  log_.behind_ms = 61 * 60'000;
  lane_.take({"a", "b"}), lane_.verdicts.advance();
  log_.settle(), lane_.verdicts.advance();
  EXPECT_THAT(lane_.verdicts.trouble(), testing::AllOf(testing::HasSubstr("61 minutes"), testing::HasSubstr("NTP")));
  lane_.verdicts.advance();
  EXPECT_EQ(log_.waiting(), 2u) << "at once the first time: the host may have been asleep";
  log_.settle(), lane_.verdicts.advance(), lane_.verdicts.advance();
  EXPECT_EQ(log_.waiting(), 0u);
  lane_.now += 1s;
  log_.behind_ms = 0;
  lane_.verdicts.advance();
  EXPECT_EQ(log_.waiting(), 2u);
  log_.settle(), lane_.verdicts.advance();
  EXPECT_EQ(lane_.ready(), 1u);
  EXPECT_EQ(lane_.verdicts.trouble(), "");
  EXPECT_EQ(lane_.verdicts.counts().late_own, 4u);
  ASSERT_TRUE(lane_.verdicts.decide(1));
  EXPECT_THAT(lane_.stories(), testing::ElementsAre("a", "a"));
}

TEST_F(WaitingForTheLog, FsThatNameAnotherLogAreAppendedAgainWithItsName) {
  lane_.take({"a"}), lane_.verdicts.advance();
  Fingerprint first = fingerprint_of("other", 9);
  first.arrival_ms = log_.now_ms;
  first.delivery.partition = 9;
  log_.referee().apply(dedup::FingerprintMessage{first, 0, log_.now_ms, 99}, -5, log_.now_ms);  // it was quicker
  log_.settle(), lane_.verdicts.advance();
  log_.log_id = log_.referee().ask([](const auto& referee) { return referee.log_id(); });
  EXPECT_EQ(log_.log_id, 99u);
  EXPECT_EQ(lane_.ready(), 0u);
  lane_.verdicts.advance();
  log_.settle(), lane_.verdicts.advance();
  ASSERT_EQ(lane_.ready(), 1u);
  EXPECT_EQ(lane_.verdicts.trouble(), "");
  ASSERT_TRUE(lane_.verdicts.decide(1));
  log_.settle();
  EXPECT_TRUE(lane_.verdicts.confirm());
  EXPECT_EQ(lane_.verdicts.counts().void_messages, 1u);
}

TEST_F(WaitingForTheLog, FsWhoseFateIsUnknownAreAppendedAgainAndGetOneVerdict) {
  lane_.take({"a", "x1", "b"}), lane_.verdicts.advance();
  log_.apply(1);
  log_.fail();  // two more are in the log, but nobody says so
  lane_.verdicts.advance(), lane_.verdicts.advance();
  EXPECT_EQ(log_.waiting(), 5u) << "the V of the one that is there, and those that are not a second time";
  log_.settle(), lane_.verdicts.advance();
  ASSERT_EQ(lane_.ready(), 1u);
  while (!lane_.verdicts.decide(1)) log_.settle(), lane_.verdicts.advance();
  log_.settle();
  EXPECT_TRUE(lane_.verdicts.confirm());
  EXPECT_THAT(lane_.stories(), testing::ElementsAre("a", "x1", "a"));
  EXPECT_THAT(log_.sizes, testing::Each(1u)) << "what is not known to be of this append is named alone";
}

TEST_F(WaitingForTheLog, AVThatComesTooLateIsAppendedAgain) {
  lane_.take({"a", "b"}), lane_.verdicts.advance(), log_.settle(), lane_.verdicts.advance();
  log_.behind_ms = 11 * 60'000;
  ASSERT_TRUE(lane_.verdicts.decide(1));
  log_.settle();
  EXPECT_EQ(lane_.verdicts.confirm().fate, Fate::retry);
  EXPECT_THAT(lane_.verdicts.trouble(), testing::HasSubstr("11 minutes"));
  EXPECT_EQ(lane_.verdicts.confirm().fate, Fate::retry);
  EXPECT_EQ(log_.waiting(), 0u) << "not at once";
  lane_.now += 1s;
  log_.behind_ms = 0;
  EXPECT_EQ(lane_.verdicts.confirm().fate, Fate::retry);
  log_.settle();
  EXPECT_TRUE(lane_.verdicts.confirm());
  EXPECT_EQ(lane_.verdicts.trouble(), "");
  EXPECT_EQ(lane_.verdicts.counts().late_own, 1u);
}

TEST_F(WaitingForTheLog, AVThatLostAgainstAnotherIsNotPublished) {
  lane_.take({"a", "b"}), lane_.verdicts.advance(), log_.settle(), lane_.verdicts.advance();
  ASSERT_TRUE(lane_.verdicts.decide(1));
  Verdict theirs;
  theirs.story = id_of("other");
  theirs.since_ms = log_.now_ms;
  log_.referee().apply(dedup::VerdictsMessage{{{1, theirs}}, log_.now_ms, 7}, 2, log_.now_ms);
  log_.settle();
  EXPECT_EQ(lane_.verdicts.confirm().fate, Fate::abort);
  EXPECT_EQ(lane_.verdicts.counts().lost, 1u);
  lane_.verdicts.forget();
  lane_.take_again({"a", "b"});
  ASSERT_TRUE(lane_.verdicts.advance());
  EXPECT_EQ(log_.waiting(), 1u) << "no F again; the V of the one that has none, alone";
  EXPECT_EQ(log_.sizes.back(), 1u);
  log_.settle(), lane_.verdicts.advance();
  ASSERT_TRUE(lane_.verdicts.decide(1));
  EXPECT_TRUE(lane_.verdicts.confirm());
  EXPECT_THAT(lane_.stories(), testing::ElementsAre("a", "a", "a", "other"));
}

TEST_F(WaitingForTheLog, ALogThatIsAwayIsAskedAgainInTheSameOrder) {
  log_.takes = {Fate::retry, "no broker"};
  lane_.take({"a"});
  EXPECT_EQ(lane_.verdicts.advance().fate, Fate::retry);
  lane_.take({"b"});
  EXPECT_EQ(lane_.verdicts.advance().fate, Fate::retry);
  log_.takes = {};
  ASSERT_TRUE(lane_.verdicts.advance());
  log_.settle(), lane_.verdicts.advance();
  ASSERT_EQ(lane_.ready(), 2u);
  log_.takes = {Fate::retry, "no broker"};
  EXPECT_EQ(lane_.verdicts.decide(2).fate, Fate::retry);
  EXPECT_EQ(lane_.verdicts.decide(2).fate, Fate::retry);
  log_.takes = {};
  ASSERT_TRUE(lane_.verdicts.decide(2));
  EXPECT_THAT(log_.sizes, testing::ElementsAre(2u));
  log_.settle();
  EXPECT_TRUE(lane_.verdicts.confirm());
  EXPECT_THAT(lane_.stories(), testing::ElementsAre("a", "a"));
}

TEST_F(WaitingForTheLog, NothingIsAppendedBeforeItIsReadToItsEnd) {
  log_.caught_up = {Fate::retry, "read up to offset 7 of 9"};
  lane_.take({"a"});
  EXPECT_EQ(lane_.verdicts.advance().reason, "read up to offset 7 of 9");
  EXPECT_EQ(log_.waiting(), 0u);
  log_.caught_up = {};
  EXPECT_TRUE(lane_.verdicts.advance());
  EXPECT_EQ(log_.waiting(), 1u);
  EXPECT_EQ(log_.catch_ups, 2);
  lane_.verdicts.advance();
  EXPECT_EQ(log_.catch_ups, 2);
  lane_.verdicts.assigned();
  lane_.verdicts.advance();
  EXPECT_EQ(log_.catch_ups, 3) << "of new partitions the last owner's verdicts count";
}

TEST_F(WaitingForTheLog, TenMinutesApartTwoFsAreNotNamedTogether) {
  lane_.take({"x1"}), lane_.verdicts.advance(), log_.settle(), lane_.verdicts.advance();
  log_.now_ms += 601'000;
  lane_.take({"x2"}), lane_.take({"a"}), lane_.verdicts.advance(), log_.settle(), lane_.verdicts.advance();
  ASSERT_EQ(lane_.ready(), 3u);
  while (!lane_.verdicts.decide(3)) log_.settle();
  EXPECT_THAT(log_.sizes, testing::ElementsAre(1u, 2u));
}

// ---- Two lanes

class TwoLanes : public WaitingForTheLog {
 protected:
  OneLane other_{log_, 1};
};

TEST_F(TwoLanes, WithAlternatingCopiesOfOneStoryNeitherWaitsForHelp) {
  lane_.take({"a"}), lane_.verdicts.advance();
  other_.take({"b"}), other_.verdicts.advance();
  lane_.take({"c"}), lane_.verdicts.advance();
  other_.take({"d"}), other_.verdicts.advance();
  log_.settle();
  lane_.verdicts.advance(), other_.verdicts.advance();
  int rounds = 0;
  bool one = false, two = false;
  for (; !(one && two) && rounds < 20; ++rounds) {
    if (!one) one = static_cast<bool>(lane_.verdicts.decide(2));
    if (!two) two = static_cast<bool>(other_.verdicts.decide(2));
    log_.settle();
  }
  EXPECT_LE(rounds, 5) << "one round trip for each change of lanes";
  EXPECT_TRUE(lane_.verdicts.confirm());
  EXPECT_TRUE(other_.verdicts.confirm());
  EXPECT_THAT(lane_.stories(), testing::ElementsAre("a", "a"));
  EXPECT_THAT(other_.stories(), testing::ElementsAre("a", "a"));
  EXPECT_EQ(lane_.verdicts.counts().helped + other_.verdicts.counts().helped, 0u);
  EXPECT_EQ(lane_.verdicts.counts().lost + other_.verdicts.counts().lost, 0u);
}

TEST_F(TwoLanes, WhenOneIsFrozenTheOtherHelpsAfterTwoSeconds) {
  other_.take({"a", "b", "c"}), other_.verdicts.advance(), log_.settle();  // and is never heard of again
  lane_.take({"d"}), lane_.verdicts.advance(), log_.settle(), lane_.verdicts.advance();
  const auto began = lane_.now;
  int round_trips = 0;
  while (!lane_.verdicts.decide(1)) {
    lane_.now += 10ms;
    lane_.verdicts.advance();
    if (log_.waiting() > 0) log_.settle(), ++round_trips;
    ASSERT_LT(lane_.now - began, 10s);
  }
  EXPECT_GE(lane_.now - began, 2s);
  EXPECT_LT(lane_.now - began, 2100ms);
  EXPECT_LE(round_trips, 3) << "one for each that rests on another";
  log_.settle();
  EXPECT_TRUE(lane_.verdicts.confirm());
  EXPECT_EQ(lane_.stories(), std::vector<std::string>{"a"});
  EXPECT_EQ(lane_.verdicts.counts().helped, 3u);
  EXPECT_EQ(lane_.verdicts.counts().waited, 1u);
  // Woken, it takes the log's word.
  other_.verdicts.advance();
  while (!other_.verdicts.decide(1)) log_.settle();
  EXPECT_TRUE(other_.verdicts.confirm());
  EXPECT_THAT(other_.stories(), testing::ElementsAre("a", "a", "a"));
}

// r, new, waits for t of the other lane, which waits for q, which this lane has again, behind r.
TEST_F(TwoLanes, AnOlderArticleIsDecidedWhateverStandsBeforeItInTheRing) {
  lane_.take({"a"}), lane_.verdicts.advance(), log_.settle();
  lane_.verdicts.forget();  // its transaction is given up: this is q
  other_.take({"b"}), other_.verdicts.advance(), log_.settle(), other_.verdicts.advance();
  ASSERT_EQ(other_.verdicts.decide(1).fate, Fate::retry);
  lane_.take({"c"}, 5), lane_.verdicts.advance(), log_.settle(), lane_.verdicts.advance();
  ASSERT_EQ(lane_.verdicts.decide(1).fate, Fate::retry);
  lane_.take_again({"a"});
  ASSERT_TRUE(lane_.verdicts.advance());
  EXPECT_EQ(log_.sizes, std::vector<std::size_t>{1}) << "at once, and alone";
  log_.settle();
  ASSERT_TRUE(other_.verdicts.decide(1));
  log_.settle();
  ASSERT_TRUE(lane_.verdicts.decide(1));
  log_.settle();
  EXPECT_TRUE(other_.verdicts.confirm());
  EXPECT_TRUE(lane_.verdicts.confirm());
  EXPECT_THAT(lane_.stories(), testing::ElementsAre("?", "a", "?"));
  EXPECT_EQ(lane_.verdicts.counts().helped + other_.verdicts.counts().helped, 0u);
}

}  // namespace
}  // namespace newsmill::consumer
