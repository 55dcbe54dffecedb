#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "tests/support/memory_model.h"

namespace newsmill::consumer {
namespace {

using test::ModelResult;
using test::ModelRun;
using test::run_model;

// Sanitizers make a run about ten times as slow; the schedules are the same ones, so fewer do.
#ifdef NEWSMILL_SANITIZED
constexpr std::uint64_t kRuns = 150;
#else
constexpr std::uint64_t kRuns = 2000;
#endif

std::string summary(const ModelResult& result) {
  std::string text;
  for (std::size_t i = 0; i < result.broken.size() && i < 5; ++i) text += "\n  " + result.broken[i];
  return text;
}

/// The first seed, or the one that NEWSMILL_SEED names, to look at a single run.
std::uint64_t first_seed() {
  const char* seed = std::getenv("NEWSMILL_SEED");
  return seed ? std::strtoull(seed, nullptr, 10) : 1;
}
std::uint64_t runs() { return std::getenv("NEWSMILL_SEED") ? 1 : kRuns; }

TEST(LaneModel, WritesEveryMessageExactlyOnceWhateverHappensBetweenTwoCalls) {
  ModelResult sum;
  for (std::uint64_t seed = first_seed(); seed < first_seed() + runs(); ++seed) {
    ModelRun run;
    run.seed = seed;
    run.lanes = 1 + static_cast<int>(seed % 3);
    const ModelResult result = run_model(run);
    ASSERT_TRUE(result.broken.empty()) << "NEWSMILL_SEED=" << seed << summary(result);
    sum.aborted_records += result.aborted_records;
    sum.aborts += result.aborts;
    sum.restarts += result.restarts;
    sum.rewound += result.rewound;
    sum.steps += result.steps;
    sum.joined += result.joined;
  }
  // Without these the runs would have proved nothing.
  EXPECT_GT(sum.aborted_records, runs());
  EXPECT_GT(sum.aborts, runs());
  EXPECT_GT(sum.restarts, runs() / 2);
  EXPECT_GT(sum.joined, 20 * runs());
  std::printf("runs %llu, steps %llu, aborts %llu, restarts %llu, records aborted %llu, rewound %llu\n",
              static_cast<unsigned long long>(runs()), static_cast<unsigned long long>(sum.steps),
              static_cast<unsigned long long>(sum.aborts), static_cast<unsigned long long>(sum.restarts),
              static_cast<unsigned long long>(sum.aborted_records), static_cast<unsigned long long>(sum.rewound));
}

/// Number of runs until the defect shows; 0 = it never did.
std::uint64_t runs_until_caught(const test::MemoryBroker::Mutant& mutant, std::string& how) {
  constexpr std::uint64_t kMost = 600;
  for (std::uint64_t seed = 1; seed <= kMost; ++seed) {
    ModelRun run;
    run.seed = seed;
    run.mutant = mutant;
    const ModelResult result = run_model(run);
    if (result.broken.empty()) continue;
    how = summary(result);
    return seed;
  }
  return 0;
}

TEST(LaneModel, CatchesAnInputThatDoesNotRewindAfterAnAbort) {
  test::MemoryBroker::Mutant mutant;
  mutant.no_rewind = true;
  std::string how;
  EXPECT_NE(runs_until_caught(mutant, how), 0u);
  EXPECT_NE(how.find("lost"), std::string::npos) << how;
}

TEST(LaneModel, CatchesOffsetsThatAreTakenFromAnOlderGeneration) {
  test::MemoryBroker::Mutant mutant;
  mutant.no_generation_check = true;
  std::string how;
  EXPECT_NE(runs_until_caught(mutant, how), 0u);
}

TEST(LaneModel, CatchesAProducerThatIsUsedAgainAfterAHiccup) {
  test::MemoryBroker::Mutant mutant;
  mutant.no_recycle = true;
  std::string how;
  EXPECT_NE(runs_until_caught(mutant, how), 0u);
}

}  // namespace
}  // namespace newsmill::consumer
