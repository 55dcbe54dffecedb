#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>

#include "config/settings.h"
#include "processors/core/message.h"

namespace newsmill::consumer {

/// What a lane needs of the settings, and the clocks and waits that tests replace.
struct Plan {
  using Clock = std::chrono::steady_clock;
  using Milliseconds = std::chrono::milliseconds;

  std::map<std::string, InputDefaults, std::less<>> inputs;  ///< by topic
  std::string enriched, deadletter;
  std::string instance;  ///< named to the operator when somebody else uses it
  std::size_t buffer_bytes = 128u << 20;
  Milliseconds transaction_interval{100};
  std::size_t transaction_records = 2000;

  /// While something is in the workers: how long a poll may keep the lane from what they finish.
  Milliseconds tick{2};
  /// While nothing is: how soon a drain is noticed.
  Milliseconds idle_wait{100};
  /// A batch that is not full is handed to busy workers after this long, to idle ones at once.
  Milliseconds linger{5};
  /// Between two calls of an operation that goes on in the background.
  Milliseconds retry_pause{10};
  /// How long the owner of an article may take for its verdict before another lane gives it.
  Milliseconds help_after{2000};
  /// Of dedup: an article that came in longer ago is told of as late.
  Milliseconds window{std::chrono::hours(72)};
  /// Before a lane is started anew; doubles up to the other one until something is committed.
  Milliseconds restart_pause{100}, restart_pause_max{10'000};

  std::function<Clock::time_point()> now = Clock::now;
  std::function<std::chrono::system_clock::time_point()> wall = std::chrono::system_clock::now;

  static Plan of(const config::Settings& settings);
};

}  // namespace newsmill::consumer
