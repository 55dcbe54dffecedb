#include "consumer/lane.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "consumer/dead_letter_log.h"

namespace newsmill::consumer {
namespace {

using namespace std::chrono_literals;

constexpr int kClean = 0, kStartAgain = 75, kOperatorMustAct = 78;  // sysexits: EX_OK, EX_TEMPFAIL, EX_CONFIG

// Longer than any call takes while all is well: after that the broker may have ended our transaction
// or our membership, and being fenced says nothing about somebody else.
constexpr auto kLong = 5s;
constexpr auto kReportEvery = 1s;

std::string list(std::span<const Partition> partitions) {
  std::string text;
  for (const Partition& partition : partitions)
    text += (text.empty() ? "" : ", ") + partition.topic + ':' + std::to_string(partition.number);
  return text.empty() ? "none" : text;
}

}  // namespace

Lane::Lane(int number, Plan plan, Surroundings surroundings)
    : number_(number), plan_(std::move(plan)), to_(std::move(surroundings)), intake_(plan_),
      ring_(plan_.buffer_bytes, to_.pool),
      verdicts_(to_.dedup, plan_, &to_.failpoints),
      last_begin_(plan_.now() - plan_.transaction_interval),  // the first transaction is due at once
      last_look_(plan_.now()), restart_pause_(plan_.restart_pause), progress_(last_look_.time_since_epoch().count()) {
  ring_.set_generation(generation_);
}

// ---- Open, turn until something breaks, close, and again.

int Lane::run() {
  while (!draining()) {
    if (open())
      while (!broken_ && !(draining() && positions_.in_flight() == 0)) turn();
    if (!broken_) continue;
    if (const int code = close(); code != kClean) return code;
  }
  to_.health.not_ready("drained");
  leave_partitions();
  report();
  ports_ = {};
  if (!undone_) return kClean;
  to_.log.warning("lane-not-drained", "what was read could not be committed before the end; it is read again",
                  {{"lane", number_}});
  return kStartAgain;
}

void Lane::drain() {
  {
    const std::lock_guard lock(mutex_);
    draining_ = true;
  }
  drained_.notify_all();
}

/// True when the ports are open. Otherwise it has waited a little, or `broken_` says that waiting is no use.
bool Lane::open() {
  if (!catch_up()) return false;
  const Outcome outcome = to_.open(number_, *this, link_, ports_);
  progress();
  last_look_ = plan_.now();
  stood_still_ = false;
  breaks_ = link_.breaks();
  switch (outcome.fate) {
    case Fate::done:
      said_.clear();
      trouble_.clear();
      to_.topics.ready();
      to_.health.not_ready("waiting for the group to assign partitions");
      return true;
    case Fate::retry:  // no broker: said by whoever watches the link
      to_.health.not_ready("waiting for a broker");
      wait(plan_.retry_pause);
      return false;
    case Fate::stop:
    case Fate::fenced:
      broken_ = outcome;
      return false;
    case Fate::abort:
    case Fate::rebuild:
      break;
  }
  ports_ = {};
  to_.topics.not_ready(outcome.reason);
  return cannot_open({outcome.fate, "cannot open its topics: " + outcome.reason});
}

/// Before the group gives it anything, or a rebalance would take partitions from those who can work.
bool Lane::catch_up() {
  const Outcome outcome = verdicts_.catch_up();
  progress();
  switch (outcome.fate) {
    case Fate::done: return true;
    case Fate::retry:
      to_.health.not_ready("waiting for the dedup log: " + outcome.reason);
      wait(plan_.retry_pause);
      return false;
    case Fate::stop:
      broken_ = outcome;
      return false;
    case Fate::abort:
    case Fate::fenced:
    case Fate::rebuild: break;
  }
  return cannot_open({outcome.fate, "cannot use the dedup log: " + outcome.reason});
}

/// Until an operator has acted.
bool Lane::cannot_open(const Outcome& why) {
  to_.health.not_ready(why.reason);
  if (std::exchange(said_, why.reason) != why.reason)
    to_.log.error("lane-open", "trying until it works: " + why.reason, {{"lane", number_}});
  wait(restart_pause_);
  restart_pause_ = std::min(restart_pause_ * 2, plan_.restart_pause_max);
  return false;
}

/// Tears the ports down after `broken_`. The exit code when opening them again is no use.
int Lane::close() {
  const Outcome why = *std::exchange(broken_, std::nullopt);
  look_at_clock();  // it may be a poll that took long
  const bool fenced = why.fate == Fate::fenced, by_ourselves = fenced && fenced_by_ourselves();
  if (draining() && positions_.in_flight() > 0) undone_ = true;
  forget();
  leave_partitions();
  report();
  ports_ = {};
  to_.health.not_ready(why.reason);
  if (why.fate == Fate::stop) {
    to_.topics.not_ready(why.reason);
    to_.log.error("lane-stop", why.reason, {{"lane", number_}});
    return kOperatorMustAct;
  }
  if (fenced && fencings_.add(plan_.now(), by_ourselves)) {
    to_.log.error("lane-fenced",
                  "fenced by another process three times within five minutes: two processes use the name \"" +
                      plan_.instance + "\"; give each its own `instance`",
                  {{"lane", number_}, {"reason", why.reason}});
    return kOperatorMustAct;
  }
  to_.meter.restarted(fenced ? AbortReason::fenced : AbortReason::restart);
  to_.log.warning("lane-restart", "starting the lane anew from the committed offsets: " + why.reason,
                  {{"lane", number_},
                   {"fenced", !fenced ? "no" : by_ourselves ? "after a disturbance of our own" : "yes"}});
  wait(restart_pause_);
  restart_pause_ = std::min(restart_pause_ * 2, plan_.restart_pause_max);
  return kClean;
}

/// Kafka reports a second owner of our name and a transaction or membership that expired alike. It was
/// no second owner when this thread stood still or the network failed since the last commit.
bool Lane::fenced_by_ourselves() const {
  return stood_still_ || link_.breaks() != breaks_ || (ports_.output && ports_.output->hiccup());
}

// ---- A turn: messages in, results out.

void Lane::turn() {
  look_at_clock();
  if (positions_.in_flight() == 0) progress();
  read();
  collect();
  if (!broken_) advance();
  if (!broken_ && due()) publish();
  report();
}

/// Polls until a batch is full or nothing more is there, and hands it to the workers.
void Lane::read() {
  if (!intake_.empty() && (draining() || intake_.full())) hand_in();  // it may have waited for room
  if (draining()) {
    if (!ring_.empty()) ring_.wait(plan_.tick);
    else if (!due()) verdicts_.wait(plan_.tick);
    return;
  }
  pause_or_resume();
  Plan::Milliseconds patience = this->patience();
  do {
    const std::optional<Message> message = ports_.input->poll(patience);
    if (auto failure = ports_.input->failure()) broken_ = std::move(failure);
    if (broken_ || !message) break;
    take(*message);
    patience = 0ms;
  } while (!broken_ && !paused_ && !intake_.full());
  intake_.tell(to_.meter);
  if (broken_ || intake_.empty()) return;
  // Idle workers get what there is at once, busy ones fuller batches.
  if (intake_.full() || ring_.empty() || intake_.lingered()) hand_in();
}

void Lane::take(const Message& message) {
  if (!positions_.read(message)) {
    to_.log.error("lane-order", "the input went back without being told to; starting anew",
                  {{"lane", number_}, {"topic", message.topic}, {"partition", message.partition},
                   {"offset", message.offset}});
    broken_ = Outcome{Fate::rebuild, "offset " + std::to_string(message.offset) + " of " + std::string(message.topic) +
                                         ':' + std::to_string(message.partition) + " came out of order"};
    return;
  }
  intake_.add(message, generation_);
}

void Lane::hand_in() {
  if (!intake_.fits(ring_)) return;
  intake_.hand_to(ring_);
  progress();
}

/// A full ring stops the input, not the lane: it goes on polling, or the group would take it for dead.
void Lane::pause_or_resume() {
  const bool blocked = !intake_.empty() && !intake_.fits(ring_);
  // Resumed well below the mark: each pause throws away what the client has fetched ahead.
  const bool roomy = intake_.empty() && ring_.bytes() <= ring_.capacity() / 4 * 3;
  if (paused_ ? !roomy : !blocked) return;
  paused_ = !paused_;
  paused_ ? ports_.input->pause() : ports_.input->resume();
  to_.meter.paused(paused_);
}

/// How long a poll may keep this thread from other things.
Plan::Milliseconds Lane::patience() const {
  if (!ring_.empty() || !intake_.empty() || verdicts_.busy()) return plan_.tick;
  if (decided_.empty()) return plan_.idle_wait;
  const auto rest = std::chrono::ceil<Plan::Milliseconds>(last_begin_ + plan_.transaction_interval - plan_.now());
  return std::clamp(rest, 0ms, plan_.idle_wait);
}

/// Takes what the workers have finished, in poll order.
void Lane::collect() {
  while (auto held = ring_.pop()) {
    Batch& batch = held->batch();
    if (batch.generation != generation_) continue;
    to_.meter.processed(batch.counts, std::chrono::duration<double>(held->busy()).count());
    Transaction::refuse_oversized(batch, *ports_.output, plan_);
    items_.clear();
    for (Batch::Item& item : batch.items()) items_.push_back(&item);
    verdicts_.take(items_);
    decided_.push_back(std::move(held));
    progress();
  }
}

/// Gives the dedup log what is here, and looks at what came back; waits for neither.
void Lane::advance() {
  if (log_failed_) return start_over(*std::exchange(log_failed_, std::nullopt));
  Outcome outcome = verdicts_.advance();
  if (outcome.fate == Fate::retry) return progress();  // the log says why, and when it gives up
  if (!outcome) start_over(outcome);
}

bool Lane::due() const {
  const Appended::Ready ready = verdicts_.ready(plan_.transaction_records);
  if (ready.batches == 0) return false;
  return draining() || paused_ || ready.full || plan_.now() - last_begin_ >= plan_.transaction_interval;
}

// ---- A transaction: records, dead letters and the offsets behind them, or nothing.

/// Or comes back without having done so, while the dedup log is waited for.
void Lane::publish() {
  // A request of the old producer that is still under way could end the transaction begun here
  // (KIP-890; librdkafka has no defence), so such a producer is never used for another one.
  if (ports_.output->hiccup()) return start_over({Fate::done, "a connection broke: the producer is recycled"});
  // Before a transaction is open, so that no reader waits for what this waits for.
  Outcome outcome = verdicts_.decide(verdicts_.ready(plan_.transaction_records).batches);
  if (outcome.fate == Fate::retry) return;
  last_begin_ = plan_.now();
  Transaction transaction(decided_, outcome ? verdicts_.deciding() : 0, plan_);
  if (outcome) outcome = write(transaction);
  if (!outcome) return start_over(outcome);
  settle(transaction);
}

/// What can be committed soon. The group waits meanwhile, and whoever gets the partitions finds in the
/// dedup log what is there already.
void Lane::publish_before_revoked() {
  const Clock::time_point until = plan_.now() + 2 * plan_.help_after;
  while (!broken_ && !decided_.empty()) {
    advance();
    const std::size_t before = decided_.size();
    if (!broken_ && verdicts_.ready(plan_.transaction_records).batches > 0) publish();
    if (broken_ || decided_.size() < before) continue;
    if (plan_.now() >= until) return;
    verdicts_.wait(plan_.tick);
    look_at_clock();
  }
}

Outcome Lane::write(Transaction& transaction) {
  Output& output = *ports_.output;
  if (Outcome outcome = insist([&] { return output.begin(); }); !outcome)
    return {outcome.fate == Fate::abort ? Fate::rebuild : outcome.fate, outcome.reason};  // nothing to abort yet
  transaction.begun();
  for (const Batch::Item* item : transaction.items())
    if (Outcome outcome = insist([&] { return transaction.produce(*item, output); }); !outcome) return outcome;
  transaction.produced();
  to_.failpoints.pass(Failpoint::after_produce);

  const std::vector<Position> next = transaction.next();
  const std::string mark = to_.dedup ? to_.dedup->mark() : std::string();
  to_.failpoints.pass(Failpoint::before_send_offsets);
  if (Outcome outcome = insist([&] { return output.send_offsets(next, mark); }); !outcome) return outcome;
  to_.failpoints.pass(Failpoint::after_send_offsets);

  to_.failpoints.pass(Failpoint::before_confirm);
  if (Outcome outcome = confirm(output); !outcome) return outcome;
  // Round trips of what has come out of the chain meanwhile hide behind the commit.
  collect();
  if (Outcome outcome = verdicts_.advance(); !outcome && outcome.fate != Fate::retry) log_failed_ = outcome;
  to_.failpoints.pass(Failpoint::before_commit);
  if (Outcome outcome = insist([&] { return output.commit(); }); !outcome) return outcome;
  to_.failpoints.pass(Failpoint::after_commit);
  return {};
}

/// Waits for the own verdicts, but not until the broker ends the transaction: while it is open whoever
/// reads committed records gets none that come after it.
Outcome Lane::confirm(const Output& output) {
  const Clock::time_point until = plan_.now() + output.transaction_timeout() / 2;
  return insist([&]() -> Outcome {
    Outcome outcome = verdicts_.confirm();
    if (outcome.fate == Fate::retry && plan_.now() >= until)
      return {Fate::abort, "its verdicts did not come back from the dedup log: " + outcome.reason};
    return outcome;
  });
}

/// What is committed leaves the lane.
void Lane::settle(const Transaction& transaction) {
  positions_.committed(transaction.next());
  to_.meter.committed(transaction.results());
  for (const Batch::Item* item : transaction.items()) {
    if (item->error) log_dead_letter(*item, to_.log);
    if (item->error && item->error->code == Code::crashed) to_.suspects.forget(item->article.delivery);
    if (to_.on_committed) to_.on_committed(*item);
  }
  verdicts_.committed();
  decided_.erase(decided_.begin(), decided_.begin() + static_cast<std::ptrdiff_t>(transaction.batches()));
  stood_still_ = false;
  breaks_ = link_.breaks();
  restart_pause_ = plan_.restart_pause;
  progress();
}

// ---- The way back.

/// Abort, recycling, revocation and restart come through here: what is not committed is forgotten, and
/// the input delivers it again from the committed offsets.
void Lane::start_over(const Outcome& why) {
  // What was taken away is another member's to do; what was given up stays undone, as nothing is read any more.
  if (draining() && !revoking_ && positions_.in_flight() > 0) undone_ = true;
  forget();
  Outcome outcome = why;
  if (why.fate == Fate::abort) outcome = insist([&] { return ports_.output->abort(); });
  // The producer first, which ends what may still be open, then the offsets that this settles.
  if (outcome && ports_.output->hiccup()) outcome = insist([&] { return ports_.output->recycle(); });
  if (outcome && !revoking_) outcome = insist([&] { return ports_.input->rewind(); });
  if (why.fate != Fate::done) {
    const AbortReason reason = revoking_                       ? AbortReason::revoked
                               : outcome                       ? AbortReason::broker
                               : outcome.fate == Fate::fenced ? AbortReason::fenced
                                                               : AbortReason::restart;
    to_.meter.aborted(reason, std::chrono::duration<double>(plan_.now() - last_begin_).count());
  }
  if (!outcome)
    broken_ = Outcome{outcome.fate == Fate::abort ? Fate::rebuild : outcome.fate, std::move(outcome.reason)};
  else
    to_.log.warning("lane-start-over", "reading again from the committed offsets, nothing is lost: " + why.reason,
                    {{"lane", number_}, {"partitions", list(assigned_)}});
}

void Lane::forget() {
  intake_.tell(to_.meter);
  ring_.set_generation(++generation_);
  intake_.drop();
  verdicts_.forget();
  log_failed_.reset();
  decided_.clear();
  if (positions_.in_flight() > 0) to_.meter.rewound(positions_.in_flight());
  positions_.forget();
}

void Lane::assigned(std::span<const Partition> partitions) {
  assigned_.assign(partitions.begin(), partitions.end());
  positions_.assign(partitions);
  verdicts_.assigned();
  if (std::exchange(paused_, false)) {
    ports_.input->resume();  // when the ring is still full, the next turn pauses these
    to_.meter.paused(false);
  }
  to_.meter.rebalanced(Rebalance::assigned, partitions);
  to_.health.ready();
  to_.log.info("lane-assigned", "partitions assigned: " + list(partitions), {{"lane", number_}});
}

void Lane::revoked(std::span<const Partition> partitions, bool lost) {
  revoking_ = true;
  to_.failpoints.pass(Failpoint::in_revoke);
  // The group still takes offsets of this generation until this returns; what the workers have not
  // finished is left to the next owner.
  if (!lost) {
    collect();
    publish_before_revoked();
  }
  forget();
  leave_partitions();
  to_.meter.rebalanced(lost ? Rebalance::lost : Rebalance::revoked, partitions);
  to_.health.not_ready("waiting for the group to assign partitions");
  to_.log.info("lane-revoked", (lost ? "partitions lost: " : "partitions revoked: ") + list(partitions),
               {{"lane", number_}});
  revoking_ = false;
}

void Lane::leave_partitions() {
  for (const Partition& partition : assigned_) to_.meter.lag_gone(partition);
  assigned_.clear();
  positions_.assign({});
}

// ---- Calls, clocks and what is told.

/// Calls until the operation is over, however long the broker takes. What ends a wait that has become
/// pointless is the watchdog; a deadline of our own would leave the client's state unknown.
template <class Call>
Outcome Lane::insist(Call&& call) {
  for (;;) {
    Outcome outcome = call();
    look_at_clock();
    if (outcome.fate != Fate::retry) return outcome;
    wait(plan_.retry_pause);
  }
}

/// Shorter when a drain begins meanwhile.
void Lane::wait(Plan::Milliseconds time) {
  std::unique_lock lock(mutex_);
  const bool before = draining();
  drained_.wait_for(lock, time, [&] { return draining() != before; });
}

void Lane::look_at_clock() {
  const Clock::time_point now = plan_.now();
  if (now - last_look_ > kLong) stood_still_ = true;
  last_look_ = now;
}

void Lane::progress() {
  progress_ = plan_.now().time_since_epoch().count();
  to_.health.beat();
  to_.meter.beat();
}

/// What keeps articles from getting on although the dedup log may be used is not for the log to tell.
void Lane::look_at_dedup() {
  if (std::exchange(trouble_, verdicts_.trouble()) == trouble_) return;
  if (assigned_.empty()) return;
  if (trouble_.empty()) return to_.health.ready();
  to_.health.not_ready(trouble_);
  to_.log.error("lane-dedup", trouble_, {{"lane", number_}});
}

void Lane::report() {
  to_.meter.in_flight(positions_.in_flight(), ring_.bytes(), ring_.capacity());
  const Clock::time_point now = plan_.now();
  if (now - last_report_ < kReportEvery) return;
  last_report_ = now;
  to_.meter.stories(verdicts_.counts());
  look_at_dedup();
  const std::int64_t now_ms = plan_.wall().time_since_epoch() / 1ms;
  for (const Partition& partition : assigned_) {
    const Positions::Lag lag = positions_.lag(partition, ports_.input->end(partition), now_ms);
    to_.meter.lag(partition, lag.records, lag.seconds);
  }
}

}  // namespace newsmill::consumer
