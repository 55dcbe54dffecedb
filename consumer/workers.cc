#include "consumer/workers.h"

#include <optional>
#include <string_view>
#include <utility>

namespace newsmill::consumer {
namespace {

using Clock = std::chrono::steady_clock;

// Articles that crashed the process twice never reach the chain again.
void set_aside(Batch& batch, const Suspects& suspects) {
  for (Batch::Item& item : batch.items()) {
    if (item.error || suspects.standing(item.article.delivery) != Suspects::Standing::condemned) continue;
    item.error = Error{Code::crashed, "an article that ended the process more than once",
                       "an article that can be processed; this is a defect of newsmill, please report it", {}};
    item.stage = kSetAside;
  }
}

}  // namespace

/// Lends the chain its clock and writes down which article the worker is in.
class Workers::Watcher final : public Observer {
 public:
  Watcher(Suspects& suspects, std::size_t slot, std::shared_mutex& alone)
      : suspects_(suspects), slot_(slot), alone_(alone) {}

  std::uint64_t now_ns() override {
    return static_cast<std::uint64_t>(Clock::now().time_since_epoch() / std::chrono::nanoseconds(1));
  }
  void starts(const Delivery& delivery) override {
    // While anything is suspected nobody else may be at work during its run, so that a second crash
    // names the culprit and nobody else. Suspects are known from the start and only ever get fewer.
    if (suspects_.any()) {
      if (suspects_.standing(delivery) == Suspects::Standing::clear) {
        with_others_ = std::shared_lock(alone_);
      } else {
        by_itself_ = std::unique_lock(alone_);
        suspect_ = delivery;
      }
    }
    suspects_.starts(slot_, delivery);
  }
  void ends() override {
    suspects_.ends(slot_);
    if (suspect_) suspects_.forget(*suspect_);  // it came through
    suspect_.reset();
    by_itself_ = {};
    with_others_ = {};
  }

 private:
  Suspects& suspects_;
  const std::size_t slot_;
  std::shared_mutex& alone_;
  std::shared_lock<std::shared_mutex> with_others_;
  std::unique_lock<std::shared_mutex> by_itself_;
  std::optional<Delivery> suspect_;
};

Workers::Workers(std::size_t threads, MakeChain make, Suspects& suspects)
    : suspects_(suspects), make_(std::move(make)) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this, i] { run(i); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  submitted_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  for (Work* work : queue_) work->done({});
}

void Workers::submit(Work& work) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(&work);
  }
  submitted_.notify_one();
}

void Workers::use(MakeChain make) {
  const std::lock_guard lock(mutex_);
  make_ = std::move(make);
  ++version_;
}

void Workers::run(std::size_t number) {
  const Suspects::SignalStack stack;
  Watcher watcher(suspects_, number, alone_);
  std::optional<Chain> chain;
  std::uint64_t version = 0;
  for (;;) {
    Work* work = nullptr;
    MakeChain make;
    {
      std::unique_lock lock(mutex_);
      submitted_.wait(lock, [this] { return ends_ || !queue_.empty(); });
      if (ends_) return;
      work = queue_.front();
      queue_.pop_front();
      if (version != version_) {
        version = version_;
        make = make_;
      }
    }
    if (make) {
      chain.reset();
      chain.emplace(make());
    }
    const auto began = Clock::now();
    if (work->wanted()) {
      if (suspects_.any()) set_aside(work->batch(), suspects_);
      chain->pipeline.run(work->batch(), &watcher);
    }
    work->done(Clock::now() - began);
  }
}

}  // namespace newsmill::consumer
