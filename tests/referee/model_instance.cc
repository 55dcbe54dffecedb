#include "tests/referee/model_instance.h"

#include <utility>

namespace newsmill::test {
namespace {

using consumer::Fate;
using consumer::Outcome;

constexpr std::int64_t kChainMs = 2, kCallMs = 4, kLookAgainMs = 100, kPendingMs = 1000;
const InputDefaults kDefaults;

consumer::Plan plan_of(const std::function<std::int64_t()>& now_ms) {
  consumer::Plan plan;
  plan.idle_wait = plan.retry_pause = consumer::Plan::Milliseconds(0);
  plan.now = [now_ms] { return consumer::Plan::Clock::time_point(std::chrono::milliseconds(now_ms())); };
  plan.wall = [now_ms] { return std::chrono::system_clock::time_point(std::chrono::milliseconds(now_ms())); };
  return plan;
}

}  // namespace

ModelInstance::ModelInstance(std::size_t number, std::size_t build, std::unique_ptr<ModelTail> tail, bool member,
                             Around around)
    : number_(number), build_(build), around_(std::move(around)), tail_(std::move(tail)), plan_(plan_of(around_.now_ms)),
      verdicts_(tail_.get(), plan_), member_(member) {
  around_.kafka.init(number_);
}

std::optional<std::int64_t> ModelInstance::step() {
  waits_ = false;
  switch (step_) {
    case Step::join:
      if (!tail_->catch_up()) return waits_ = true, kLookAgainMs;
      if (!std::exchange(member_, true)) around_.join();
      step_ = Step::poll;
      return 0;
    case Step::poll: return poll();
    case Step::decide:
      if (const Outcome outcome = verdicts_.decide(items_); !outcome) return waiting(outcome);
      step_ = Step::begin;
      return kCallMs;
    case Step::begin:
      transaction_ = around_.kafka.begin(number_, around_.now_ms());
      produced_ = std::make_shared<Produced>();
      produced_->build = build_;
      for (std::size_t i = 0; i < items_.size(); ++i)
        produced_->records.push_back({articles_[i].ident, articles_[i].print.delivery, *items_[i]->article.verdict, 0});
      step_ = Step::send_offsets;
      return kCallMs;
    case Step::send_offsets:
      if (!around_.kafka.send_offsets(number_, generation_, next_)) return start_over();
      step_ = Step::confirm;
      return kCallMs;
    case Step::confirm:
      if (const Outcome outcome = verdicts_.confirm(); !outcome) return waiting(outcome);
      tail_->referee().ask([&](const dedup::Referee& referee) {
        for (const ModelRecord& record : produced_->records)
          produced_->gone.push_back(!referee.offset_of(record.delivery));
      });
      step_ = Step::commit;
      return 1;
    case Step::commit:
      step_ = Step::committing;
      around_.send_commit(transaction_, std::move(produced_));
      return std::nullopt;
    case Step::committing: return std::nullopt;
    case Step::settle:
      if (!commit_done_) return start_over();
      positions_ = next_;
      batch_.reset();
      step_ = Step::poll;
      return 0;
  }
  return std::nullopt;
}

void ModelInstance::committed(bool done) {
  commit_done_ = done;
  step_ = Step::settle;
}

std::optional<std::int64_t> ModelInstance::poll() {
  if (!member_) return step_ = Step::join, 0;
  if (generation_ != around_.kafka.generation()) {
    partitions_ = around_.kafka.assignment(number_);
    for (const std::int32_t partition : partitions_)
      if (around_.kafka.pending(partition, around_.now_ms())) return kPendingMs;
    generation_ = around_.kafka.generation();
    positions_.clear();
    for (const std::int32_t partition : partitions_) positions_[partition] = around_.kafka.committed(partition);
    verdicts_.assigned();
  }
  batch_ = std::make_unique<Batch>();
  articles_.clear();
  items_.clear();
  begins_ = next_ = positions_;
  for (const std::int32_t partition : partitions_)
    while (!batch_->full()) {
      const ModelArticle* article = around_.kafka.read(partition, next_[partition]);
      if (!article) break;
      ++next_[partition];
      articles_.push_back(*article);
      Message message;
      message.defaults = &kDefaults;
      items_.push_back(&batch_->add(message));
      items_.back()->article.fingerprint = article->print;
    }
  if (items_.empty()) return batch_.reset(), std::nullopt;
  step_ = Step::decide;
  return kChainMs;
}

std::optional<std::int64_t> ModelInstance::waiting(const Outcome& outcome) {
  if (outcome.fate != Fate::retry) return start_over();
  waits_ = true;
  return kLookAgainMs;
}

std::optional<std::int64_t> ModelInstance::start_over() {
  ++aborts_;
  around_.kafka.abort(number_, transaction_);
  verdicts_.forget();
  batch_.reset();
  items_.clear();
  generation_ = 0;  // asks anew where it stands
  step_ = Step::join;
  return kCallMs;
}

}  // namespace newsmill::test
