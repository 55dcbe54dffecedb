#include "consumer/ring.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace newsmill::consumer {

Ring::Held::Held(Ring& ring, std::unique_ptr<Batch> batch, Clock::time_point since)
    : ring_(ring), batch_(std::move(batch)), since_(since), bytes_(expected(*batch_)) {
  ring_.bytes_ += bytes_;
}

Ring::Held::~Held() { ring_.bytes_ -= bytes_; }

bool Ring::Held::wanted() const { return batch_->generation >= ring_.generation_; }

void Ring::Held::done(std::chrono::nanoseconds busy) {
  busy_ = busy;
  const std::size_t bytes = batch_->bytes();
  ring_.bytes_ += bytes - bytes_;  // modulo 2^n, so a batch that needs less gives back
  bytes_ = bytes;
  // Notified under the lock: the ring may be gone as soon as its owner sees the last batch done.
  const std::lock_guard lock(ring_.mutex_);
  done_ = true;
  ring_.finished_.notify_one();
}

Ring::Ring(std::size_t capacity, Pool& pool) : capacity_(capacity), pool_(pool) {}

Ring::~Ring() {
  generation_ = std::numeric_limits<std::uint64_t>::max();
  std::unique_lock lock(mutex_);
  finished_.wait(lock, [this] { return std::ranges::all_of(batches_, [](const auto& held) { return held->done_; }); });
}

std::size_t Ring::expected(const Batch& batch) { return std::max(kLeast, batch.raw_bytes() * kGrowth); }

bool Ring::fits(const Batch& batch) const {
  const std::size_t held = bytes_;
  return held == 0 || held + expected(batch) <= capacity_;
}

void Ring::push(std::unique_ptr<Batch> batch, Clock::time_point since) {
  batches_.push_back(std::make_unique<Held>(*this, std::move(batch), since));
  pool_.submit(*batches_.back());
}

std::unique_ptr<Ring::Held> Ring::pop() {
  if (batches_.empty()) return nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (!batches_.front()->done_) return nullptr;
  }
  std::unique_ptr<Held> oldest = std::move(batches_.front());
  batches_.pop_front();
  return oldest;
}

void Ring::wait(std::chrono::milliseconds limit) {
  if (batches_.empty()) return;
  std::unique_lock lock(mutex_);
  finished_.wait_for(lock, limit, [this] { return batches_.front()->done_; });
}

}  // namespace newsmill::consumer
