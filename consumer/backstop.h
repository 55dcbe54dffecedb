#pragma once
#include <chrono>
#include <functional>
#include <stop_token>
#include <thread>

#include "consumer/log.h"
#include "consumer/signals.h"

namespace newsmill::consumer {

/// Ends the process when a drain does not: at its deadline with 75, at another signal at once with 128 +
/// its number. Watches from its own thread, whatever the drain is stuck in, until it is destroyed.
class Backstop {
 public:
  /// `end_now` does not return in a program; in a test it may.
  Backstop(const Signals& signals, std::chrono::milliseconds deadline, Logger& log, std::function<void(int)> end_now);

 private:
  std::jthread thread_;  ///< stopped and joined at the end
};

}  // namespace newsmill::consumer
