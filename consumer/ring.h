#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include "consumer/workers.h"
#include "processors/core/batch.h"

namespace newsmill::consumer {

/// Batches on their way through the workers, out again in the order in which they came in, and never
/// more bytes of them than `capacity`: what a batch holds now (raw, arena, encoded), or, until it is
/// worked on, what it is expected to grow to. Bytes of a batch count from push() until its Taken ends.
/// Knows no Kafka: `process` reads files through it.
///
/// One owner thread calls everything here; the workers only finish what is in it.
class Ring {
 public:
  using Clock = std::chrono::steady_clock;

  /// A batch and its share of the ring's bytes, given back at its end, which the ring must live to see.
  class Held final : public Work {
   public:
    Held(Ring& ring, std::unique_ptr<Batch> batch, Clock::time_point since);
    ~Held() override;
    Batch& batch() override { return *batch_; }
    const Batch& batch() const { return *batch_; }
    Clock::time_point since() const { return since_; }       ///< as given to push()
    std::chrono::nanoseconds busy() const { return busy_; }  ///< of a worker

   private:
    friend class Ring;
    bool wanted() const override;
    void done(std::chrono::nanoseconds busy) override;

    Ring& ring_;
    std::unique_ptr<Batch> batch_;
    Clock::time_point since_;
    std::size_t bytes_;
    std::chrono::nanoseconds busy_{0};
    bool done_ = false;  // guarded by the ring's mutex
  };

  /// `pool` outlives the ring; capacity in bytes.
  Ring(std::size_t capacity, Pool& pool);
  /// Waits until no worker is in a batch of this ring; batches that nobody has begun are not run.
  ~Ring();
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  /// Room for `batch`. An empty ring takes anything, or an article larger than it would wait for ever.
  bool fits(const Batch& batch) const;
  /// Submits `batch` to the workers. `since`: when its first message was read.
  void push(std::unique_ptr<Batch> batch, Clock::time_point since);
  /// The oldest batch when it is finished; null otherwise.
  std::unique_ptr<Held> pop();
  /// Until pop() would give something, the ring is empty, or `limit` is over.
  void wait(std::chrono::milliseconds limit);

  /// Batches with a lower generation are not worth running any more; they still come out in turn.
  void set_generation(std::uint64_t generation) { generation_ = generation; }

  bool empty() const { return batches_.empty(); }  ///< but for what was popped and lives on
  std::size_t bytes() const { return bytes_; }     ///< with what was popped and lives on
  std::size_t capacity() const { return capacity_; }

 private:
  /// A batch that nobody has worked on counts as this many times its raw bytes, so that the bound
  /// holds when it has grown: the copy, the decoded text, the published text, tokens, the record. Measured
  /// on 1,500 news articles of 4 KB: 12 times in the mean, 16.3 at most.
  static constexpr std::size_t kGrowth = 17;
  /// And a batch of one article as at least this: 84 KB at most of the same articles.
  static constexpr std::size_t kLeast = 96 * 1024;
  static std::size_t expected(const Batch& batch);

  const std::size_t capacity_;
  Pool& pool_;
  std::atomic<std::uint64_t> generation_{0};
  std::atomic<std::size_t> bytes_{0};
  std::deque<std::unique_ptr<Held>> batches_;  ///< the owner's thread only
  std::mutex mutex_;
  std::condition_variable finished_;
};

}  // namespace newsmill::consumer
