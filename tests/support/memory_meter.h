#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "consumer/meter.h"

namespace newsmill::test {

/// Sums of what a lane told, readable from any thread.
class MemoryMeter final : public consumer::Meter {
 public:
  void consumed(std::string_view, std::uint64_t count, std::uint64_t bytes) override {
    consumed_records += count;
    consumed_bytes += bytes;
  }
  void processed(std::span<const StageCount> stages, double) override {
    for (const StageCount& stage : stages) processed_articles += stage.articles;
  }
  void rewound(std::uint64_t count) override { rewound_records += count; }
  void committed(const consumer::Results& results) override {
    records += results.records;
    dead_letters += results.dead_letters;
    ++commits;
    const std::lock_guard lock(mutex_);
    last_ = results;
    for (const auto& row : results.dead_letters_by)
      by_code_[std::string(row.stage) + "/" + std::string(code_name(row.code))] += row.count;
  }
  void aborted(consumer::AbortReason, double) override { ++aborts; }
  void stories(const consumer::StoryTotals& totals) override {
    const std::lock_guard lock(mutex_);
    stories_ = totals;
  }
  void in_flight(std::uint64_t count, std::uint64_t bytes, std::uint64_t bound) override {
    in_flight_records = count;
    if (bytes > most_bytes) most_bytes = bytes;
    capacity = bound;
  }
  void paused(bool on) override { is_paused = on; }
  void rebalanced(consumer::Rebalance, std::span<const consumer::Partition>) override { ++rebalances; }
  void lag(const consumer::Partition& partition, std::uint64_t count, double) override {
    const std::lock_guard lock(mutex_);
    lags_[partition] = count;
  }
  void lag_gone(const consumer::Partition& partition) override {
    const std::lock_guard lock(mutex_);
    lags_.erase(partition);
  }
  void restarted(consumer::AbortReason) override { ++restarts; }
  void beat() override {}

  std::map<consumer::Partition, std::uint64_t> lags() const {
    const std::lock_guard lock(mutex_);
    return lags_;
  }
  std::map<std::string, std::uint64_t> dead_letters_by() const {
    const std::lock_guard lock(mutex_);
    return by_code_;
  }
  consumer::StoryTotals last_stories() const {
    const std::lock_guard lock(mutex_);
    return stories_;
  }
  consumer::Results last_results() const {
    const std::lock_guard lock(mutex_);
    return last_;
  }
  /// in = records + dead letters + what is delivered again + in flight
  bool conserved() const {
    return consumed_records == records + dead_letters + rewound_records + in_flight_records;
  }

  std::atomic<std::uint64_t> consumed_records{0}, consumed_bytes{0}, processed_articles{0}, rewound_records{0},
      records{0}, dead_letters{0}, commits{0}, aborts{0}, in_flight_records{0}, most_bytes{0}, capacity{0},
      rebalances{0}, restarts{0};
  std::atomic<bool> is_paused{false};

 private:
  mutable std::mutex mutex_;
  consumer::Results last_;
  consumer::StoryTotals stories_;
  std::map<std::string, std::uint64_t> by_code_;
  std::map<consumer::Partition, std::uint64_t> lags_;
};

}  // namespace newsmill::test
