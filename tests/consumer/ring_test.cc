#include "consumer/ring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "consumer/suspects.h"
#include "consumer/workers.h"
#include "tests/support/memory_chain.h"

namespace newsmill::consumer {
namespace {

using namespace std::chrono_literals;

const InputDefaults kDefaults;

std::unique_ptr<Batch> batch_of(std::int64_t number, std::size_t bytes = 10, std::uint64_t generation = 0) {
  auto batch = std::make_unique<Batch>();
  const std::string value(bytes, 'x');
  Message message;
  message.topic = "raw";
  message.offset = number;
  message.value = value;
  message.defaults = &kDefaults;
  batch->add(message);
  batch->generation = generation;
  return batch;
}

std::int64_t number_of(const Ring::Held& held) { return held.batch().items().front().message.offset; }

/// Keeps what is submitted until the test runs it.
struct PatientPool final : Pool {
  void submit(Work& work) override { waiting.push_back(&work); }
  void run(std::size_t i) {
    if (waiting[i]->wanted()) {
      pipeline.run(waiting[i]->batch());
      ++ran;
    }
    waiting[i]->done(5us);
  }
  std::vector<Work*> waiting;
  Pipeline pipeline = test::memory_pipeline();
  int ran = 0;
};

TEST(Ring, GivesBatchesBackInTheOrderOfTheirPush) {
  PatientPool pool;
  Ring ring(1 << 30, pool);
  for (int i = 0; i < 3; ++i) ring.push(batch_of(i), {});
  pool.run(2);
  pool.run(1);
  EXPECT_EQ(ring.pop(), nullptr) << "the oldest is not finished";
  pool.run(0);
  for (int i = 0; i < 3; ++i) {
    const auto held = ring.pop();
    ASSERT_NE(held, nullptr);
    EXPECT_EQ(number_of(*held), i);
    EXPECT_EQ(held->busy(), 5us);
  }
  EXPECT_TRUE(ring.empty());
}

TEST(Ring, KeepsTheOrderOfManyBatchesThroughManyWorkers) {
  Suspects suspects(4);
  Workers workers(4, test::memory_chain(), suspects);
  Ring ring(1 << 20, workers);
  constexpr int kBatches = 3000;
  int pushed = 0, popped = 0;
  while (popped < kBatches) {
    while (pushed < kBatches) {
      auto batch = batch_of(pushed, static_cast<std::size_t>(pushed % 5000));
      if (!ring.fits(*batch)) break;
      ring.push(std::move(batch), {});
      ++pushed;
    }
    ring.wait(1s);
    while (const auto held = ring.pop()) {
      ASSERT_EQ(number_of(*held), popped++);
      ASSERT_FALSE(held->batch().items().front().article.output.value.empty() && popped % 5000 != 1);
    }
  }
  EXPECT_EQ(ring.bytes(), 0u);
}

TEST(Ring, CountsABatchUntilItEndsNotUntilItIsTaken) {
  PatientPool pool;
  Ring ring(1 << 20, pool);
  ring.push(batch_of(0, 1000), {});
  pool.run(0);
  auto held = ring.pop();
  EXPECT_TRUE(ring.empty());
  EXPECT_EQ(ring.bytes(), held->batch().bytes()) << "after the run it is what the batch really holds";
  held.reset();
  EXPECT_EQ(ring.bytes(), 0u);
}

TEST(Ring, HoldsItsBoundWhenArticlesAreGiant) {
  Suspects suspects(2);
  Workers workers(2, test::memory_chain(), suspects);
  constexpr std::size_t kCapacity = 256u << 20, kGiant = 4u << 20;
  Ring ring(kCapacity, workers);
  std::size_t most = 0;
  int pushed = 0;
  for (int popped = 0; popped < 40;) {
    auto batch = batch_of(pushed, kGiant);
    if (pushed < 40 && ring.fits(*batch)) {
      ring.push(std::move(batch), {});
      ++pushed;
    } else {
      ring.wait(1s);
    }
    most = std::max(most, ring.bytes());
    while (ring.pop()) ++popped;
  }
  EXPECT_LE(most, kCapacity);
  EXPECT_GT(most, kGiant);
}

TEST(Ring, TakesAnArticleLargerThanItselfWhenEmpty) {
  PatientPool pool;
  Ring ring(1000, pool);
  const auto giant = batch_of(0, 10'000);
  EXPECT_TRUE(ring.fits(*giant));
  ring.push(batch_of(1, 10'000), {});
  EXPECT_FALSE(ring.fits(*giant));
  pool.run(0);
}

TEST(Ring, DoesNotRunWhatAnOlderGenerationLeft) {
  PatientPool pool;
  Ring ring(1 << 20, pool);
  ring.push(batch_of(0, 10, 1), {});
  ring.push(batch_of(1, 10, 2), {});
  ring.set_generation(2);
  pool.run(0);
  pool.run(1);
  EXPECT_EQ(pool.ran, 1);
  const auto old = ring.pop();
  EXPECT_EQ(old->batch().generation, 1u) << "it comes out all the same, in turn";
  EXPECT_TRUE(old->batch().items().front().article.output.value.empty());
}

TEST(Ring, WaitsInItsDestructorForTheWorkerThatIsInABatchOfIt) {
  Suspects suspects(1);
  std::atomic<bool> inside{false}, released{false};
  std::mutex mutex;
  std::condition_variable changed;
  Workers workers(1, test::memory_chain([&](Article&, Scratch&) -> Status {
                    std::unique_lock lock(mutex);
                    inside = true;
                    changed.notify_all();
                    changed.wait(lock, [&] { return released.load(); });
                    return ok;
                  }),
                  suspects);
  {
    Ring ring(1 << 20, workers);
    ring.push(batch_of(0), {});
    ring.push(batch_of(1), {});  // not begun: it is not run
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, 60s, [&] { return inside.load(); }));
    released = true;
    changed.notify_all();
  }
  EXPECT_TRUE(released);
}

}  // namespace
}  // namespace newsmill::consumer
