// What the rules of the log make of messages that are held up, foreign, out of order or of no use.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "processors/dedup/referee.h"
#include "tests/support/referee_log.h"

namespace newsmill::dedup {
namespace {

using test::fingerprint_of;
using test::id_of;
using test::RefereeLog;
using Applied = Referee::Applied;

constexpr std::int64_t kWindow = 1'000'000, kReach = kWindow + Referee::kSlackMs, kHour = 3'600'000;
constexpr LogId kOurs = 7, kTheirs = 8;

Verdict story_of(std::string_view name, std::int64_t since_ms) {
  Verdict verdict;
  verdict.story = id_of(name);
  verdict.since_ms = since_ms;
  return verdict;
}

FingerprintMessage sent_now(const RefereeLog& log, std::string_view name, LogId id = kOurs) {
  FingerprintMessage message{fingerprint_of(name, 1), 0, log.now_ms, id};
  message.fingerprint.arrival_ms = log.now_ms;
  message.fingerprint.delivery.offset = log.next;
  return message;
}

TEST(LogRules, LetTimePassWithEveryMessageWhateverIsInIt) {
  struct Row { std::string_view what; std::int64_t held_up_ms; LogId id; bool is_f; Applied expected; };
  for (const Row& row : {Row{"a V of nothing", 0, kOurs, false, Applied::taken},
                         Row{"a V held up", kHour, kOurs, false, Applied::late},
                         Row{"a V of another log", 0, kTheirs, false, Applied::foreign},
                         Row{"an F held up", kHour, kOurs, true, Applied::late},
                         Row{"an F of another log", 0, kTheirs, true, Applied::foreign}}) {
    RefereeLog log;
    log.append(sent_now(log, "a"));
    log.append(VerdictsMessage{{{log.next - 1, story_of("a", log.now_ms)}}, log.now_ms, kOurs});
    const std::int64_t clock = log.referee.clock_ms();
    const auto append = [&] {
      FingerprintMessage f = sent_now(log, "b", row.id);
      f.sent_ms -= row.held_up_ms;
      return row.is_f ? log.append(f) : log.append(VerdictsMessage{{}, f.sent_ms, row.id});
    };
    log.now_ms += kReach;
    EXPECT_EQ(append(), row.expected) << row.what;
    EXPECT_EQ(log.referee.live(), 1u) << row.what;
    EXPECT_EQ(log.referee.clock_ms(), clock) << row.what << " tells no time of the input";
    log.now_ms += 1;
    append();
    EXPECT_EQ(log.referee.live(), 0u) << row.what;
    EXPECT_EQ(log.referee.stories(), 0u) << row.what;
    // Who starts now reads an hour further back than R, and finds only what had no effect.
    Referee fresh(log.rules);
    fresh.expect(kOurs);
    RefereeLog::apply(fresh, log.entries[2]), RefereeLog::apply(fresh, log.entries[3]);
    EXPECT_TRUE(fresh.state() == log.referee.state()) << row.what;
  }
}

TEST(LogRules, BeginTheClockAnewWhenNothingIsLeft) {
  RefereeLog log;
  log.append(fingerprint_of("a", 1));
  const std::int64_t before = log.referee.clock_ms();
  log.now_ms += kReach + 1;
  log.append(VerdictsMessage{{}, log.now_ms});
  Fingerprint old = fingerprint_of("b", 2);
  old.arrival_ms = before - 5 * kWindow;  // a backlog, read by an instance that started after the gap
  log.append(FingerprintMessage{old, std::numeric_limits<std::int64_t>::min(), log.now_ms});
  EXPECT_EQ(log.referee.clock_ms(), old.arrival_ms);
  EXPECT_EQ(log.decide({log.next - 1}).since_ms, old.arrival_ms) << "and it is not late";
}

TEST(LogRules, StateABirthAlsoWhenNoTimeIsKnown) {
  RefereeLog log;
  Fingerprint article = fingerprint_of("a", 1);
  article.arrival_ms = log.now_ms;
  EXPECT_EQ(log.referee.apart(article).since_ms, log.now_ms);
}

// A host whose clock is an hour behind looks as if all it sends had been held up; its own first message
// tells it so. One that is an hour ahead is only more tolerant, and its clock counts no further than the log's.
TEST(LogRules, TurnAwayASenderWhoseClockIsAnHourBehindAndBoundOneThatIsAhead) {
  for (const std::int64_t off_ms : {-kHour, kHour}) {
    const Applied expected = off_ms < 0 ? Applied::late : Applied::taken;
    RefereeLog log;
    const LogOffset a = log.append(fingerprint_of("a", 1));
    FingerprintMessage f = sent_now(log, "b", 0);
    f.sent_ms += off_ms;
    f.clock_ms = f.sent_ms;
    EXPECT_EQ(log.append(f), expected) << off_ms;
    EXPECT_EQ(log.append(VerdictsMessage{{{a, story_of("a", 5)}}, f.sent_ms}), expected) << off_ms;
    EXPECT_EQ(log.referee.verdict_of(a).has_value(), off_ms > 0);
    EXPECT_EQ(log.referee.clock_ms(), log.now_ms);
    EXPECT_TRUE(log.referee.is_live(a)) << "nobody empties the window";
  }
}

TEST(LogRules, AllowTenMinutes) {
  RefereeLog log;
  FingerprintMessage f = sent_now(log, "a");
  f.sent_ms -= Referee::kLatestMs;
  EXPECT_EQ(log.append(f), Applied::taken);
  f.fingerprint.delivery.offset += 1, f.sent_ms -= 1;
  EXPECT_EQ(log.append(f), Applied::late);
}

// ---- Whose log it is

TEST(LogRules, NameTheLogAfterItsFirstF) {
  RefereeLog log;
  FingerprintMessage held_up = sent_now(log, "z", kTheirs);
  held_up.sent_ms -= kHour;
  EXPECT_EQ(log.append(held_up), Applied::late) << "nor does it name the log";
  EXPECT_EQ(log.referee.log_id(), 0u);
  EXPECT_EQ(log.append(sent_now(log, "a")), Applied::taken);
  EXPECT_EQ(log.referee.log_id(), kOurs);
  EXPECT_EQ(log.append(sent_now(log, "b", kTheirs)), Applied::foreign);
  EXPECT_EQ(log.append(VerdictsMessage{{{log.next - 2, story_of("x", 1)}}, log.now_ms, kTheirs}), Applied::foreign);
  EXPECT_EQ(log.referee.verdict_of(log.next - 3), std::nullopt);
  EXPECT_EQ(log.referee.log_id(), kOurs);
}

TEST(LogRules, GoByTheNameThatAReaderOfTheEndHasBeenTold) {
  RefereeLog log;
  log.referee.expect(kOurs);
  EXPECT_EQ(log.append(sent_now(log, "b", kTheirs)), Applied::foreign) << "it stands first where the log was cut";
  EXPECT_EQ(log.append(sent_now(log, "a")), Applied::taken);
}

// An F of another log says what another state knew: neither its clock nor its delivery counts.
TEST(LogRules, TakeNothingFromAForeignF) {
  RefereeLog log;
  Fingerprint old = fingerprint_of("a", 1);
  FingerprintMessage first{old, 0, log.now_ms, kOurs};
  first.fingerprint.arrival_ms = log.now_ms - kWindow;  // a backlog: the clock is behind the log's time
  log.append(first);
  const std::int64_t clock = log.referee.clock_ms();
  FingerprintMessage foreign = sent_now(log, "b", kTheirs);
  foreign.fingerprint.arrival_ms += 1;
  foreign.clock_ms = log.now_ms;
  EXPECT_EQ(log.append(foreign), Applied::foreign);
  EXPECT_EQ(log.referee.clock_ms(), clock);
  EXPECT_EQ(log.referee.live(), 1u);
  EXPECT_EQ(log.referee.offset_of(foreign.fingerprint.delivery), std::nullopt);
  // Appended again under the right name it is as new.
  const LogOffset of_the_foreign = log.next - 1;
  foreign.log = kOurs;
  EXPECT_EQ(log.append(foreign), Applied::taken);
  EXPECT_EQ(log.append(VerdictsMessage{{{of_the_foreign, story_of("x", 3)}}, log.now_ms, kOurs}), Applied::taken)
      << "a V for a foreign F passes it over";
  EXPECT_FALSE(log.referee.is_live(of_the_foreign));
  EXPECT_EQ(log.referee.stories(), 0u);
}

// ---- V's that no sound process would send

TEST(LogRules, PassOverAVThatStandsBeforeItsF) {
  RefereeLog log;
  log.append(VerdictsMessage{{{log.next + 1, story_of("x", 1)}}, log.now_ms});
  const LogOffset f = log.append(fingerprint_of("a", 1));
  EXPECT_EQ(log.referee.verdict_of(f), std::nullopt);
  EXPECT_EQ(log.decide({f}).story, id_of("a"));
}

TEST(LogRules, ChangeNothingByAVThatStandsTwice) {
  RefereeLog log;
  const LogOffset a = log.append(fingerprint_of("a", 1)), b = log.append(fingerprint_of("b", 1));
  const VerdictsMessage both{{{a, story_of("a", 1)}, {b, story_of("a", 1)}}, log.now_ms};
  log.append(both);
  const std::string state = log.referee.state();
  EXPECT_EQ(log.append(both), Applied::taken);
  EXPECT_TRUE(log.referee.state() == state);
}

TEST(LogRules, TakeTheFirstOfTwoVerdictsInOneMessage) {
  RefereeLog log;
  const LogOffset a = log.append(fingerprint_of("a", 1));
  EXPECT_EQ(log.append(VerdictsMessage{{{a, story_of("a", 1)}, {a, story_of("b", 2)}}, log.now_ms}), Applied::taken);
  EXPECT_EQ(log.referee.verdict_of(a)->story, id_of("a"));
}

TEST(LogRules, GiveTheRestOfAVItsVerdictsWhenSomeAreNotLive) {
  RefereeLog log;
  const LogOffset gone = log.append(fingerprint_of("a", 1));
  log.append(VerdictsMessage{{{gone, story_of("a", 1)}}, log.now_ms});
  log.now_ms += kWindow + 1;
  const LogOffset live = log.append(fingerprint_of("b", 2));
  EXPECT_EQ(log.append(VerdictsMessage{{{gone, story_of("other", 2)}, {live, story_of("b", 3)}}, log.now_ms}),
            Applied::taken)
      << "what was said of it once is not known to whoever starts now";
  EXPECT_EQ(log.referee.verdict_of(live)->story, id_of("b"));
}

// ---- An F whose sketch this build does not know

TEST(LogRules, HoldAnArticleWithoutASketchByItsIdsAlone) {
  RefereeLog log;
  Fingerprint unknown = fingerprint_of("a", 1);
  unknown.sketch = {};
  const Verdict first = log.take(unknown);
  EXPECT_EQ(first.story, id_of("a"));
  EXPECT_EQ(log.take(fingerprint_of("copy", 1)).story, id_of("copy")) << "no candidate of a text";
  EXPECT_EQ(log.take(fingerprint_of("a", 2)).story, first.story) << "its next version finds it";
  EXPECT_EQ(log.referee.live(), 3u);
}

}  // namespace
}  // namespace newsmill::dedup
