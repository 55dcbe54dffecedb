#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "consumer/verdicts.h"
#include "tests/referee/fleet_model.h"
#include "tests/referee/model_kafka.h"
#include "tests/referee/model_log.h"

namespace newsmill::test {

/// One process of a model fleet, with one lane: what the lane does between poll and commit, one step at a
/// time, on the real Verdicts. A killed one is destroyed.
class ModelInstance {
 public:
  /// Between two of these it may be killed.
  enum class Step : std::uint8_t { join, poll, decide, begin, send_offsets, confirm, commit, committing, settle };

  /// The records of a transaction.
  struct Produced {
    std::size_t build;
    std::vector<ModelRecord> records;
    std::vector<bool> gone;  ///< whose F had left the window before the commit
  };
  struct Around {
    ModelKafka& kafka;
    std::function<std::int64_t()> now_ms;
    /// Reaches Kafka later, or never.
    std::function<void(std::uint64_t transaction, std::shared_ptr<const Produced> produced)> send_commit;
    std::function<void()> join;                                  ///< the group, which rebalances
  };

  ModelInstance(std::size_t number, std::size_t build, std::unique_ptr<ModelTail> tail, bool member, Around around);

  /// Does the next step; how long until the one after it, or nothing when it waits for input.
  std::optional<std::int64_t> step();
  /// The group has taken it for dead; it joins again when it notices.
  void thrown_out() { member_ = false; }
  /// What became of the commit that was sent.
  void committed(bool done);
  /// The log has come on: a step that waits may go on.
  bool waits() const { return waits_; }

  Step at() const { return step_; }
  std::size_t articles() const { return batch_ ? batch_->items().size() : 0; }
  std::size_t build() const { return build_; }
  ModelTail& tail() { return *tail_; }
  const consumer::Verdicts::Counts& counts() const { return verdicts_.counts(); }
  std::uint64_t aborts() const { return aborts_; }
  /// Where the transaction that is under way begins and ends.
  const ModelKafka::Next& begins() const { return begins_; }
  const ModelKafka::Next& next() const { return next_; }

 private:
  std::optional<std::int64_t> poll();
  std::optional<std::int64_t> start_over();
  std::optional<std::int64_t> waiting(const consumer::Outcome& outcome);

  const std::size_t number_, build_;
  const Around around_;
  std::unique_ptr<ModelTail> tail_;
  consumer::Plan plan_;
  consumer::Verdicts verdicts_;
  Step step_ = Step::join;
  bool member_, waits_ = false, commit_done_ = false;
  std::uint64_t generation_ = 0, transaction_ = 0, aborts_ = 0;
  std::vector<std::int32_t> partitions_;
  ModelKafka::Next positions_, begins_, next_;
  std::unique_ptr<Batch> batch_;
  std::vector<Batch::Item*> items_;
  std::vector<ModelArticle> articles_;  // of batch_
  std::shared_ptr<Produced> produced_;
};

}  // namespace newsmill::test
