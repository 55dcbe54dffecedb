// The sentences of the protocol (docs/design.md, section 6), one by one.
#include "processors/dedup/referee.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/referee_log.h"

namespace newsmill::dedup {
namespace {

using test::fingerprint_of;
using test::id_of;
using test::RefereeLog;
using Applied = Referee::Applied;

constexpr std::int64_t kWindow = 1'000'000, kDay = 86'400'000;

Verdict verdict_in(std::string_view story, std::int64_t since_ms, Relation relation = Relation::near) {
  Verdict verdict;
  verdict.relation = relation;
  verdict.story = id_of(story);
  verdict.since_ms = since_ms;
  return verdict;
}

// ---- Applying an F

TEST(Referee, InsertsAnArticleWithoutAVerdict) {
  RefereeLog log;
  const LogOffset f = log.append(fingerprint_of("a", 1));
  EXPECT_TRUE(log.referee.is_live(f));
  EXPECT_EQ(log.referee.verdict_of(f), std::nullopt);
  EXPECT_EQ(log.referee.undecided(), 1u);
  EXPECT_EQ(log.referee.offset_of(std::get<FingerprintMessage>(log.entries[0].message).fingerprint.delivery), f);
}

TEST(Referee, IgnoresADeliveryThatIsLive) {
  RefereeLog log;
  log.append(fingerprint_of("a", 1));
  const auto again = std::get<FingerprintMessage>(log.entries[0].message);
  EXPECT_EQ(log.append(again), Applied::known);
  EXPECT_EQ(log.referee.live(), 1u);
  auto other_bytes = again;
  other_bytes.fingerprint.delivery.content ^= 1;  // the topic was made anew: the same place, another article
  EXPECT_EQ(log.append(other_bytes), Applied::taken);
}

TEST(Referee, VoidsAMessageThatWasHeldUpForMoreThanTenMinutes) {
  RefereeLog log;
  FingerprintMessage message{fingerprint_of("a", 1), 0, log.now_ms};
  message.fingerprint.arrival_ms = log.now_ms;
  log.now_ms += 600'001;
  EXPECT_EQ(log.append(message), Applied::late);
  EXPECT_EQ(log.referee.live(), 0u);
  EXPECT_EQ(log.referee.clock_ms(), std::numeric_limits<std::int64_t>::min()) << "nor does it tell the time";
  log.now_ms -= 1;
  EXPECT_EQ(log.append(message), Applied::taken);
  const LogOffset f = log.next - 1;
  VerdictsMessage verdicts{log.referee.decide(std::vector{f}).verdicts, log.now_ms};
  log.now_ms += 600'001;
  EXPECT_EQ(log.append(verdicts), Applied::late);
  EXPECT_EQ(log.referee.verdict_of(f), std::nullopt);
}

TEST(Referee, TakesTheTimeFromWhatComesInAndNeverBack) {
  RefereeLog log;
  Fingerprint old = fingerprint_of("old", 1);
  old.arrival_ms = log.now_ms - 5000;
  log.append_as_it_is(old);
  EXPECT_EQ(log.referee.clock_ms(), log.now_ms - 5000) << "a backlog: the input's time, not the log's";
  log.append(fingerprint_of("new", 2));
  EXPECT_EQ(log.referee.clock_ms(), log.now_ms);
  Fingerprint older = fingerprint_of("older", 3);
  older.arrival_ms = log.now_ms - 9000;
  log.append_as_it_is(older);
  EXPECT_EQ(log.referee.clock_ms(), log.now_ms);
}

TEST(Referee, TakesNoTimeBeyondTheLogsOwn) {
  RefereeLog log;
  const LogOffset f = log.append(fingerprint_of("a", 1));
  Fingerprint wild = fingerprint_of("b", 2);
  wild.arrival_ms = log.now_ms + 365 * kDay;
  log.append_as_it_is(wild);
  EXPECT_EQ(log.referee.clock_ms(), log.now_ms) << "a year ahead in one article";
  FingerprintMessage claim{fingerprint_of("c", 3), log.now_ms + 365 * kDay, log.now_ms};
  claim.fingerprint.arrival_ms = log.now_ms;
  claim.fingerprint.delivery.offset = 7;
  log.append(claim);
  EXPECT_EQ(log.referee.clock_ms(), log.now_ms) << "a year ahead in one process";
  EXPECT_TRUE(log.referee.is_live(f));
}

TEST(Referee, LearnsTheTimeFromTheClaimOfTheSender) {
  RefereeLog log;
  FingerprintMessage message{fingerprint_of("a", 1), log.now_ms - 10, log.now_ms};
  message.fingerprint.arrival_ms = log.now_ms - kWindow;  // only a backlog comes in
  log.append(message);
  EXPECT_EQ(log.referee.clock_ms(), log.now_ms - 10);
}

TEST(Referee, LetsAnArticleGoWhenTheClockIsMoreThanAWindowPastIt) {
  RefereeLog log;
  const LogOffset f = log.append(fingerprint_of("a", 1));
  log.now_ms += kWindow;
  log.append(fingerprint_of("b", 2));
  EXPECT_TRUE(log.referee.is_live(f));
  log.now_ms += 1;
  log.append(fingerprint_of("c", 3));
  EXPECT_FALSE(log.referee.is_live(f));
  EXPECT_EQ(log.referee.offset_of(std::get<FingerprintMessage>(log.entries[0].message).fingerprint.delivery),
            std::nullopt);
}

TEST(Referee, LetsAnArticleGoByTheLogsTimeWhileTheClockStands) {
  RefereeLog log;
  Fingerprint each = fingerprint_of("a", 1);
  each.arrival_ms = log.now_ms;
  const LogOffset f = log.append_as_it_is(each);
  log.now_ms += kWindow + kDay;  // a backlog of one moment
  each.delivery.offset = 1;
  log.append_as_it_is(each);
  EXPECT_TRUE(log.referee.is_live(f));
  log.now_ms += 1;
  each.delivery.offset = 2;
  log.append_as_it_is(each);
  EXPECT_FALSE(log.referee.is_live(f));
}

TEST(Referee, LetsAnArticleGoByTheTimeOfAnyMessage) {
  for (const bool foreign : {false, true}) {
    RefereeLog log;
    const LogOffset a = log.append(fingerprint_of("a", 1));
    log.now_ms += kWindow + kDay - 1;
    const LogOffset b = log.append(fingerprint_of("b", 2));
    log.now_ms += 2;
    VerdictsMessage message{{{b, verdict_in("b", 5, Relation::original)}}};
    if (foreign) message.log = 99;
    log.append(message);
    EXPECT_FALSE(log.referee.is_live(a)) << "whoever starts now reads R back from here";
    EXPECT_EQ(log.referee.state(), log.replayed(1)->state());
    // Long after the last article, what is read may begin behind it.
    log.now_ms += kWindow + kDay;
    log.append(VerdictsMessage{{{b, verdict_in("b", 5, Relation::original)}}});
    EXPECT_EQ(log.referee.live(), 0u);
    EXPECT_EQ(log.referee.state(), log.replayed(3)->state());
  }
}

TEST(Referee, BeginsItsClockAnewAfterAGapInWhichEverythingLeft) {
  RefereeLog log;
  log.append(fingerprint_of("a", 1));
  Fingerprint old = fingerprint_of("b", 2);
  old.arrival_ms = log.now_ms - 5 * kWindow;
  log.now_ms += kWindow + kDay + 1;
  FingerprintMessage from_an_empty_state{old, std::numeric_limits<std::int64_t>::min(), log.now_ms};
  log.append(from_an_empty_state);
  EXPECT_EQ(log.referee.clock_ms(), old.arrival_ms);
  EXPECT_EQ(log.referee.state(), log.replayed(1)->state());
}

// ---- Applying a V

TEST(Referee, KeepsTheFirstVerdictOfTheLogForGood) {
  RefereeLog log;
  const LogOffset f = log.append(fingerprint_of("a", 1));
  const Verdict first = verdict_in("x", 5), second = verdict_in("y", 6);
  EXPECT_EQ(log.append({{{f, first}}}), Applied::taken);
  EXPECT_EQ(log.append({{{f, second}}}), Applied::lost);
  EXPECT_EQ(log.referee.verdict_of(f), first);
  EXPECT_EQ(log.append({{{f, first}}}), Applied::taken) << "the same again contradicts nothing";
}

TEST(Referee, VoidsAMessageAsAWholeWhenOneVerdictDiffers) {
  RefereeLog log;
  const LogOffset a = log.append(fingerprint_of("a", 1)), b = log.append(fingerprint_of("b", 2));
  log.append({{{b, verdict_in("x", 5)}}});
  EXPECT_EQ(log.append({{{a, verdict_in("a", 6)}, {b, verdict_in("a", 6)}}}), Applied::lost);
  EXPECT_EQ(log.referee.verdict_of(a), std::nullopt);
  EXPECT_EQ(log.referee.verdict_of(b)->story, id_of("x"));
}

TEST(Referee, ComparesEveryPartOfAVerdict) {
  const Verdict whole{Relation::near, id_of("s"), 7, id_of("c"), 0.5f, {id_of("r")}, 1};
  std::vector<Verdict> others(6, whole);
  others[0].relation = Relation::subset;
  others[1].since_ms = 8;
  others[2].canonical = std::nullopt;
  others[3].similarity = 0.25f;
  others[4].related[0] = id_of("q");
  others[5].related_count = 0, others[5].related[0] = {};
  RefereeLog log;
  const LogOffset f = log.append(fingerprint_of("a", 1));
  EXPECT_EQ(log.append({{{f, whole}}}), Applied::taken);
  EXPECT_EQ(log.referee.verdict_of(f), whole);
  for (const Verdict& other : others) EXPECT_EQ(log.append({{{f, other}}}), Applied::lost);
}

TEST(Referee, PassesOverWhatIsNotLive) {
  RefereeLog log;
  const LogOffset a = log.append(fingerprint_of("a", 1));
  EXPECT_EQ(log.append({{{a - 1, verdict_in("x", 1)}, {a, verdict_in("a", 2)}, {a + 99, verdict_in("x", 3)}}}),
            Applied::taken);
  EXPECT_EQ(log.referee.verdict_of(a)->story, id_of("a"));
  EXPECT_EQ(log.referee.stories(), 1u);
}

// ---- Deciding

TEST(Referee, OpensAStoryForAnArticleThatMatchesNothing) {
  RefereeLog log;
  const Verdict verdict = log.take(fingerprint_of("a", 1));
  EXPECT_EQ(verdict.relation, Relation::original);
  EXPECT_EQ(verdict.story, id_of("a"));
  EXPECT_EQ(verdict.since_ms, log.now_ms);
  EXPECT_EQ(verdict.canonical, std::nullopt);
  EXPECT_LT(verdict.similarity, 0);
}

TEST(Referee, PutsACopyIntoTheStoryOfItsOriginal) {
  RefereeLog log;
  log.take(fingerprint_of("a", 1));
  const std::int64_t since = log.now_ms;
  log.now_ms += 1000;
  const Verdict copy = log.take(fingerprint_of("b", 1));
  EXPECT_EQ(copy.relation, Relation::near);
  EXPECT_EQ(copy.story, id_of("a"));
  EXPECT_EQ(copy.since_ms, since);
  EXPECT_EQ(copy.canonical, id_of("a"));
  EXPECT_FLOAT_EQ(copy.similarity, 1);
}

TEST(Referee, CallsAnotherArticleWithTheSameTextExact) {
  RefereeLog log;
  log.take(fingerprint_of("a", 1));
  log.take(fingerprint_of("b", 1));
  Fingerprint c = fingerprint_of("c", 1);
  c.text = fingerprint_of("b", 1).text;
  const Verdict verdict = log.take(c);
  EXPECT_EQ(verdict.relation, Relation::exact);
  EXPECT_EQ(verdict.canonical, id_of("b")) << "and names the one that has it";
  EXPECT_EQ(verdict.story, id_of("a"));
  EXPECT_EQ(verdict.similarity, 1);
}

TEST(Referee, ComparesOnlyWithWhatStandsBeforeItInTheLog) {
  RefereeLog log;
  const LogOffset a = log.append(fingerprint_of("a", 1));
  log.decide({log.append(fingerprint_of("b", 2))});
  log.append({{{log.append(fingerprint_of("c", 1)), verdict_in("c", 5, Relation::original)}}});
  EXPECT_EQ(log.decide({a}).story, id_of("a"));
}

TEST(Referee, CountsEarlierVerdictsOfTheSameBatch) {
  RefereeLog log;
  const LogOffset a = log.append(fingerprint_of("a", 1)), b = log.append(fingerprint_of("b", 1)),
                  c = log.append(fingerprint_of("c", 1));
  const Referee::Decision decision = log.referee.decide(std::vector{c, a, b});  // asked in any order
  ASSERT_TRUE(decision.needs.empty());
  ASSERT_EQ(decision.verdicts.size(), 3u);
  EXPECT_EQ(decision.verdicts[0].offset, a);
  EXPECT_EQ(decision.verdicts[0].verdict.relation, Relation::original);
  for (int i : {1, 2}) EXPECT_EQ(decision.verdicts[static_cast<std::size_t>(i)].verdict.story, id_of("a"));
  EXPECT_EQ(log.referee.verdict_of(a), std::nullopt) << "a proposal changes nothing";
}

TEST(Referee, FindsWhatCameBeforeHoweverMuchCameAfter) {
  RefereeLog log;
  log.take(fingerprint_of("a", 1));
  std::vector<LogOffset> batch;  // more copies at once than a bucket of the key table holds
  for (int i = 0; i < 300; ++i) batch.push_back(log.append(fingerprint_of("copy" + std::to_string(i), 1)));
  log.decide(batch);
  EXPECT_EQ(log.referee.stories(), 1u);
  EXPECT_EQ(log.referee.verdict_of(batch.front())->canonical, id_of("a"));
}

TEST(Referee, NeedsTheVerdictOfAMatchThatHasNone) {
  RefereeLog log;
  const LogOffset orphan = log.append(fingerprint_of("a", 1)), other = log.append(fingerprint_of("z", 9)),
                  b = log.append(fingerprint_of("b", 1)), c = log.append(fingerprint_of("c", 1));
  const Referee::Decision decision = log.referee.decide(std::vector{other, b, c});
  EXPECT_TRUE(decision.verdicts.empty()) << "one V for all";
  EXPECT_THAT(decision.needs, testing::ElementsAre(orphan)) << "not those that are asked about, and each once";
  log.decide({orphan});  // help
  log.decide({other, b, c});
  EXPECT_EQ(log.referee.verdict_of(c)->story, id_of("a"));
}

TEST(Referee, NeedsTheVerdictOfAnEarlierVersion) {
  RefereeLog log;
  const LogOffset first = log.append(fingerprint_of("a", 1));
  const LogOffset second = log.append(fingerprint_of("a", 2));
  EXPECT_THAT(log.referee.decide(std::vector{second}).needs, testing::ElementsAre(first));
}

TEST(Referee, LeavesOutWhatIsDecidedOrGone) {
  RefereeLog log;
  const LogOffset a = log.append(fingerprint_of("a", 1));
  log.decide({a});
  const Referee::Decision decision = log.referee.decide(std::vector{a, a + 50});
  EXPECT_TRUE(decision.needs.empty());
  EXPECT_TRUE(decision.verdicts.empty());
}

// A~B and B~C, but not A~C: 36 of 64 slots make a copy, 8 do not.
TEST(Referee, WantsTheRepresentativeOfTheStoryToMatchToo) {
  RefereeLog log;
  log.take(fingerprint_of("a", {{1, 64}}));
  EXPECT_EQ(log.take(fingerprint_of("b", {{1, 36}, {2, 28}})).story, id_of("a"));
  const Verdict c = log.take(fingerprint_of("c", {{1, 8}, {3, 28}, {2, 28}}));
  EXPECT_EQ(c.relation, Relation::original);
  EXPECT_EQ(c.story, id_of("c"));
  EXPECT_THAT(std::vector(c.related.begin(), c.related.begin() + c.related_count), testing::ElementsAre(id_of("a")))
      << "but says what it resembles";
}

TEST(Referee, RepresentsAStoryByItsEarliestMemberOfTheWindow) {
  RefereeLog log;
  log.take(fingerprint_of("a", {{1, 64}}));
  log.now_ms += kWindow / 2;
  log.take(fingerprint_of("b", {{1, 36}, {2, 28}}));
  log.now_ms += kWindow / 2 + 1;
  const Verdict c = log.take(fingerprint_of("c", {{1, 8}, {3, 28}, {2, 28}}));
  EXPECT_EQ(c.story, id_of("a")) << "a has left, b stands for the story";
  EXPECT_EQ(c.canonical, id_of("b"));
}

TEST(Referee, LetsAStoryTakeMembersForTwoWindows) {
  RefereeLog log;
  log.take(fingerprint_of("a", 1));
  const std::int64_t born = log.now_ms;
  for (int i = 1; i < 4; ++i) {
    log.now_ms = born + i * kWindow / 2;
    EXPECT_EQ(log.take(fingerprint_of("copy" + std::to_string(i), 1)).story, id_of("a"));
  }
  log.now_ms = born + 2 * kWindow;
  const Verdict late = log.take(fingerprint_of("copy4", 1));
  EXPECT_EQ(late.story, id_of("copy4"));
  EXPECT_EQ(late.since_ms, log.now_ms);
  EXPECT_EQ(late.related_count, 1);
  log.now_ms += 1;
  EXPECT_EQ(log.take(fingerprint_of("copy5", 1)).story, id_of("copy4")) << "the old one takes nobody";
}

TEST(Referee, JoinsTheOldestOfSeveralStories) {
  RefereeLog log;
  log.take(fingerprint_of("x", {{1, 64}}));
  log.now_ms += 10;
  log.take(fingerprint_of("y", {{2, 64}}));
  const Verdict bridge = log.take(fingerprint_of("bridge", {{1, 31}, {2, 33}}));
  EXPECT_EQ(bridge.story, id_of("x"));
  ASSERT_EQ(bridge.related_count, 1) << "stories never merge: the newer is named";
  EXPECT_EQ(bridge.related[0], id_of("y"));
}

TEST(Referee, TakesTheSmallerIdOfTwoStoriesOfOneBirth) {
  for (const bool turned : {false, true}) {
    RefereeLog log;
    log.take(fingerprint_of(turned ? "y" : "x", {{1, 64}}));
    log.take(fingerprint_of(turned ? "x" : "y", {{2, 64}}));
    EXPECT_EQ(log.take(fingerprint_of("bridge", {{1, 31}, {2, 33}})).story, std::min(id_of("x"), id_of("y")));
  }
}

TEST(Referee, NamesAtMostFourRelatedStoriesTheNearestFirst) {
  RefereeLog log;
  // Of windows long gone, so that no story takes anybody: each is as old as two windows.
  log.take(fingerprint_of("first", {{1, 64}}));
  const std::int64_t since = log.now_ms - 2 * kWindow;
  for (int i = 0; i < 6; ++i) {
    const std::string name = "s" + std::to_string(i);
    const LogOffset f = log.append(fingerprint_of(name, {{1, 40 + 4 * i}, {10 + i, 24 - 4 * i}}));
    log.append({{{f, verdict_in(name, since, Relation::original)}}});
  }
  Fingerprint last = fingerprint_of("last", {{1, 64}});
  const Verdict verdict = log.take(last);
  EXPECT_EQ(verdict.story, id_of("first"));
  EXPECT_THAT(verdict.related, testing::ElementsAre(id_of("s5"), id_of("s4"), id_of("s3"), id_of("s2")));
}

TEST(Referee, LetsALateArticleJoinAndLeadNothing) {
  RefereeLog log;
  log.take(fingerprint_of("a", 1));
  Fingerprint late = fingerprint_of("late", 1);
  late.arrival_ms = log.now_ms - kWindow - 1;
  const Verdict verdict = log.decide({log.append_as_it_is(late)});
  EXPECT_EQ(verdict.story, id_of("late"));
  EXPECT_EQ(verdict.relation, Relation::unchecked);
  Fingerprint other = fingerprint_of("late too", 2), copy = fingerprint_of("copy", 2);
  other.arrival_ms = late.arrival_ms;
  log.decide({log.append_as_it_is(other)});
  EXPECT_EQ(log.take(copy).story, id_of("copy"));
}

TEST(Referee, LetsWhatMayNotLeadJoinButNotOpenAStoryForOthers) {
  RefereeLog log;
  log.take(fingerprint_of("a", 1));
  Fingerprint embargoed = fingerprint_of("embargoed", 1), alone = fingerprint_of("alone", 2);
  embargoed.may_lead = alone.may_lead = false;
  EXPECT_EQ(log.take(embargoed).story, id_of("a"));
  EXPECT_EQ(log.take(alone).relation, Relation::unchecked);
  const Verdict copy = log.take(fingerprint_of("copy", 2));
  EXPECT_EQ(copy.story, id_of("copy"));
  EXPECT_EQ(copy.relation, Relation::original);
}

TEST(Referee, FindsNothingForAnArticleWithoutKeys) {
  RefereeLog log;
  log.take(fingerprint_of("a", 1));
  Fingerprint empty = fingerprint_of("b", 1);
  empty.sketch = {};
  empty.may_lead = false;
  EXPECT_EQ(log.take(empty).relation, Relation::unchecked);
}

TEST(Referee, OpensAStoryAnewUnderAnIdThatLivesOn) {
  RefereeLog log;
  log.take(fingerprint_of("a", 1));
  log.now_ms += kWindow;
  log.take(fingerprint_of("b", 1));  // a's story lives on in b
  log.now_ms += kWindow / 2;         // a itself has left
  const Verdict again = log.take(fingerprint_of("a", 2));
  EXPECT_EQ(again.story, id_of("a"));
  EXPECT_EQ(again.since_ms, log.now_ms);
  EXPECT_EQ(log.take(fingerprint_of("c", 2)).since_ms, again.since_ms);
  EXPECT_EQ(log.referee.stories(), 2u);
}

TEST(Referee, IsBornByArrivalAndForgetsNothingWhileTheClockStandsStill) {
  RefereeLog log({.window_ms = kWindow, .articles = 1000, .still_clock = true});
  log.now_ms = 0;
  const auto at = [](std::string_view name, std::int64_t arrival_ms) {
    Fingerprint fingerprint = fingerprint_of(name, 1);
    fingerprint.arrival_ms = arrival_ms;
    return fingerprint;
  };
  const Verdict first = log.decide({log.append_as_it_is(at("a", 50 * kWindow))});
  EXPECT_EQ(first.since_ms, 50 * kWindow);
  EXPECT_EQ(log.decide({log.append_as_it_is(at("b", 90 * kWindow))}).story, id_of("a"));
  EXPECT_EQ(log.decide({log.append_as_it_is(at("c", 1))}).story, id_of("a")) << "nor is anything late";
}

TEST(Referee, KeepsTheNewestWhileTheClockStandsStill) {
  RefereeLog log({.window_ms = kWindow, .articles = 100, .still_clock = true});
  log.now_ms = 0;
  for (int i = 0; i < 250; ++i) log.take(fingerprint_of("a" + std::to_string(i), i));
  EXPECT_EQ(log.referee.live(), 100u);
  EXPECT_EQ(log.take(fingerprint_of("copy", 249)).story, id_of("a249"));
  EXPECT_EQ(log.take(fingerprint_of("late copy", 100)).story, id_of("late copy"));
}

TEST(Referee, HoldsWhatTheHeaderSaysOfMemory) {
  RefereeLog log({.window_ms = kWindow, .articles = 1000});
  const std::size_t empty = log.referee.bytes();
  std::vector<LogOffset> own;
  for (int i = 0; i < 20'000; ++i) own.push_back(log.append(fingerprint_of("a" + std::to_string(i), i)));
  log.decide(own);
  EXPECT_LT((log.referee.bytes() - empty) / 20'000, 480u);
}

}  // namespace
}  // namespace newsmill::dedup
