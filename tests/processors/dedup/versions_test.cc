// The update rule: deliveries of one article stay together, whatever their text.
#include <gtest/gtest.h>

#include "processors/dedup/referee.h"
#include "tests/support/referee_log.h"

namespace newsmill::dedup {
namespace {

using test::fingerprint_of;
using test::id_of;
using test::RefereeLog;

struct Delivered {
  std::uint64_t version = 0;
  std::int64_t updated_ms = 0;
  int text = 1;
  std::uint64_t words = 1;  ///< hash of them
};

Fingerprint delivery(const Delivered& of) {
  Fingerprint fingerprint = fingerprint_of("a", of.text);
  fingerprint.version = of.version;
  fingerprint.updated_ms = of.updated_ms;
  fingerprint.text = of.words;
  return fingerprint;
}

Fingerprint reworded(Fingerprint fingerprint) {
  fingerprint.text ^= 1;
  return fingerprint;
}

struct Row {
  const char* name;
  std::vector<Delivered> before;
  Delivered now;
  Relation expected;
};

class Versions : public testing::TestWithParam<Row> {};

TEST_P(Versions, HaveTheRelationOfTheContract) {
  RefereeLog log;
  for (const Delivered& each : GetParam().before) log.take(delivery(each));
  const Verdict verdict = log.take(delivery(GetParam().now));
  EXPECT_EQ(relation_name(verdict.relation), relation_name(GetParam().expected));
  EXPECT_EQ(verdict.story, id_of("a"));
  EXPECT_EQ(verdict.canonical, id_of("a"));
}

INSTANTIATE_TEST_SUITE_P(
    Of, Versions,
    testing::Values(Row{"ANewerVersion", {{1, 0, 1, 1}}, {2, 0, 1, 2}, Relation::update},
                    Row{"AnOlderVersion", {{2, 0, 1, 1}}, {1, 0, 1, 2}, Relation::stale},
                    Row{"VersionBeforeUpdated", {{2, 10, 1, 1}}, {1, 20, 1, 2}, Relation::stale},
                    Row{"ALaterUpdate", {{0, 10, 1, 1}}, {0, 20, 1, 2}, Relation::update},
                    Row{"AnEarlierUpdate", {{0, 20, 1, 1}}, {0, 10, 1, 2}, Relation::stale},
                    Row{"UpdatedWhereVersionsAreEqual", {{3, 20, 1, 1}}, {3, 10, 1, 2}, Relation::stale},
                    Row{"TheOrderOfTheLogWithoutBoth", {{0, 0, 1, 1}}, {0, 0, 1, 2}, Relation::update},
                    Row{"AnotherTextAltogether", {{1, 0, 1, 1}}, {2, 0, 9, 2}, Relation::update},
                    Row{"TheSameWords", {{1, 0, 1, 1}}, {2, 0, 1, 1}, Relation::repeat},
                    Row{"TheNewestSoFarAndNotTheLast", {{3, 0, 1, 1}, {1, 0, 1, 2}}, {2, 0, 1, 3}, Relation::stale},
                    Row{"WordsOfAnOlderVersion", {{1, 0, 1, 1}, {2, 0, 1, 2}}, {3, 0, 1, 1}, Relation::update}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(UpdateRule, CallsTheSameBytesARepeatWhateverCameBetween) {
  RefereeLog log;
  Fingerprint first = delivery({1, 0, 1, 1});
  first.delivery = {.topic = 5, .content = 77, .offset = 1, .partition = 0};
  log.take(first);
  log.take(delivery({2, 0, 1, 2}));
  first.delivery.offset = 9;
  const Verdict again = log.take(first);
  EXPECT_EQ(again.relation, Relation::repeat);
  EXPECT_EQ(again.similarity, 1);
}

TEST(UpdateRule, JoinsTheStoryOfTheLatestDeliveryBeforeAnyText) {
  RefereeLog log;
  log.take(fingerprint_of("x", {{1, 64}}));
  log.take(fingerprint_of("y", {{2, 64}}));
  EXPECT_EQ(log.take(fingerprint_of("a", {{2, 64}})).story, id_of("y"));
  const Verdict rewritten = log.take(reworded(fingerprint_of("a", {{1, 64}})));
  EXPECT_EQ(rewritten.story, id_of("y")) << "although its text is that of an older story";
  EXPECT_EQ(rewritten.relation, Relation::update);
}

TEST(UpdateRule, ComparesTheTextsAllTheSame) {
  RefereeLog log;
  log.take(fingerprint_of("a", {{1, 64}}));
  EXPECT_NEAR(log.take(reworded(fingerprint_of("a", {{1, 48}, {2, 16}}))).similarity, 0.85, 0.05);
  EXPECT_LT(log.take(fingerprint_of("a", {{7, 64}})).similarity, 0) << "nothing in common: not compared";
}

TEST(UpdateRule, HasNoEndAsLongAsVersionsFollowOneAnother) {
  RefereeLog log;
  log.take(fingerprint_of("a", 1));
  const std::int64_t since = log.now_ms;
  for (int i = 0; i < 6; ++i) {  // a running story of six windows
    log.now_ms += 900'000;
    const Verdict verdict = log.take(fingerprint_of("a", 10 + i));
    EXPECT_EQ(verdict.since_ms, since);
  }
}

TEST(UpdateRule, WithdrawsByAKill) {
  RefereeLog log;
  log.take(fingerprint_of("x", 1));
  log.take(fingerprint_of("a", 1));
  Fingerprint kill = fingerprint_of("a", 1);
  kill.sketch = {};
  kill.text = 0;
  kill.may_lead = false;
  kill.status = Fingerprint::Status::canceled;
  const Verdict verdict = log.take(kill);
  EXPECT_EQ(verdict.relation, Relation::withdrawn);
  EXPECT_EQ(verdict.story, id_of("x"));
  kill.article = id_of("unknown");
  const Verdict unknown = log.take(kill);
  EXPECT_EQ(unknown.relation, Relation::withdrawn);
  EXPECT_EQ(unknown.story, id_of("unknown"));
  EXPECT_EQ(unknown.canonical, std::nullopt);
}

TEST(UpdateRule, LetsAKilledArticleLeadNoMore) {
  RefereeLog log;
  log.take(fingerprint_of("a", {{1, 64}}));
  log.take(fingerprint_of("b", {{1, 36}, {2, 28}}));
  Fingerprint kill = fingerprint_of("a", 1);
  kill.sketch = {};
  kill.may_lead = false;
  kill.status = Fingerprint::Status::canceled;
  log.take(kill);
  const Verdict like_b = log.take(fingerprint_of("c", {{1, 8}, {3, 28}, {2, 28}}));
  EXPECT_EQ(like_b.story, id_of("a")) << "the id stays";
  EXPECT_EQ(like_b.canonical, id_of("b")) << "but another member stands for the story";
  const Verdict like_a = log.take(fingerprint_of("d", {{1, 28}, {4, 36}}));
  EXPECT_EQ(like_a.story, id_of("d"));
  log.take(fingerprint_of("a", {{5, 64}}));  // brought back
  EXPECT_EQ(log.take(fingerprint_of("e", {{5, 64}})).story, id_of("e")) << "and not even then";
}

}  // namespace
}  // namespace newsmill::dedup
