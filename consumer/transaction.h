#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "consumer/meter.h"
#include "consumer/plan.h"
#include "consumer/ports.h"
#include "consumer/ring.h"
#include "processors/core/batch.h"

namespace newsmill::consumer {

/// The oldest decided batches of a lane, whole, on their way into one Kafka transaction: their records
/// and dead letters, and the offsets behind them. The batches stay where they are. One thread.
class Transaction {
 public:
  using Decided = std::deque<std::unique_ptr<Ring::Held>>;

  /// Takes the first `batches` of `decided`.
  Transaction(const Decided& decided, std::size_t batches, const Plan& plan);

  std::span<Batch::Item* const> items() const { return items_; }
  std::size_t batches() const { return batches_.size(); }

  /// Of every partition that has a message here the offset after its last one.
  std::vector<Position> next() const;

  /// Makes a dead letter of every record of a batch that is larger than its topic takes, with the story
  /// that it may get: before anything is said about it to others.
  static void refuse_oversized(Batch& batch, const Output& output, const Plan& plan);
  /// Hands one result over: a record, or a dead letter when the item has an error. After `retry` call again.
  Outcome produce(const Batch::Item& item, Output& output);
  /// The producer has begun it.
  void begun() { began_ = plan_.now(); }
  /// All of it is handed over.
  void produced() { produced_ = plan_.now(); }

  /// What it made visible; call after the commit.
  Results results() const;

 private:
  Outcome produce_dead_letter(const Batch::Item& item, Output& output);

  const Plan& plan_;
  Plan::Clock::time_point began_, produced_;
  std::vector<const Ring::Held*> batches_;
  std::vector<Batch::Item*> items_;
  std::vector<Header> headers_;  // kept for its memory
  std::uint64_t record_bytes_ = 0, dead_letter_bytes_ = 0;
};

}  // namespace newsmill::consumer
