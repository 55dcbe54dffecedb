#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/memory_broker.h"

namespace newsmill::test {

/// One short run of several lanes on a MemoryBroker, in which everything that can happen between two
/// calls happens at random: outcomes of every kind, members thrown out, rebalances, transactions that
/// expire, late requests, workers that finish in any order, clocks that jump. One thread runs at a
/// time and every choice comes from `seed`, so a run can be repeated exactly.
struct ModelRun {
  std::uint64_t seed = 0;
  int lanes = 2, partitions = 3, messages = 60;
  double fault_rate = 0.04;  ///< of a call
  MemoryBroker::Mutant mutant{};
};

struct ModelResult {
  /// What broke the promise: every message exactly once in the read_committed view, in order within its
  /// partition, committed to the end, and counted; in the story that the log says, which its first member
  /// has opened. Empty = it was kept.
  std::vector<std::string> broken;
  std::uint64_t aborted_records = 0, aborts = 0, restarts = 0, rewound = 0, steps = 0;
  std::uint64_t joined = 0;  ///< records in the story of another article
};

ModelResult run_model(const ModelRun& run);

}  // namespace newsmill::test
