#pragma once
#include <csignal>

#include <chrono>
#include <optional>

namespace newsmill::consumer {

/// SIGTERM, SIGINT and SIGHUP as events instead of interruptions. Made first thing in main, before any
/// thread, so that every thread inherits the mask and none of the three ends the process while it starts;
/// they stay pending until somebody asks. Signals of one number that come together count once.
class Signals {
 public:
  Signals();
  /// Puts the mask of the calling thread back.
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// The next signal; nothing when none comes within `limit`. Any thread.
  std::optional<int> wait(std::chrono::milliseconds limit) const;

 private:
  sigset_t ours_, before_;
};

}  // namespace newsmill::consumer
