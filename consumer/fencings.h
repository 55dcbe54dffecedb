#pragma once
#include <chrono>
#include <cstddef>
#include <deque>

namespace newsmill::consumer {

/// Tells two processes of one name from a process that fenced itself. Kafka says "fenced by a newer
/// instance" for both: a transaction that expired (a frozen process, a broker away) looks the same as
/// a second owner of the transactional id. So only fencings without a reason of our own count.
class Fencings {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::size_t kLimit = 3;
  static constexpr std::chrono::minutes kWithin{5};

  /// True when this is one too many: somebody else uses our name.
  bool add(Clock::time_point now, bool own_reason) {
    if (own_reason) return false;
    while (!times_.empty() && now - times_.front() > kWithin) times_.pop_front();
    times_.push_back(now);
    return times_.size() >= kLimit;
  }

 private:
  std::deque<Clock::time_point> times_;
};

}  // namespace newsmill::consumer
