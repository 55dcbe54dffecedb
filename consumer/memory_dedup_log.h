#pragma once
#include <functional>
#include <mutex>

#include "consumer/dedup_log.h"

namespace newsmill::consumer {

/// A dedup log of one process that keeps nothing but what its referee needs: what is appended is
/// applied at once, and is gone with the process. Two lanes that append at once come one after the other.
class MemoryDedupLog final : public DedupLog {
 public:
  /// `now_ms`: Unix milliseconds at which something is appended; time that goes back is not looked at.
  MemoryDedupLog(const dedup::RefereeRules& rules, std::function<std::int64_t()> now_ms);

  Outcome catch_up() override { return {}; }
  Outcome append(std::span<const Fingerprint* const> articles, std::shared_ptr<Receipt>& receipt) override;
  Outcome append(std::span<const dedup::DecidedFingerprint> verdicts, std::shared_ptr<Receipt>& receipt) override;
  std::string mark() const override { return {}; }
  Status status() const override;
  SharedReferee& referee() override { return referee_; }

 private:
  std::int64_t append_time();

  mutable std::mutex mutex_;  ///< of the order; the referee has its own
  const std::function<std::int64_t()> now_ms_;
  std::int64_t append_ms_;
  dedup::LogOffset next_ = 0;
  Status status_;
  SharedReferee referee_;
};

/// Unix milliseconds of the wall clock.
std::int64_t wall_clock_ms();

}  // namespace newsmill::consumer
