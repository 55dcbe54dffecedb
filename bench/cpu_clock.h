#pragma once
#include <cstdint>
#include <ctime>

#include "processors/core/pipeline.h"

namespace newsmill::bench {

/// CPU time so far, of the calling thread or of the whole process.
inline double cpu_seconds(clockid_t clock = CLOCK_THREAD_CPUTIME_ID) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Lends a pipeline the CPU clock of its thread.
class StageClock final : public Observer {
 public:
  std::uint64_t now_ns() override { return static_cast<std::uint64_t>(cpu_seconds() * 1e9); }
  void starts(const Delivery&) override {}
  void ends() override {}
};

}  // namespace newsmill::bench
