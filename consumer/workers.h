#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "consumer/suspects.h"
#include "processors/core/batch.h"
#include "processors/core/pipeline.h"

namespace newsmill::consumer {

/// Stage of the dead letters of articles that are set aside before the chain.
inline constexpr std::string_view kSetAside = "set_aside";

/// A batch on its way through the pool. The owner keeps it alive until done() was called.
class Work {
 public:
  virtual ~Work() = default;
  virtual Batch& batch() = 0;
  /// False when nobody wants the result any more: it is then done without having been run.
  virtual bool wanted() const = 0;
  /// On the worker's thread; `busy` is what the batch cost.
  virtual void done(std::chrono::nanoseconds busy) = 0;
};

/// Where batches are handed in to be worked on.
class Pool {
 public:
  virtual ~Pool() = default;
  /// Any thread. `work` is done once, later or before this returns, in any order with others.
  virtual void submit(Work& work) = 0;
};

/// The threads that run the pure chain, each with its own Pipeline; batches are taken in the order in
/// which they were submitted. All methods from any thread.
class Workers final : public Pool {
 public:
  /// One worker's chain, and what must outlive it.
  struct Chain {
    std::shared_ptr<const void> keeps;
    Pipeline pipeline;
  };
  /// Called on a worker's thread, by several at once. Must not throw: what can fail is tried before.
  using MakeChain = std::function<Chain()>;

  /// `suspects` has at least `threads` slots and outlives the pool.
  Workers(std::size_t threads, MakeChain make, Suspects& suspects);
  /// Ends after the batches that are being worked on; what nobody has begun is done without a run.
  ~Workers() override;
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  void submit(Work& work) override;
  /// Every worker takes a new chain before its next batch.
  void use(MakeChain make);
  std::size_t threads() const { return threads_.size(); }

 private:
  class Watcher;
  void run(std::size_t number);

  Suspects& suspects_;
  std::shared_mutex alone_;  ///< held whole while a suspected article is worked on
  std::mutex mutex_;
  std::condition_variable submitted_;
  std::deque<Work*> queue_;
  MakeChain make_;
  std::uint64_t version_ = 1;  ///< of make_
  bool ends_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace newsmill::consumer
