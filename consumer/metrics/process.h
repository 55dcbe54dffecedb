#pragma once
#include <cstdint>
#include <optional>

namespace newsmill::metrics {

/// What the kernel says about this process: the six conventional process_* metrics, which
/// prometheus-cpp lacks. Linux, proc(5).
struct ProcessState {
  double cpu_seconds = 0;
  double resident_bytes = 0, virtual_bytes = 0;
  double open_fds = 0, max_fds = 0;
  double start_time_seconds = 0;
};

/// Reads /proc/self; nothing when it is not mounted. About 50 µs and one pass over the open files.
std::optional<ProcessState> process_state();

}  // namespace newsmill::metrics
