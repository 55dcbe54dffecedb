#pragma once
#include <algorithm>
#include <chrono>

namespace newsmill::consumer {

/// Watches one lane by its progress: dead when it makes none for `limit` while a broker answers. While
/// no broker answers a lane may wait for ever, and time in which the watcher itself stood still (a
/// frozen process, a suspended machine) does not count.
class Vigil {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::minutes kLimit{2};  ///< far above what a batch may cost, 64 × 250 ms
  static constexpr std::chrono::seconds kLongestStep{1};

  explicit Vigil(Clock::time_point now, Clock::duration limit = kLimit) : limit_(limit), looked_(now) {}

  /// To be asked several times a second. `progress`: when the lane last got on.
  bool dead(Clock::time_point now, Clock::time_point progress, bool broker_answers) {
    if (progress != progress_ || !broker_answers) silent_ = {};
    else silent_ += std::min<Clock::duration>(now - looked_, kLongestStep);
    progress_ = progress;
    looked_ = now;
    return silent_ >= limit_;
  }

 private:
  Clock::duration limit_;
  Clock::time_point looked_, progress_{};
  Clock::duration silent_{};
};

}  // namespace newsmill::consumer
