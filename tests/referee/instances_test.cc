// Three instances that write one log, each at its own place in it, have one state at one offset.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>

#include "tests/referee/model_stream.h"
#include "tests/support/referee_log.h"

namespace newsmill::test {
namespace {

using dedup::FingerprintMessage;
using dedup::LogOffset;
using dedup::Referee;
using dedup::VerdictsMessage;

constexpr std::int64_t kWindow = 3'600'000;

struct Instance {
  explicit Instance(const dedup::RefereeRules& rules) : referee(std::make_unique<Referee>(rules)) {}
  std::unique_ptr<Referee> referee;
  std::size_t applied = 0;  ///< entries
  std::vector<LogOffset> own;
};

TEST(Instances, HaveEqualStatesAtEqualOffsets) {
  std::size_t compared = 0, joins = 0, lost = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    std::mt19937_64 random(seed);
    const auto below = [&](std::uint64_t bound) { return random() % bound; };
    RefereeLog log({.window_ms = kWindow, .articles = 300});
    ModelStream stream(seed, 3, kWindow);
    std::vector<Instance> instances;
    for (int i = 0; i < 3; ++i) instances.emplace_back(log.rules);
    std::map<std::size_t, std::string> states;  // by entries that were applied
    for (int turn = 0; turn < 3000; ++turn) {
      Instance& instance = instances[below(3)];
      const std::size_t until = std::min(log.entries.size(), instance.applied + below(30));
      while (instance.applied < until) {
        RefereeLog::apply(*instance.referee, log.entries[instance.applied++]);
        if (instance.applied % 64 != 0) continue;
        const auto [found, first] = states.emplace(instance.applied, instance.referee->state());
        compared += !first;
        ASSERT_TRUE(found->second == instance.referee->state()) << "seed " << seed << ", entry " << instance.applied;
      }
      if (below(3) > 0) {
        const ModelArticle article = stream.next();
        log.now_ms = std::max(log.now_ms, article.comes_ms);
        log.append(FingerprintMessage{article.print, instance.referee->clock_ms(), log.now_ms, 5});
        instance.own.push_back(log.next - 1);
        if (below(20) == 0) log.append(std::get<FingerprintMessage>(log.entries.back().message));  // again
        continue;
      }
      // Its own ones, as far as it has read; at times somebody else's; at times one is forgotten.
      std::vector<LogOffset> asked = below(8) == 0 ? instances[below(3)].own : instance.own;
      if (asked.size() > 4) asked.resize(4);
      if (below(10) > 0)
        std::erase_if(instance.own, [&](LogOffset each) { return std::ranges::count(asked, each) > 0; });
      Referee::Decision decision = instance.referee->decide(asked);
      for (int help = 0; !decision.needs.empty() && help < 8; ++help) {
        const LogOffset needed = decision.needs.front();
        decision = instance.referee->decide(std::span(&needed, 1));
      }
      if (decision.verdicts.empty()) continue;
      for (auto& row : decision.verdicts) {
        joins += row.verdict.canonical.has_value();
        if (row.verdict.canonical && below(4) == 0) row.verdict.similarity = 0.5f;  // of another build
      }
      VerdictsMessage message{std::move(decision.verdicts), log.now_ms, below(30) == 0 ? 6u : 5u};
      lost += log.append(std::move(message)) == Referee::Applied::lost;
    }
    for (Instance& instance : instances) {
      while (instance.applied < log.entries.size())
        RefereeLog::apply(*instance.referee, log.entries[instance.applied++]);
      ASSERT_TRUE(instance.referee->state() == log.referee.state()) << "seed " << seed;
    }
  }
  EXPECT_GT(compared, 500u);
  EXPECT_GT(joins, 500u);
  EXPECT_GT(lost, 5u);
}

}  // namespace
}  // namespace newsmill::test
