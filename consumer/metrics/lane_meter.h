#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "consumer/meter.h"
#include "consumer/metrics/known_series.h"
#include "consumer/metrics/pending.h"
#include "consumer/metrics/registry.h"
#include "consumer/metrics/series.h"

namespace newsmill::metrics {

/// The Meter of one lane: adds up in plain numbers and publishes all of them at once in in_flight(),
/// which a lane calls at the end of a turn, when its numbers agree. Called from the lane's thread
/// only. Allocates for a topic's first
/// match of a turn and else for nothing, and never waits: when a scrape holds the lock, the numbers stay
/// pending until the next turn.
class LaneMeter final : public consumer::Meter {
 public:
  LaneMeter(Series& series, KnownSeries& known, const Registry::Now& now);
  ~LaneMeter() override;
  LaneMeter(const LaneMeter&) = delete;
  LaneMeter& operator=(const LaneMeter&) = delete;

  void consumed(std::string_view topic, std::uint64_t records, std::uint64_t bytes) override;
  void processed(std::span<const StageCount> stages, double busy_seconds) override;
  void rewound(std::uint64_t records) override;
  void committed(const consumer::Results& results) override;
  void aborted(consumer::AbortReason reason, double transaction_seconds) override;
  void stories(const consumer::StoryTotals& totals) override;
  void in_flight(std::uint64_t records, std::uint64_t bytes, std::uint64_t capacity) override;
  void paused(bool paused) override;
  void rebalanced(consumer::Rebalance kind, std::span<const consumer::Partition> partitions) override;
  void lag(const consumer::Partition& partition, std::uint64_t records, double seconds) override;
  void lag_gone(const consumer::Partition& partition) override;
  void restarted(consumer::AbortReason reason) override;
  void beat() override;

 private:
  struct Topic {
    PendingCounter records, bytes;
    PendingGauge assigned;
  };
  struct Stage {
    PendingCounter kept, failed;
    PendingHistogram seconds;
  };
  struct Lag {
    prometheus::Gauge &records, &seconds;
  };
  Topic& topic(std::string_view name);
  Stage& stage(std::string_view name);
  std::vector<PendingCounter>& dead_letters(std::string_view stage);
  PendingCounter& language(std::string_view tag);
  PendingCounter counter(FamilyId id) { return PendingCounter(series_.counter(id)); }
  std::vector<PendingCounter> counters(FamilyId id);
  double since_epoch() const;
  void count_pause();
  void publish();

  Series& series_;
  KnownSeries& known_;
  const Registry::Now& now_;
  std::map<std::string, Topic, std::less<>> topics_;
  std::map<std::string, Stage, std::less<>> stages_;
  std::map<std::string, std::vector<PendingCounter>, std::less<>> dead_letters_;  ///< by stage, then Code
  std::map<std::string, PendingCounter, std::less<>> languages_;
  /// By id, not by series: a reload may take the series away before they are published.
  std::map<std::string, double, std::less<>> topic_matches_;
  std::vector<PendingCounter> entities_;  ///< by type; of each the unlinked, then the linked
  std::map<consumer::Partition, Lag> lags_;
  PendingHistogram batch_articles_, end_to_end_, in_process_, transaction_;
  PendingCounter busy_, delivered_, delivered_bytes_, dead_letter_bytes_, rewound_, paused_seconds_, undated_, topicless_;
  PendingCounter waited_, helped_, lost_, late_;
  consumer::StoryTotals stories_;  ///< as told last
  std::vector<PendingCounter> transactions_, completeness_, relations_, rebalances_, restarts_;
  PendingGauge in_flight_, ring_bytes_, ring_capacity_, paused_;
  PendingTime last_input_, last_output_, last_progress_;
  bool is_paused_ = false;
  std::chrono::steady_clock::time_point paused_since_, published_;
};

}  // namespace newsmill::metrics
