#include "tests/referee/model_instance.h"

#include <utility>

namespace newsmill::test {
namespace {

using consumer::Fate;
using consumer::Outcome;

constexpr std::int64_t kTurnMs = 2, kCallMs = 4, kPendingMs = 1000;
constexpr std::size_t kMostBatches = 4, kMostInTransaction = 150;
const InputDefaults kDefaults;

consumer::Plan plan_of(const std::function<std::int64_t()>& now_ms, const ModelBuild& build) {
  consumer::Plan plan;
  plan.idle_wait = plan.tick = plan.retry_pause = consumer::Plan::Milliseconds(0);
  plan.window = consumer::Plan::Milliseconds(build.rules.window_ms);
  plan.now = [now_ms] { return consumer::Plan::Clock::time_point(std::chrono::milliseconds(now_ms())); };
  plan.wall = [now_ms] { return std::chrono::system_clock::time_point(std::chrono::milliseconds(now_ms())); };
  return plan;
}

}  // namespace

ModelInstance::ModelInstance(std::size_t number, std::size_t build, const ModelBuild& its,
                             std::unique_ptr<ModelTail> tail, bool member, Around around)
    : number_(number), build_(build), around_(std::move(around)), tail_(std::move(tail)),
      plan_(plan_of(around_.now_ms, its)), verdicts_(tail_.get(), plan_), member_(member) {
  around_.kafka.init(number_);
}

std::size_t ModelInstance::articles() const {
  std::size_t articles = 0;
  for (const Taken& taken : batches_) articles += taken.articles.size();
  return articles;
}

std::optional<std::int64_t> ModelInstance::step() {
  waits_ = false;
  switch (step_) {
    case Step::join:
      if (!verdicts_.catch_up()) return waits_ = true, around_.look_again_ms;
      if (!std::exchange(member_, true)) around_.join();
      step_ = Step::turn;
      return 0;
    case Step::turn: return turn();
    case Step::begin:
      began_ms_ = around_.now_ms();
      transaction_ = around_.kafka.begin(number_, began_ms_);
      produce();
      step_ = Step::send_offsets;
      return kCallMs;
    case Step::send_offsets:
      if (!around_.kafka.send_offsets(number_, generation_, batches_[in_transaction_ - 1].next)) return start_over();
      step_ = Step::confirm;
      return kCallMs;
    case Step::confirm:
      if (const Outcome outcome = verdicts_.confirm(); !outcome) {
        if (outcome.fate != Fate::retry || around_.now_ms() - began_ms_ > ModelKafka::kTransactionTimeoutMs / 2)
          return start_over();
        return waits_ = true, around_.look_again_ms;
      }
      tail_->referee().ask([&](const dedup::Referee& referee) {
        for (const ModelRecord& record : produced_->records)
          produced_->gone.push_back(!referee.offset_of(record.delivery));
      });
      // What follows goes to the log while this is committed.
      if (generation_ == around_.kafka.generation() && read()) verdicts_.advance();
      step_ = Step::commit;
      return 1;
    case Step::commit:
      step_ = Step::committing;
      around_.send_commit(transaction_, std::move(produced_));
      return std::nullopt;
    case Step::committing: return std::nullopt;
    case Step::settle:
      if (!commit_done_) return start_over();
      committed_ = batches_[in_transaction_ - 1].next;
      verdicts_.committed();
      batches_.erase(batches_.begin(), batches_.begin() + static_cast<std::ptrdiff_t>(in_transaction_));
      step_ = Step::turn;
      return 0;
  }
  return std::nullopt;
}

void ModelInstance::committed(bool done) {
  commit_done_ = done;
  step_ = Step::settle;
}

std::optional<std::int64_t> ModelInstance::turn() {
  if (!member_ || (generation_ != around_.kafka.generation() && !batches_.empty())) return start_over();
  if (generation_ != around_.kafka.generation() && !assigned()) return kPendingMs;
  const bool more = read();
  if (batches_.empty()) return std::nullopt;
  if (const Outcome outcome = verdicts_.advance(); !outcome && outcome.fate != Fate::retry) return start_over();
  if (const std::size_t ready = verdicts_.ready(kMostInTransaction).batches; ready > 0) {
    const Outcome outcome = verdicts_.decide(ready);
    if (!outcome && outcome.fate != Fate::retry) return start_over();
    if (outcome) {
      in_transaction_ = verdicts_.deciding();
      step_ = Step::begin;
      return kCallMs;
    }
  }
  if (more) return kTurnMs;
  waits_ = true;
  return around_.look_again_ms;
}

/// False while somebody else's transaction holds offsets of its partitions.
bool ModelInstance::assigned() {
  partitions_ = around_.kafka.assignment(number_);
  for (const std::int32_t partition : partitions_)
    if (around_.kafka.pending(partition, around_.now_ms())) return false;
  generation_ = around_.kafka.generation();
  committed_.clear();
  for (const std::int32_t partition : partitions_) committed_[partition] = around_.kafka.committed(partition);
  verdicts_.assigned();
  return true;
}

/// Whether there was something to read, and room.
bool ModelInstance::read() {
  if (batches_.size() == kMostBatches) return false;
  Taken taken;
  taken.next = ends();
  items_.clear();
  for (const std::int32_t partition : partitions_)
    while (!taken.batch->full()) {
      const ModelArticle* article = around_.kafka.read(partition, taken.next[partition]);
      if (!article) break;
      ++taken.next[partition];
      taken.articles.push_back(*article);
      Message message;
      message.defaults = &kDefaults;
      items_.push_back(&taken.batch->add(message));
      items_.back()->article.fingerprint = article->print;
    }
  if (items_.empty()) return false;
  verdicts_.take(items_);
  batches_.push_back(std::move(taken));
  return true;
}

void ModelInstance::produce() {
  produced_ = std::make_shared<Produced>();
  produced_->build = build_;
  for (std::size_t batch = 0; batch < in_transaction_; ++batch) {
    const Taken& taken = batches_[batch];
    for (std::size_t i = 0; i < taken.articles.size(); ++i)
      produced_->records.push_back({taken.articles[i].ident, taken.articles[i].print.delivery,
                                    *taken.batch->items()[i].article.verdict, 0});
  }
}

std::optional<std::int64_t> ModelInstance::start_over() {
  ++aborts_;
  around_.kafka.abort(number_, transaction_);
  verdicts_.forget();
  batches_.clear();
  generation_ = 0;  // asks anew where it stands
  step_ = Step::join;
  return kCallMs;
}

}  // namespace newsmill::test
