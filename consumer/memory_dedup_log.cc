#include "consumer/memory_dedup_log.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace newsmill::consumer {

MemoryDedupLog::MemoryDedupLog(const dedup::RefereeRules& rules, std::function<std::int64_t()> now_ms)
    : now_ms_(std::move(now_ms)), append_ms_(std::numeric_limits<std::int64_t>::min()), referee_(rules) {}

std::int64_t MemoryDedupLog::append_time() { return append_ms_ = std::max(append_ms_, now_ms_()); }

namespace {

// It is gone with the process, so there is no other one to take it for.
constexpr dedup::LogId kLog = 1;

std::shared_ptr<Receipt> acknowledged(dedup::LogOffset offset) {
  auto receipt = std::make_shared<Receipt>();
  receipt->acknowledge(offset);
  return receipt;
}

}  // namespace

Outcome MemoryDedupLog::append(std::span<const Fingerprint* const> articles, std::shared_ptr<Receipt>& receipt) {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = append_time();
  const std::int64_t clock = referee_.ask([](const dedup::Referee& referee) { return referee.clock_ms(); });
  for (const Fingerprint* article : articles) {
    status_.add(referee_.apply(dedup::FingerprintMessage{*article, clock, now, kLog}, next_++, now));
    ++status_.fingerprints;
  }
  receipt = acknowledged(next_ - 1);
  return {};
}

Outcome MemoryDedupLog::append(std::span<const dedup::DecidedFingerprint> verdicts, std::shared_ptr<Receipt>& receipt) {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = append_time();
  status_.add(referee_.apply(dedup::VerdictsMessage{{verdicts.begin(), verdicts.end()}, now, kLog}, next_++, now));
  ++status_.verdicts;
  receipt = acknowledged(next_ - 1);
  return {};
}

DedupLog::Status MemoryDedupLog::status() const {
  const std::lock_guard lock(mutex_);
  Status status = status_;
  status.caught_up = true;
  status.id = kLog;
  status.applied = next_ - 1;
  status.end = next_;
  return status;
}

std::int64_t wall_clock_ms() {
  return std::chrono::system_clock::now().time_since_epoch() / std::chrono::milliseconds(1);
}

}  // namespace newsmill::consumer
