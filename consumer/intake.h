#pragma once
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "consumer/meter.h"
#include "consumer/plan.h"
#include "consumer/ring.h"
#include "processors/core/batch.h"
#include "processors/core/message.h"

namespace newsmill::consumer {

/// The batch of a lane that is being filled with what it polls. One thread.
class Intake {
 public:
  explicit Intake(const Plan& plan) : plan_(plan) {}

  /// Copies the message, with the defaults of its input topic, into the batch, which it may begin.
  void add(Message message, std::uint64_t generation);
  bool empty() const { return batch_ == nullptr; }
  bool full() const { return batch_ && batch_->full(); }
  bool fits(const Ring& ring) const { return ring.fits(*batch_); }
  /// It has waited for more messages for as long as the plan lets it.
  bool lingered() const { return plan_.now() - since_ >= plan_.linger; }
  /// Not when empty.
  void hand_to(Ring& ring) { ring.push(std::move(batch_), since_); }
  void drop() { batch_.reset(); }

  /// What was added since the last call; before the batch goes.
  void tell(Meter& meter);

 private:
  struct Consumed {
    std::string_view topic;  ///< in the batch
    std::uint64_t records = 0, bytes = 0;
  };
  const Plan& plan_;
  std::unique_ptr<Batch> batch_;
  Plan::Clock::time_point since_;
  std::vector<Consumed> consumed_;  ///< read and not yet told
};

}  // namespace newsmill::consumer
