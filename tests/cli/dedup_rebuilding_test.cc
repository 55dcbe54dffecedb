#include "cli/dedup_rebuilding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "cli/dedup_subject.h"
#include "consumer/memory_dedup_log.h"
#include "processors/dedup/fingerprint.h"
#include "tests/support/knowledge.h"
#include "tests/support/text_article.h"

namespace newsmill::cli {
namespace {

using consumer::MemoryDedupLog;
using dedup::Referee;

constexpr std::int64_t kHour = 3'600'000, kBegin = 1'772'000'000'000;

/// Stories of several articles each, told at random times; the text of a story stays what it was.
class Feed {
 public:
  Fingerprint article(int story, std::int64_t arrival_ms) {
    std::mt19937 words(static_cast<unsigned>(story));
    std::string body;
    for (int i = 0; i < 60; ++i) body += "word" + std::to_string(words() % 4000) + ' ';
    const test::TextArticle text("A headline", body);
    Fingerprint print = dedup::fingerprint_of(text.article(), *test::builtin_knowledge().sources, sketcher_);
    print.delivery = {topic_hash("raw"), static_cast<std::uint64_t>(next_), next_, 0};
    print.article = article_id(sha256(std::to_string(next_++)));
    print.arrival_ms = arrival_ms;
    return print;
  }

 private:
  dedup::Sketcher sketcher_;
  std::int64_t next_ = 1;
};

/// A log and the time at which things are appended to it.
struct World {
  std::int64_t now_ms = kBegin;
  dedup::RefereeRules rules{.window_ms = 72 * kHour, .articles = 1 << 12};
  MemoryDedupLog log{rules, [this] { return now_ms; }};

