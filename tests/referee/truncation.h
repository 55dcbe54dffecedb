#pragma once
#include <cstdint>
#include <string>

#include "tests/support/referee_log.h"

namespace newsmill::test {

/// Cuts a log at `cuts` places, half of them between an F and its V, and holds a referee that begins
/// there from what retention leaves (the last append − R − 1 h; every second time between an F and its V)
/// against one that has read everything: their states as bytes, and what they decide, each alone, of
/// everything that comes in within the next 0.6 W.
struct Truncation {
  std::uint64_t cuts = 0;
  std::uint64_t truncated = 0;         ///< that do not read the log from its start
  std::uint64_t within_a_batch = 0;    ///< that end with an F whose V is still to come
  std::uint64_t later_verdicts = 0, later_joins = 0;
  std::uint64_t states_differ = 0, verdicts_differ = 0;  ///< cuts; verdicts
};
Truncation truncate(const RefereeLog& log, std::uint64_t cuts);

}  // namespace newsmill::test
