#include "consumer/metrics/process.h"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

namespace newsmill::metrics {
namespace {

/// Unix time of the start of the machine. Not from /proc/stat, which a hardened unit hides
/// (ProcSubset=pid). Asked once, so that a step of the clock does not move the start of the process.
double boot_time() {
  static const double boot = [] {
    timespec now{}, up{};
    clock_gettime(CLOCK_REALTIME, &now);
    clock_gettime(CLOCK_BOOTTIME, &up);
    return static_cast<double>(now.tv_sec - up.tv_sec) + static_cast<double>(now.tv_nsec - up.tv_nsec) / 1e9;
  }();
  return boot;
}

double max_fds() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return std::numeric_limits<double>::infinity();
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

std::optional<ProcessState> process_state() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  // The second field is the program's name in parentheses and may hold anything, so count from its end.
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream rest(line.substr(name_end + 1));
  std::string skip;
  for (int field = 3; field < 14; ++field) rest >> skip;
  double utime = 0, stime = 0, start = 0, virtual_bytes = 0, resident_pages = 0;
  rest >> utime >> stime;                                      // fields 14, 15
  for (int field = 16; field < 22; ++field) rest >> skip;
  rest >> start >> virtual_bytes >> resident_pages;            // fields 22, 23, 24
  if (!rest) return std::nullopt;

  const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  std::error_code error;
  double fds = 0;
  for (auto entry = std::filesystem::directory_iterator("/proc/self/fd", error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    fds += 1;
  return ProcessState{
      .cpu_seconds = (utime + stime) / ticks,
      .resident_bytes = resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE)),
      .virtual_bytes = virtual_bytes,
      .open_fds = fds > 0 ? fds - 1 : 0,  // the one that reads the directory is ours
      .max_fds = max_fds(),
      .start_time_seconds = boot_time() + start / ticks,
  };
}

}  // namespace newsmill::metrics
