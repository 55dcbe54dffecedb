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
  const Outcome outcome = to_.open(number_, *this, link_, ports_);
  progress();
  last_look_ = plan_.now();
  stood_still_ = false;
  breaks_ = link_.breaks();
  switch (outcome.fate) {
    case Fate::done:
      said_.clear();
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
  to_.health.not_ready("cannot open its topics");
  if (std::exchange(said_, outcome.reason) != outcome.reason)
    to_.log.error("lane-open", "cannot open the topics, trying until it works: " + outcome.reason, {{"lane", number_}});
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
  if (!broken_ && due()) publish();
  report();
}

/// Polls until a batch is full or nothing more is there, and hands it to the workers.
void Lane::read() {
  if (!intake_.empty() && (draining() || intake_.full())) hand_in();  // it may have waited for room
  if (draining()) return ring_.wait(plan_.tick);
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
  if (!ring_.empty() || !intake_.empty()) return plan_.tick;
  if (decided_.empty()) return plan_.idle_wait;
  const auto rest = std::chrono::ceil<Plan::Milliseconds>(last_begin_ + plan_.transaction_interval - plan_.now());
  return std::clamp(rest, 0ms, plan_.idle_wait);
}

/// Takes what the workers have finished, in poll order.
void Lane::collect() {
  while (auto held = ring_.pop()) {
    if (held->batch().generation != generation_) continue;
    to_.meter.processed(held->batch().counts, std::chrono::duration<double>(held->busy()).count());
    decided_records_ += held->batch().items().size();
    decided_.push_back(std::move(held));
    progress();
  }
}

bool Lane::due() const {
  if (decided_.empty()) return false;
  return draining() || paused_ || decided_records_ >= plan_.transaction_records ||
         plan_.now() - last_begin_ >= plan_.transaction_interval;
}

// ---- A transaction: records, dead letters and the offsets behind them, or nothing.

void Lane::publish() {
  // A request of the old producer that is still under way could end the transaction begun here
  // (KIP-890; librdkafka has no defence), so such a producer is never used for another one.
  if (ports_.output->hiccup()) return start_over({Fate::done, "a connection broke: the producer is recycled"});
  last_begin_ = plan_.now();
  Transaction transaction(decided_, plan_.transaction_records, plan_);
  transaction.refuse_oversized(*ports_.output);
  // Before a transaction is open, so that no reader waits for what this waits for.
  Outcome outcome = insist([&] { return verdicts_.decide(transaction.items()); });
  if (outcome) outcome = write(transaction);
  if (!outcome) return start_over(outcome);
  settle(transaction);
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
  if (Outcome outcome = insist([&] { return verdicts_.confirm(); }); !outcome) return outcome;
  to_.failpoints.pass(Failpoint::before_commit);
  if (Outcome outcome = insist([&] { return output.commit(); }); !outcome) return outcome;
  to_.failpoints.pass(Failpoint::after_commit);
  return {};
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
  decided_records_ -= transaction.items().size();
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
  decided_.clear();
  decided_records_ = 0;
  verdicts_.forget();
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
  if (!lost) collect();
  while (!lost && !broken_ && !decided_.empty()) publish();
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

void Lane::report() {
  to_.meter.in_flight(positions_.in_flight(), ring_.bytes(), ring_.capacity());
  const Clock::time_point now = plan_.now();
  if (now - last_report_ < kReportEvery) return;
  last_report_ = now;
  const std::int64_t now_ms = plan_.wall().time_since_epoch() / 1ms;
  for (const Partition& partition : assigned_) {
    const Positions::Lag lag = positions_.lag(partition, ports_.input->end(partition), now_ms);
    to_.meter.lag(partition, lag.records, lag.seconds);
  }
}

}  // namespace newsmill::consumer
