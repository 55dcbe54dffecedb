#include "tests/chaos/stories.h"

#include <gtest/gtest.h>

#include <functional>

#include "processors/encode/story.h"
#include "tests/support/referee_log.h"

namespace newsmill::chaos {
namespace {

constexpr std::int64_t kNow = 1'700'000'000'000;
constexpr dedup::LogId kLog = 7;

/// A log, what was fed and what was published, all of which a test may spoil.
struct Outcome {
  std::map<Place, Fed> fed;
  std::vector<LogMessage> log;
  std::vector<Seen> records;

  dedup::LogOffset append(std::string bytes) {
    log.push_back({static_cast<dedup::LogOffset>(log.size()) + 100, kNow, std::move(bytes)});
    return log.back().offset;
  }
  static Fingerprint fingerprint(const std::string& name, Place place) {
    Fingerprint fingerprint = test::fingerprint_of(name, 1);
    fingerprint.arrival_ms = kNow;
    fingerprint.delivery = {1, 0x0807060504030201, place.second, place.first};
    return fingerprint;
  }
  dedup::LogOffset print(const std::string& name, Place place) {
    fed.try_emplace(place, Fed{Kind::copy, name, 1, "0102030405060708", Telling::near});
    std::string bytes;
    dedup::encode(dedup::FingerprintMessage{fingerprint(name, place), kNow, kNow, kLog}, bytes);
    return append(std::move(bytes));
  }
  static Verdict verdict(const std::string& story, Relation relation, std::int64_t since_ms = kNow) {
    Verdict verdict;
    verdict.relation = relation;
    verdict.story = test::id_of(story);
    verdict.since_ms = since_ms;
    if (relation != Relation::original) verdict.canonical = verdict.story, verdict.similarity = 0.75f;
    return verdict;
  }
  dedup::LogOffset decide(std::vector<dedup::DecidedFingerprint> verdicts) {
    std::string bytes;
    dedup::encode(dedup::VerdictsMessage{std::move(verdicts), kNow, kLog}, bytes);
    return append(std::move(bytes));
  }
  void publish(const std::string& name, Place place, const Verdict& verdict) {
    records.push_back({.place = {0, static_cast<std::int64_t>(records.size())},
                       .digest = 1,
                       .source = place,
                       .hash = "0102030405060708",
                       .id = name,
                       .code = "",
                       .original = 0,
                       .article = uuid(test::id_of(name)),
                       .story = uuid(verdict.story),
                       .relation = std::string(relation_name(verdict.relation)),
                       .story_json = encode::story_json(verdict)});
  }
  void take(const std::string& name, Place place, const Verdict& verdict) {
    const dedup::LogOffset offset = print(name, place);
    decide({{offset, verdict}});
    publish(name, place, verdict);
  }
  StoryVerdict checked() const {
    LogFold fold;
    for (const LogMessage& message : log) fold.add(message);
    return check_stories(fed, records, fold);
  }
};

/// q opens a story and t joins it.
Outcome whole() {
  Outcome outcome;
  outcome.take("q", {0, 0}, Outcome::verdict("q", Relation::original));
  outcome.take("t", {1, 0}, Outcome::verdict("q", Relation::near));
  return outcome;
}

TEST(Stories, FindNothingInAWholeOutcome) {
  const StoryVerdict verdict = whole().checked();
  EXPECT_TRUE(verdict.clean()) << testing::PrintToString(verdict.words);
  EXPECT_EQ(verdict.joined, 1u);
  EXPECT_EQ(verdict.missed, 0u);
}

TEST(Stories, FindARecordInAStoryWhoseFirstMemberSaysAnother) {
  Outcome outcome;
  outcome.take("p", {2, 0}, Outcome::verdict("p", Relation::original));
  outcome.take("q", {0, 0}, Outcome::verdict("p", Relation::near));
  outcome.take("t", {1, 0}, Outcome::verdict("q", Relation::near));
  EXPECT_EQ(outcome.checked().split, 1u);
  EXPECT_EQ(outcome.checked().published_unlike_log, 0u);
}

TEST(Stories, FindARecordThatJoinedBeforeThereWasAFirstMember) {
  Outcome outcome;
  const dedup::LogOffset q = outcome.print("q", {0, 0}), t = outcome.print("t", {1, 0});
  outcome.decide({{t, Outcome::verdict("q", Relation::near)}});
  outcome.decide({{q, Outcome::verdict("q", Relation::original)}});
  outcome.publish("q", {0, 0}, Outcome::verdict("q", Relation::original));
  outcome.publish("t", {1, 0}, Outcome::verdict("q", Relation::near));
  EXPECT_EQ(outcome.checked().split, 1u);
}

TEST(Stories, TakeBothFromOneVerdictMessage) {
  Outcome outcome;
  const dedup::LogOffset q = outcome.print("q", {0, 0}), t = outcome.print("t", {1, 0});
  outcome.decide({{q, Outcome::verdict("q", Relation::original)}, {t, Outcome::verdict("q", Relation::near)}});
  outcome.publish("t", {1, 0}, Outcome::verdict("q", Relation::near));
  outcome.publish("q", {0, 0}, Outcome::verdict("q", Relation::original));
  EXPECT_TRUE(outcome.checked().clean());
}

TEST(Stories, FindARecordInAStoryOfAnotherBirth) {
  Outcome outcome;
  outcome.take("q", {0, 0}, Outcome::verdict("q", Relation::original));
  outcome.take("t", {1, 0}, Outcome::verdict("q", Relation::near, kNow - 1));
  EXPECT_EQ(outcome.checked().split, 1u);
}

TEST(Stories, LetAnArticleThatJoinedOneOpenAnotherLater) {
  Outcome outcome = whole();
  outcome.take("t", {1, 1}, Outcome::verdict("t", Relation::original, kNow + 5));
  outcome.take("u", {1, 2}, Outcome::verdict("t", Relation::near, kNow + 5));
  EXPECT_TRUE(outcome.checked().clean());
}

TEST(Stories, FindAStoryWhoseFirstMemberWasNeverPublished) {
  Outcome outcome = whole();
  outcome.records.erase(outcome.records.begin());
  EXPECT_EQ(outcome.checked().story_never_published, 1u);
  EXPECT_EQ(outcome.checked().split, 0u);
}

TEST(Stories, FindARecordThatDiffersFromTheFirstVerdictOfItsFingerprint) {
  const auto unlike = [](const std::function<void(Seen&)>& change) {
    Outcome outcome = whole();
    change(outcome.records[1]);
    return outcome.checked().published_unlike_log;
  };
  EXPECT_EQ(unlike([](Seen&) {}), 0u);
  EXPECT_EQ(unlike([](Seen& t) { t.story = uuid(test::id_of("t")); }), 1u);
  EXPECT_EQ(unlike([](Seen& t) { t.relation = "exact"; }), 1u);
  EXPECT_EQ(unlike([](Seen& t) { t.story_json = ""; }), 1u);
  EXPECT_EQ(unlike([](Seen& t) { t.story_json = encode::story_json(Outcome::verdict("q", Relation::exact)); }), 1u);
  EXPECT_EQ(unlike([](Seen& t) {
              Verdict other = Outcome::verdict("q", Relation::near);
              other.canonical = test::id_of("r");
              t.story_json = encode::story_json(other);
            }),
            1u);
  EXPECT_EQ(unlike([](Seen& t) { t.source = Place{5, 5}; }), 1u) << "no F";
}

TEST(Stories, HoldARecordAgainstTheFirstOfTwoVerdicts) {
  Outcome outcome;
  outcome.take("q", {0, 0}, Outcome::verdict("q", Relation::original));
  const dedup::LogOffset t = outcome.print("t", {1, 0});
  outcome.decide({{t, Outcome::verdict("q", Relation::near)}});
  outcome.decide({{t, Outcome::verdict("t", Relation::original)}});
  outcome.publish("t", {1, 0}, Outcome::verdict("t", Relation::original));
  EXPECT_EQ(outcome.checked().published_unlike_log, 1u);
  outcome.records.pop_back();
  outcome.publish("t", {1, 0}, Outcome::verdict("q", Relation::near));
  EXPECT_TRUE(outcome.checked().clean());
}

TEST(Stories, CountAFirstMemberUnlikeTheLogOnceAndNotForEachThatJoinedIt) {
  Outcome outcome = whole();
  outcome.records[0].story_json = "";
  EXPECT_EQ(outcome.checked().published_unlike_log, 1u);
  EXPECT_EQ(outcome.checked().split, 0u);
  outcome.records[0].story = uuid(test::id_of("p"));
  EXPECT_EQ(outcome.checked().split, 1u) << "but by what is published t's story has no first member any more";
}

TEST(Stories, FindARecordWhoseFingerprintHasNoVerdict) {
  Outcome outcome = whole();
  outcome.print("u", {2, 0});
  outcome.publish("u", {2, 0}, Outcome::verdict("u", Relation::original));
  EXPECT_EQ(outcome.checked().published_unlike_log, 1u);
}

TEST(Stories, FindFingerprintsOfWhatIsNoRecord) {
  Outcome outcome = whole();
  outcome.fed.at({1, 0}).kind = Kind::cut;
  EXPECT_EQ(outcome.checked().wrong, 1u) << "of a dead letter";
  outcome.fed.erase({1, 0});
  EXPECT_EQ(outcome.checked().wrong, 1u) << "never fed";
  outcome = whole();
  outcome.fed.at({1, 0}).hash = "ff02030405060708";
  EXPECT_EQ(outcome.checked().wrong, 1u) << "of other bytes";
}

TEST(Stories, FindAKillThatIsNotWithdrawn) {
  Outcome outcome = whole();
  outcome.fed.at({1, 0}).telling = Telling::kill;
  EXPECT_EQ(outcome.checked().wrong, 1u);
}

TEST(Stories, CountCopiesThatWereMissed) {
  Outcome outcome = whole();
  outcome.take("u", {2, 0}, Outcome::verdict("u", Relation::original));
  EXPECT_EQ(outcome.checked().missed, 0u);
  outcome.fed.at({2, 0}).telling = Telling::exact;
  EXPECT_EQ(outcome.checked().missed, 1u);
}

TEST(LogFold, TakesTheFirstFingerprintOfADeliveryAndTheFirstVerdictOfThat) {
  Outcome outcome;
  const dedup::LogOffset q = outcome.print("q", {0, 0}), again = outcome.print("q", {0, 0});
  outcome.decide({{again, Outcome::verdict("q", Relation::repeat)}});
  outcome.decide({{q, Outcome::verdict("q", Relation::original)}});
  outcome.decide({{q, Outcome::verdict("q", Relation::original)}});
  outcome.decide({{q, Outcome::verdict("q", Relation::unchecked)}});
  LogFold fold;
  for (const LogMessage& message : outcome.log) fold.add(message);
  fold.add({999, kNow, "no message"});
  ASSERT_NE(fold.of({0, 0}), nullptr);
  EXPECT_EQ(fold.of({0, 0})->verdict, Outcome::verdict("q", Relation::original));
  EXPECT_EQ(fold.counts(),
            (LogFold::Counts{.fingerprints = 2, .verdicts = 4, .again = 1, .lost = 1, .same = 1, .foreign = 0, .late = 0,
                             .garbage = 1}));
  EXPECT_EQ(fold.differs(), 0u);
}

TEST(LogFold, TakesAVerdictMessageWholeOrNotAtAll) {
  Outcome outcome;
  const dedup::LogOffset q = outcome.print("q", {0, 0}), t = outcome.print("t", {1, 0});
  outcome.decide({{q, Outcome::verdict("q", Relation::original)}});
  outcome.decide({{q, Outcome::verdict("t", Relation::near)}, {t, Outcome::verdict("t", Relation::original)}});
  LogFold fold;
  for (const LogMessage& message : outcome.log) fold.add(message);
  EXPECT_FALSE(fold.of({1, 0})->verdict);
  EXPECT_EQ(fold.counts().lost, 1u);
  EXPECT_EQ(fold.differs(), 0u);
}

TEST(LogFold, PassesOverWhatIsForeignAndLate) {
  LogFold fold;
  Outcome outcome;
  outcome.print("q", {0, 0});
  std::string foreign, late;
  dedup::encode(dedup::FingerprintMessage{Outcome::fingerprint("t", {1, 0}), kNow, kNow, kLog + 1}, foreign);
  dedup::encode(dedup::FingerprintMessage{Outcome::fingerprint("t", {1, 0}), kNow, kNow - 600'001, kLog}, late);
  outcome.append(foreign);
  outcome.append(late);
  for (const LogMessage& message : outcome.log) fold.add(message);
  EXPECT_EQ(fold.of({1, 0}), nullptr);
  EXPECT_EQ(fold.counts().foreign, 1u);
  EXPECT_EQ(fold.counts().late, 1u);
  EXPECT_EQ(fold.differs(), 0u);
}

}  // namespace
}  // namespace newsmill::chaos
