// Nobody waits longer for somebody who is not there than it takes to help, and nobody for himself.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "tests/referee/fleet_model.h"

namespace newsmill::test {
namespace {

constexpr std::int64_t kBegin = 1'700'000'000'000, kHelpAfter = 2000, kRoundTrip = 2 * FleetRun::kScriptedMs;
// An F has its place in the log, and has not come back.
constexpr std::int64_t kBetweenFAndV = FleetRun::kScriptedMs + 2;

class Liveness : public testing::Test {
 protected:
  /// One article, drifted so far from the text 1 as `drift` says: from 64 on it is another text.
  void send(std::int64_t at_ms, std::int32_t partition, std::uint64_t ident, std::uint32_t drift) {
    ModelArticle article;
    article.comes_ms = article.print.arrival_ms = kBegin + at_ms;
    article.ident = ident;
    ModelStream::write_text(1, drift, article.print.sketch);
    article.print.article = ident_id(ident);
    article.print.text = ident + 1;
    article.print.may_lead = true;
    article.print.delivery = {.topic = 1, .content = ident * 2, .offset = next_[static_cast<std::size_t>(partition)]++,
                              .partition = partition};
    run_.script.push_back(article);
  }
  void play() {
    run_.instances = 3;
    run_.partitions = 4;  // instance 0 has the first and the last one
    run_.mixed = false;
    std::ranges::sort(run_.script, {}, &ModelArticle::comes_ms);
    result_ = run_fleet(run_);
    EXPECT_TRUE(result_.kept()) << lines_of(result_);
    EXPECT_EQ(result_.published, run_.script.size());
  }
  /// When it was published, by the begin of the test.
  std::int64_t published(std::uint64_t ident) const { return record(ident).at_ms - kBegin; }
  std::uint64_t story(std::uint64_t ident) const { return ident_of(record(ident).verdict.story); }
  const ModelRecord& record(std::uint64_t ident) const {
    const auto found = std::ranges::find(result_.records, ident, &ModelRecord::ident);
    EXPECT_NE(found, result_.records.end()) << ident;
    return *found;
  }
  /// How long an article takes that needs nobody: the one of ident 9, sent at 0.
  void send_undisturbed() { send(0, 1, 9, 999); }
  std::int64_t undisturbed() const { return published(9); }

  FleetRun run_;
  FleetResult result_;
  std::array<std::int64_t, 4> next_{};
};

TEST_F(Liveness, CopiesOfAFrozenOwnersArticleWaitForTheHelpAndThreeRoundTrips) {
  send_undisturbed();
  send(10'000, 0, 1, 0);
  run_.incidents.push_back({kBegin + 10'000 + kBetweenFAndV, 0, 120'000});
  for (std::uint32_t i = 0; i < 6; ++i) send(10'100 + 40 * i, 1 + static_cast<std::int32_t>(i % 2), 10 + i, i);
  play();
  EXPECT_GT(undisturbed(), 0);
  EXPECT_GE(result_.helped, 1u);
  for (std::uint64_t copy = 10; copy < 16; ++copy) {
    const std::int64_t came = 10'100 + 40 * static_cast<std::int64_t>(copy - 10);
    EXPECT_LE(published(copy) - came, kHelpAfter + 3 * kRoundTrip + undisturbed());
    EXPECT_EQ(story(copy), 1u) << copy;
  }
  EXPECT_GT(published(10) - 10'100, kHelpAfter) << "its owner is given the time";
  EXPECT_GT(published(1), 20'000) << "whoever gets its partition publishes what the log says";
  EXPECT_EQ(story(1), 1u);
  std::printf("liveness_frozen_owner_ms=%lld undisturbed_ms=%lld round_trip_ms=%lld\n",
              static_cast<long long>(published(10) - 10'100), static_cast<long long>(undisturbed()),
              static_cast<long long>(kRoundTrip));
}

// r (new) waits for t, t for q, and q stands behind r in the batch of the lane that has both.
TEST_F(Liveness, AnOlderArticleIsDecidedAtOnceWhateverStandsBeforeIt) {
  send_undisturbed();
  const std::uint64_t q = 1, t = 2, r = 3;
  send(10'000, 3, q, 0);
  run_.incidents.push_back({kBegin + 10'000 + kBetweenFAndV, 0, 1000, true});
  send(10'100, 1, t, 20);
  send(10'500, 0, r, 40);
  play();
  const std::int64_t back = 11'000 + kBetweenFAndV;
  for (const std::uint64_t each : {q, t, r})
    EXPECT_LE(published(each) - back, 3 * kRoundTrip + undisturbed()) << each << ": nobody needed help";
  EXPECT_EQ(result_.helped, 0u);
  EXPECT_EQ(story(t), q);
  EXPECT_EQ(story(r), r) << "like t, but not like q, which stands for the story";
  ASSERT_EQ(record(r).verdict.related_count, 1) << "it has waited for t";
  std::printf("liveness_ring_order_ms=%lld\n", static_cast<long long>(published(r) - back));
}

TEST_F(Liveness, AChainOfOrphansIsHelpedInOneWait) {
  send_undisturbed();
  // Each like the one before it; their owners die one after the other, and stay dead.
  send(10'000, 0, 1, 0);
  run_.incidents.push_back({kBegin + 10'000 + kBetweenFAndV, 0, 3'600'000, true});
  send(10'200, 1, 2, 20);
  run_.incidents.push_back({kBegin + 10'200 + kBetweenFAndV, 1, 3'600'000, true});
  send(10'400, 2, 3, 40);
  play();
  EXPECT_LE(published(3) - 10'400, 2 * (kHelpAfter + 3 * kRoundTrip) + undisturbed());
  std::printf("liveness_chain_ms=%lld\n", static_cast<long long>(published(3) - 10'400));
}

}  // namespace
}  // namespace newsmill::test
