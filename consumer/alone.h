#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "consumer/dedup_log.h"
#include "consumer/plan.h"
#include "consumer/ports.h"

namespace newsmill::consumer {

/// F's that are decided each by itself, in a V that names nothing else: those of an earlier owner of this
/// lane's articles at once, whatever the order of the articles, or two lanes could wait for one another;
/// those of others, on which something of this lane rests, when their owner has had his time (help). It is
/// always safe, because everybody, their owner too, publishes what the log says; waiting only saves work.
///
/// One lane's thread.
class Alone {
 public:
  using Time = Plan::Clock::time_point;

  /// Both outlive it.
  Alone(DedupLog* log, const Plan& plan) : log_(log), plan_(plan) {}

  /// Of this lane's articles: decided as soon as nothing undecided is under it.
  void add_own(dedup::LogOffset offset);
  /// Somebody else's, on which something of this lane rests: decided when he has had his time.
  void add_other(dedup::LogOffset offset);
  /// Appends the V's of those whose time has come and that rest on nothing undecided. Waits for nothing;
  /// `retry` when the log takes nothing at the moment.
  Outcome advance();

  bool empty() const { return waiting_.empty(); }
  /// Whether `offset` has a verdict, or nobody can ask for one any more.
  bool settled(dedup::LogOffset offset);
  /// Until this is called others get no more time once one of them was late: who died with many articles
  /// has answered for none of them.
  void be_patient() { helped_lately_ = false; }
  void forget();

  std::uint64_t helped() const { return helped_; }  ///< verdicts made for others, since the start

 private:
  struct Waiting {
    Time from;
    bool help = false;                       ///< of somebody else's
    std::optional<dedup::LogOffset> needs;   ///< without a verdict, on which it rests
    std::shared_ptr<Receipt> receipt;        ///< of its V; null = none is on its way
  };
  struct Proposal {
    dedup::LogOffset offset;
    std::vector<dedup::DecidedFingerprint> verdicts;
  };
  void add(dedup::LogOffset offset, Time from, bool help);
  std::vector<Proposal> propose();

  DedupLog* const log_;
  const Plan& plan_;
  std::map<dedup::LogOffset, Waiting> waiting_;  ///< the oldest first: it rests on the fewest
  std::optional<dedup::LogOffset> looked_;       ///< applied when last looked at
  Time look_again_{};                            ///< somebody's time comes then
  bool helped_lately_ = false;
  std::uint64_t helped_ = 0;
};

}  // namespace newsmill::consumer
