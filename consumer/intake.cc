#include "consumer/intake.h"

namespace newsmill::consumer {
namespace {

const InputDefaults kNoDefaults;

}  // namespace

void Intake::add(Message message, std::uint64_t generation) {
  const auto input = plan_.inputs.find(message.topic);
  message.defaults = input == plan_.inputs.end() ? &kNoDefaults : &input->second;
  if (!batch_) {
    batch_ = std::make_unique<Batch>();
    batch_->generation = generation;
    since_ = plan_.now();
  }
  const std::size_t before = batch_->raw_bytes();
  const Batch::Item& item = batch_->add(message);
  if (consumed_.empty() || consumed_.back().topic != item.message.topic) consumed_.push_back({item.message.topic});
  ++consumed_.back().records;
  consumed_.back().bytes += batch_->raw_bytes() - before;
}

void Intake::tell(Meter& meter) {
  for (const Consumed& row : consumed_) meter.consumed(row.topic, row.records, row.bytes);
  consumed_.clear();
}

}  // namespace newsmill::consumer
