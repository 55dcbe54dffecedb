#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "consumer/dedup_log.h"
#include "consumer/failpoint.h"
#include "consumer/fencings.h"
#include "consumer/http/health.h"
#include "consumer/intake.h"
#include "consumer/log.h"
#include "consumer/meter.h"
#include "consumer/plan.h"
#include "consumer/ports.h"
#include "consumer/positions.h"
#include "consumer/ring.h"
#include "consumer/suspects.h"
#include "consumer/transaction.h"
#include "consumer/verdicts.h"

namespace newsmill::consumer {

/// What a lane is lent; everything outlives it.
struct Surroundings {
  OpenPorts open;
  Pool& pool;
  Suspects& suspects;
  Failpoints& failpoints;
  Meter& meter;
  Health::Part& health;  ///< of this lane: partitions are assigned and being worked on
  Health::Part& topics;  ///< the topics exist and keep the contract
  Logger& log;
  /// Called for every result once it is committed, on the lane's thread; may be empty.
  std::function<void(const Batch::Item& item)> on_committed;
  /// Where the stories of articles are decided; null = nowhere.
  DedupLog* dedup = nullptr;
};

/// One lane: poll → batch → ring → workers → ring, in poll order → fingerprints → verdicts → transaction.
/// One thread does all of it but the chain, so the order of a partition holds by construction and a
/// committed offset always stands behind everything before it. It waits for the dedup log while it polls:
/// a transaction takes what has come back, and while it is open nothing is awaited but its own verdicts.
///
/// A message is written exactly once because its record (or dead letter) and the offset after it are
/// in one transaction, and because there is one way back from everything that goes wrong: forget what
/// is not committed, raise the generation so that the workers' results of it are thrown away, and read
/// again from the committed offsets. When the state of a client is not known it is torn down and
/// opened anew; Kafka is the only truth.
///
/// Memory: the ring's bound and one batch. Waits for ever while the broker is away, reading nothing.
class Lane : private Membership {
 public:
  using Clock = std::chrono::steady_clock;

  /// `number`, from 0, names the lane to the ports. Starts nothing.
  Lane(int number, Plan plan, Surroundings surroundings);
  ~Lane() override = default;

  /// The lane's thread: returns an exit code (sysexits). 0 after drain(); 75 when something broke while
  /// it drained, so that what was read is to be read again; 78 for what only an operator can mend, which
  /// is logged.
  int run();
  /// Any thread: read no more, commit what is in flight, return.
  void drain();

  /// Any thread, for the watchdog: when the lane last got on, or had nothing to do.
  Clock::time_point last_progress() const { return Clock::time_point(Clock::duration(progress_.load())); }
  const Link& link() const { return link_; }

 private:
  bool open();
  bool catch_up();
  bool cannot_open(const Outcome& why);
  int close();

  void turn();
  void read();
  void take(const Message& message);
  void hand_in();
  void pause_or_resume();
  Plan::Milliseconds patience() const;
  void collect();
  void advance();
  bool due() const;
  void publish();
  void publish_before_revoked();
  Outcome write(Transaction& transaction);
  Outcome confirm(const Output& output);
  void settle(const Transaction& transaction);
  void report();

  void start_over(const Outcome& why);
  void forget();
  void leave_partitions();
  bool fenced_by_ourselves() const;

  void assigned(std::span<const Partition> partitions) override;
  void revoked(std::span<const Partition> partitions, bool lost) override;

  template <class Call> Outcome insist(Call&& call);
  void wait(Plan::Milliseconds time);
  void look_at_clock();
  void look_at_dedup();
  void progress();
  bool draining() const { return draining_.load(std::memory_order_relaxed); }

  const int number_;
  const Plan plan_;
  const Surroundings to_;
  Link link_;
  Ports ports_;
  std::optional<Outcome> broken_;  ///< why the ports cannot be used any more

  std::vector<Partition> assigned_;
  Positions positions_;
  bool revoking_ = false;
  std::uint64_t generation_ = 1;  ///< raised by every way back; batches of an older one are thrown away
  Intake intake_;
  Ring ring_;
  bool paused_ = false;
  Transaction::Decided decided_;  ///< through the chain, in poll order, not committed yet; ends before ring_
  std::vector<Batch::Item*> items_;  ///< of one batch, kept for their memory
  Verdicts verdicts_;

  Clock::time_point last_begin_, last_look_, last_report_;
  bool stood_still_ = false;  ///< this thread, for long, since the last commit
  std::uint64_t breaks_ = 0;  ///< of the link, at the last commit
  Plan::Milliseconds restart_pause_;
  bool undone_ = false;  ///< a drain could not commit all that was read
  std::string said_;          ///< why opening failed, as last logged
  std::string trouble_;       ///< of the verdicts, as last told
  std::optional<Outcome> log_failed_;  ///< the dedup log, while a transaction was open
  Fencings fencings_;

  std::atomic<bool> draining_{false};
  std::atomic<Clock::rep> progress_;
  std::mutex mutex_;
  std::condition_variable drained_;
};

}  // namespace newsmill::consumer
