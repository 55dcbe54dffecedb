#pragma once
#include <cstdint>
#include <deque>
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
/// time, on the real Verdicts, with batches that follow while a transaction is on its way. A killed one is
/// destroyed.
class ModelInstance {
 public:
  /// Between two of these it may be killed.
  enum class Step : std::uint8_t { join, turn, begin, send_offsets, confirm, commit, committing, settle };

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
    std::function<void()> join;  ///< the group, which rebalances
    std::int64_t look_again_ms;  ///< while it waits
  };

  ModelInstance(std::size_t number, std::size_t build, const ModelBuild& its, std::unique_ptr<ModelTail> tail,
                bool member, Around around);

  /// Does the next step; how long until the one after it, or nothing when it waits for input.
  std::optional<std::int64_t> step();
  /// The group has taken it for dead; it joins again when it notices.
  void thrown_out() { member_ = false; }
  /// What became of the commit that was sent.
  void committed(bool done);
  /// For the log: when that has come on there may be something to do.
  bool waits() const { return waits_; }
  bool busy() const { return !batches_.empty() || step_ != Step::turn; }
  std::size_t articles() const;  ///< in flight

  std::size_t build() const { return build_; }
  ModelTail& tail() { return *tail_; }
  consumer::Verdicts::Counts counts() const { return verdicts_.counts(); }
  std::uint64_t aborts() const { return aborts_; }
  /// Where that which is in flight begins and ends.
  const ModelKafka::Next& begins() const { return committed_; }
  const ModelKafka::Next& ends() const { return batches_.empty() ? committed_ : batches_.back().next; }

 private:
  /// In flight.
  struct Taken {
    std::unique_ptr<Batch> batch = std::make_unique<Batch>();
    std::vector<ModelArticle> articles;
    ModelKafka::Next next;  ///< behind it
  };
  std::optional<std::int64_t> turn();
  bool assigned();
  bool read();
  void produce();
  std::optional<std::int64_t> start_over();

  const std::size_t number_, build_;
  const Around around_;
  std::unique_ptr<ModelTail> tail_;
  consumer::Plan plan_;
  consumer::Verdicts verdicts_;
  Step step_ = Step::join;
  bool member_, waits_ = false, commit_done_ = false;
  std::uint64_t generation_ = 0, transaction_ = 0, aborts_ = 0;
  std::int64_t began_ms_ = 0;
  std::vector<std::int32_t> partitions_;
  ModelKafka::Next committed_;
  std::deque<Taken> batches_;
  std::size_t in_transaction_ = 0;  ///< of batches_
  std::vector<Batch::Item*> items_;
  std::shared_ptr<Produced> produced_;
};

}  // namespace newsmill::test
