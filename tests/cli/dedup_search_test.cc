#include "cli/dedup_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace newsmill::cli {
namespace {

using dedup::DecidedFingerprint;
using dedup::FingerprintMessage;
using dedup::Referee;
using dedup::VerdictsMessage;
using Applied = Referee::Applied;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr dedup::LogId kLog = 77;
constexpr std::int64_t kBegin = 1'772'000'000'000, kHour = 3'600'000;

ArticleId id(const std::string& name) { return article_id(sha256(name)); }

FingerprintMessage print_of(const std::string& name, std::int64_t at_ms) {
  FingerprintMessage message;
  message.fingerprint.article = id(name);
  message.fingerprint.delivery = {topic_hash("raw"), content_hash(sha256(name)), static_cast<std::int64_t>(name[0]), 2};
  message.fingerprint.arrival_ms = at_ms;
  message.fingerprint.may_lead = true;
  message.clock_ms = at_ms;
  message.sent_ms = at_ms;
  message.log = kLog;
  return message;
}

DecidedFingerprint decided(dedup::LogOffset offset, Relation relation, const std::string& story) {
  Verdict verdict;
  verdict.relation = relation;
  verdict.story = id(story);
  verdict.since_ms = kBegin;
  if (relation != Relation::original) {
    verdict.canonical = id(story);
    verdict.similarity = 0.8249f;
  }
  return {offset, verdict};
}

struct DedupSearchTest : ::testing::Test {
  struct Entry {
    std::variant<FingerprintMessage, VerdictsMessage> message;
    std::int64_t append_ms;
  };
  std::vector<Entry> log;

  void add(const FingerprintMessage& message) { log.push_back({message, message.sent_ms}); }
  void add(std::vector<DecidedFingerprint> verdicts, std::int64_t sent_ms, std::int64_t append_ms) {
    log.push_back({VerdictsMessage{std::move(verdicts), sent_ms, kLog}, append_ms});
  }
  /// a opens a story, b joins it, c is alone; somebody's other verdict on b comes second, and a third came too late.
  void tell() {
    add(print_of("a", kBegin));                                                                           // 0
    add({decided(0, Relation::original, "a")}, kBegin, kBegin);                                            // 1
    add(print_of("b", kBegin + kHour));                                                                   // 2
    add(print_of("c", kBegin + kHour));                                                                   // 3
    add({decided(2, Relation::near, "a"), decided(3, Relation::original, "c")}, kBegin + kHour, kBegin + kHour);  // 4
    add({decided(2, Relation::original, "b")}, kBegin + kHour, kBegin + kHour);                            // 5
    add({decided(2, Relation::original, "b")}, kBegin, kBegin + kHour);                                    // 6
  }
  void read(DedupSearch& search) const {
    for (std::size_t i = 0; i < log.size(); ++i) {
      if (const auto* print = std::get_if<FingerprintMessage>(&log[i].message))
        search.look(*print, static_cast<dedup::LogOffset>(i));
      else search.look(std::get<VerdictsMessage>(log[i].message));
    }
    for (std::size_t i = 0; i < log.size(); ++i)
      std::visit([&](const auto& m) { search.apply(m, static_cast<dedup::LogOffset>(i), log[i].append_ms); },
                 log[i].message);
  }
  std::vector<dedup::LogOffset> offsets_of(const std::string& what) const {
    DedupSearch search(*parse_subject(what), {});
    read(search);
    std::vector<dedup::LogOffset> offsets;
    for (const auto& line : search.lines()) offsets.push_back(line.offset);
    return offsets;
  }
  /// The text of every line, one behind the other.
  std::string text_of(const std::string& what, bool as_json = false) const {
    DedupSearch search(*parse_subject(what), {});
    read(search);
    const std::string topics[] = {"raw"};
    std::string text;
    for (const auto& line : search.lines())
      text += as_json ? json_of(line, search.referee(), topics) + "\n" : words_of(line, search.referee(), topics);
    return text;
  }
};

TEST_F(DedupSearchTest, FindsAStoryWithAllWhoEverNamedIt) {
  tell();
  EXPECT_EQ(offsets_of(uuid(id("a"))), (std::vector<dedup::LogOffset>{0, 1, 2, 4, 5, 6}));
  EXPECT_EQ(offsets_of("urn:uuid:" + uuid(id("c"))), (std::vector<dedup::LogOffset>{3, 4}));
  EXPECT_TRUE(offsets_of(uuid(id("d"))).empty());
}

TEST_F(DedupSearchTest, FindsADelivery) {
  tell();
  EXPECT_EQ(offsets_of("raw:2:98"), (std::vector<dedup::LogOffset>{2, 4, 5, 6}));
  EXPECT_TRUE(offsets_of("raw:2:98:0000000000000000").empty());
  EXPECT_TRUE(offsets_of("other:2:98").empty());
}

TEST_F(DedupSearchTest, SaysWhichVerdictCountsAndWhyOthersDoNot) {
  tell();
  DedupSearch search(*parse_subject("raw:2:98"), {});
  read(search);
  ASSERT_EQ(search.lines().size(), 4u);
  const Applied expected[] = {Applied::taken, Applied::taken, Applied::lost, Applied::late};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(search.lines()[i].applied, expected[i]) << i;
  EXPECT_EQ(std::get<DedupSearch::Decided>(search.lines()[1].what).together, 2u);
  EXPECT_THAT(text_of("raw:2:98"),
              AllOf(HasSubstr("fingerprint of raw:2:98:"), HasSubstr("live, near in story " + uuid(id("a"))),
                    HasSubstr("verdict on 2, one of 2 in this message"),
                    HasSubstr("nearly the same text, in story " + uuid(id("a"))),
                    HasSubstr("matched   " + uuid(id("a")) + ", similarity 0.8249"), HasSubstr("this is its verdict"),
                    HasSubstr("void: another verdict was first in the log"),
                    HasSubstr("void: it was sent more than ten minutes before the log took it")));
}

TEST_F(DedupSearchTest, SaysWhoHasLeftTheWindowAndWhoWaitsForAVerdict) {
  tell();
  add(print_of("z", kBegin + 100 * kHour));
  EXPECT_THAT(text_of("raw:2:98"), HasSubstr("has left the window"));
  EXPECT_THAT(text_of(uuid(id("z"))), HasSubstr("live, without a verdict yet"));
  add(print_of("z", kBegin + 100 * kHour));
  EXPECT_THAT(text_of(uuid(id("z"))), HasSubstr("without effect: this delivery stands in the log already"));
  add({decided(2, Relation::near, "a")}, kBegin + 100 * kHour, kBegin + 100 * kHour);
  EXPECT_THAT(text_of("raw:2:98"), HasSubstr("passed over: its fingerprint is not live any more"));
}

TEST_F(DedupSearchTest, TellsTheSameAsJson) {
  tell();
  const std::string lines = text_of("raw:2:98", true);
  EXPECT_THAT(lines, AllOf(HasSubstr(R"({"offset":2,"appended":"2026-02-25T07:13:20Z","applied":"taken",)"
                                     R"("kind":"fingerprint")"),
                           HasSubstr(R"("live":true,"story":")" + uuid(id("a"))),
                           HasSubstr(R"("kind":"verdict","of":2,"article":")" + uuid(id("b"))),
                           HasSubstr(R"("similarity":0.8249,"related":[],"together":2,"counts":true})"),
                           HasSubstr(R"("applied":"lost")"), HasSubstr(R"("together":1,"counts":false})")));
}

}  // namespace
}  // namespace newsmill::cli
