#include "consumer/memory_dedup_log.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace newsmill::consumer {

MemoryDedupLog::MemoryDedupLog(const dedup::RefereeRules& rules, std::function<std::int64_t()> now_ms)
    : now_ms_(std::move(now_ms)), append_ms_(std::numeric_limits<std::int64_t>::min()), referee_(rules) {}

std::int64_t MemoryDedupLog::append_time() { return append_ms_ = std::max(append_ms_, now_ms_()); }

Outcome MemoryDedupLog::append(std::span<const Fingerprint* const> articles, dedup::LogOffset& last) {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = append_time();
  const std::int64_t clock = referee_.ask([](const dedup::Referee& referee) { return referee.clock_ms(); });
  for (const Fingerprint* article : articles) {
    referee_.apply(dedup::FingerprintMessage{*article, clock, now}, next_, now);
    last = next_++;
  }
  return {};
}

Outcome MemoryDedupLog::append(std::span<const dedup::DecidedFingerprint> verdicts, dedup::LogOffset& last) {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = append_time();
  referee_.apply(dedup::VerdictsMessage{{verdicts.begin(), verdicts.end()}, now}, next_, now);
  last = next_++;
  return {};
}

std::int64_t wall_clock_ms() {
  return std::chrono::system_clock::now().time_since_epoch() / std::chrono::milliseconds(1);
}

}  // namespace newsmill::consumer
