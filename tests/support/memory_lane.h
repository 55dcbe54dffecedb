#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "consumer/lane.h"
#include "tests/support/memory_broker.h"
#include "tests/support/memory_chain.h"
#include "tests/support/memory_meter.h"

namespace newsmill::test {

/// One lane on its thread, with workers and all it is lent, on a MemoryBroker with the topics "raw",
/// "enriched" and "deadletter". Ends what still runs in its destructor.
class MemoryLane {
 public:
  static consumer::Plan fast_plan();

  explicit MemoryLane(MemoryBroker& broker, FunctionStep::Function step = {}, std::size_t workers = 2,
                      const std::string& suspects_file = {});
  ~MemoryLane();

  /// To be changed before start().
  consumer::Plan plan = fast_plan();
  std::optional<consumer::Failpoints> failpoints;
  std::function<void(const Batch::Item&)> on_committed;
  int number = 0;
  consumer::DedupLog* dedup = nullptr;
  consumer::Pool* pool = nullptr;  ///< in place of the workers

  void start();
  void drain() { lane_->drain(); }
  /// The lane's exit code, once it has ended.
  std::optional<int> wait_for_end(std::chrono::milliseconds limit = std::chrono::minutes(1));
  consumer::Lane& lane() { return *lane_; }
  std::string log() const;
  /// Lines of the log with this kind.
  int logged(const std::string& kind) const;

  MemoryMeter meter;
  consumer::Suspects suspects;
  consumer::Health health;

 private:
  void write(std::string_view line);

  MemoryBroker& broker_;
  mutable std::mutex mutex_;
  std::string log_lines_;
  consumer::Logger logger_;
  consumer::Failpoints unarmed_;
  consumer::Workers workers_;
  std::unique_ptr<consumer::Lane> lane_;
  std::thread thread_;
  std::atomic<bool> ended_{false};
  std::atomic<int> code_{-1};
};

/// A broker with the three topics.
void create_topics(MemoryBroker& broker, int partitions = 2, std::size_t limit = 1 << 20);

/// True as soon as `condition` is; false when it is not within a generous limit.
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit = std::chrono::minutes(1));

}  // namespace newsmill::test