  /// Appended, decided and its verdict appended, as a lane does it.
  Verdict decide(const Fingerprint& print) {
    std::shared_ptr<consumer::Receipt> receipt;
    const Fingerprint* const one[] = {&print};
    EXPECT_TRUE(log.append(one, receipt));
    const dedup::LogOffset offset = receipt->offset();
    const auto decision = log.referee().ask([&](Referee& referee) { return referee.decide(std::span(&offset, 1)); });
    EXPECT_EQ(decision.verdicts.size(), 1u);
    EXPECT_TRUE(log.append(decision.verdicts, receipt));
    return decision.verdicts.at(0).verdict;
  }
  std::optional<Verdict> verdict_of(const Fingerprint& print) {
    return log.referee().ask([&](const Referee& referee) {
      const auto offset = referee.offset_of(print.delivery);
      return offset ? referee.verdict_of(*offset) : std::nullopt;
    });
  }
};

struct DedupRebuildingTest : ::testing::Test {
  /// `count` articles, ten minutes from one to the next, as they are published.
  std::vector<Published> publish(World& world, int count) {
    std::vector<Published> all;
    std::mt19937 random(5);
    for (int i = 0; i < count; ++i) {
      world.now_ms += kHour / 6;
      const Fingerprint print = feed.article(static_cast<int>(random() % 40), world.now_ms);
      all.push_back({print, world.decide(print)});
    }
    return all;
  }
  static DedupRebuilding::Counts rebuild(World& world, const std::vector<Published>& all) {
    DedupRebuilding rebuilding(world.log, std::chrono::seconds(10));
    for (const Published& each : all) EXPECT_TRUE(rebuilding.add(each));
    EXPECT_TRUE(rebuilding.finish());
    return rebuilding.counts();
  }
  Feed feed;
};

TEST_F(DedupRebuildingTest, EveryArticleKeepsItsStoryAndLaterCopiesJoinIt) {
  World before, after;
  const auto all = publish(before, 400);  // 66 hours
  ASSERT_GT(std::ranges::count_if(all, [](const Published& p) { return p.verdict->relation == Relation::exact; }), 300);
  after.now_ms = before.now_ms + 5 * kHour;
  const auto counts = rebuild(after, all);
  EXPECT_EQ(counts.written, 400u);
  EXPECT_EQ(counts.there + counts.unlike + counts.past, 0u);
  for (const Published& each : all) EXPECT_EQ(after.verdict_of(each.fingerprint), each.verdict);
  // What comes next is decided as if the log had never been lost.
  before.now_ms = after.now_ms;
  for (int story = 0; story < 40; ++story) {
    const Fingerprint copy = feed.article(story, before.now_ms);
    const Verdict verdict = after.decide(copy);
    EXPECT_EQ(verdict, before.decide(copy)) << story;
    EXPECT_EQ(verdict.relation, Relation::exact) << story;
  }
}

TEST_F(DedupRebuildingTest, CutShortAnywhereAndRepeatedItIsWhole) {
  World before;
  const auto all = publish(before, 50);
  for (const std::size_t cut : {0, 1, 17, 49, 50}) {
    World after;
    after.now_ms = before.now_ms;
    rebuild(after, {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(cut)});
    const auto counts = rebuild(after, all);
    EXPECT_EQ(counts.there, cut);
    EXPECT_EQ(counts.written, 50 - cut);
    EXPECT_EQ(counts.unlike, 0u);
    for (const Published& each : all) EXPECT_EQ(after.verdict_of(each.fingerprint), each.verdict);
  }
}

TEST_F(DedupRebuildingTest, CutBetweenFingerprintsAndVerdictsItGivesTheVerdictsLater) {
  World before, after;
  const auto all = publish(before, 50);
  after.now_ms = before.now_ms;
  std::vector<const Fingerprint*> prints;
  for (std::size_t i = 0; i < 30; ++i) prints.push_back(&all[i].fingerprint);
  std::shared_ptr<consumer::Receipt> receipt;
  ASSERT_TRUE(after.log.append(prints, receipt));
  const auto counts = rebuild(after, all);
  EXPECT_EQ(counts.written, 50u);
  for (const Published& each : all) EXPECT_EQ(after.verdict_of(each.fingerprint), each.verdict);
}

TEST_F(DedupRebuildingTest, AVerdictThatStandsInTheLogStaysAndIsCounted) {
  World before, after;
  auto all = publish(before, 20);
  after.now_ms = before.now_ms;
  rebuild(after, all);
  all[7].verdict->story = article_id(sha256("another story"));
  const auto counts = rebuild(after, all);
  EXPECT_EQ(counts.there, 20u);
  EXPECT_EQ(counts.unlike, 1u);
  EXPECT_NE(after.verdict_of(all[7].fingerprint)->story, all[7].verdict->story);
}

TEST_F(DedupRebuildingTest, WhatWasPublishedTwiceOrHasLeftTheWindowIsNoFailure) {
  World before, after;
  auto all = publish(before, 20);
  all.push_back(all.back());  // a dead letter that was put back twice
  all.front().fingerprint.arrival_ms -= 500 * kHour;
  after.now_ms = before.now_ms;
  const auto counts = rebuild(after, all);
  EXPECT_EQ(counts.written, 19u);
  EXPECT_EQ(counts.there, 1u);
  EXPECT_EQ(counts.past, 1u);
}

/// A log that takes everything and gives nothing back.
class SilentLog final : public consumer::DedupLog {
 public:
  consumer::Outcome catch_up() override { return {}; }
  consumer::Outcome append(std::span<const Fingerprint* const>, std::shared_ptr<consumer::Receipt>& receipt) override {
    receipt = std::make_shared<consumer::Receipt>();
    return {};
  }
  consumer::Outcome append(std::span<const dedup::DecidedFingerprint>, std::shared_ptr<consumer::Receipt>& r) override {
    r = std::make_shared<consumer::Receipt>();
    return {};
  }
  std::string mark() const override { return {}; }
  Status status() const override {
    Status status;
    status.why = "the broker went away";
    return status;
  }
  consumer::SharedReferee& referee() override { return referee_; }

 private:
  consumer::SharedReferee referee_{{}};
};

TEST_F(DedupRebuildingTest, ALogThatGivesNothingBackIsAFailureThatSaysWhy) {
  SilentLog log;
  DedupRebuilding rebuilding(log, std::chrono::milliseconds(50));
  ASSERT_TRUE(rebuilding.add({feed.article(1, kBegin), Verdict{}}));
  const auto outcome = rebuilding.finish();
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.reason, ::testing::HasSubstr("the broker went away"));
}

}  // namespace
}  // namespace newsmill::cli
