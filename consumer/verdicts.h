#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "consumer/dedup_log.h"
#include "consumer/failpoint.h"
#include "consumer/meter.h"
#include "consumer/plan.h"
#include "consumer/ports.h"
#include "processors/core/batch.h"

namespace newsmill::consumer {

/// What one lane does about the stories of a transaction's articles, in the protocol's order: append
/// the fingerprints of what went through the chain, wait until they are applied, decide, append the
/// verdicts; and, when everything else of the transaction is handed over, read back whether the log
/// holds them. Articles with an error have no fingerprint, so a dead letter never leads a story.
///
/// An article whose delivery is live is not appended again: its verdict is used, or made and appended
/// by itself. A match without a verdict belongs to somebody else: its owner gets `help_after`, then it
/// is decided here, also by itself. That is safe because everybody, its owner too, publishes what the
/// log says; waiting only saves work.
///
/// One lane's thread.
class Verdicts {
 public:
  /// `log` may be null: then there are no stories. All outlive it.
  Verdicts(DedupLog* log, const Plan& plan, Failpoints* failpoints = nullptr)
      : log_(log), plan_(plan), failpoints_(failpoints) {}

  /// Partitions were assigned: the verdicts of their last owner must be known.
  void assigned() { caught_up_ = false; }
  /// Gives every article of `items` that has a fingerprint its verdict, and its record the story; `retry`
  /// while something must be waited for, then again with the same items. Before the transaction begins;
  /// what else it comes to is as for begin(): there is nothing to abort yet.
  Outcome decide(std::span<Batch::Item* const> items);
  /// Whether the log holds what decide() gave: `abort` when somebody else was first. Before the commit.
  Outcome confirm();
  /// What was begun is given up; what is in the log already will be found there.
  void forget();

  /// Since the start.
  struct Counts : StoryTotals {
    std::uint64_t void_messages = 0;  ///< own F's and V's that came back without effect, and were appended again
    std::uint64_t late_own = 0;       ///< of those the ones that were appended too long after they were sent
  };
  const Counts& counts() const { return counts_; }

 private:
  enum class Stage : std::uint8_t { begin, append, look_up, older, own, done };
  /// An article of the transaction.
  struct Row {
    Batch::Item* item;
    std::optional<dedup::LogOffset> offset;  ///< of its live F
    bool older;                              ///< appended before this transaction
    const Fingerprint& fingerprint() const { return *item->article.fingerprint; }
  };

  Outcome begin(std::span<Batch::Item* const> items);
  Outcome step();
  Outcome append();
  void look_up();
  Outcome decide_older();
  Outcome decide_own();
  Outcome help(dedup::LogOffset needed);
  bool applied(Plan::Milliseconds limit);
  dedup::Referee::Decision ask(std::span<const dedup::LogOffset> offsets);
  void fill(std::span<const dedup::DecidedFingerprint> sent);

  void pass(Failpoint point) {
    if (failpoints_) failpoints_->pass(point);
  }

  DedupLog* const log_;
  const Plan& plan_;
  Failpoints* const failpoints_;
  bool caught_up_ = false;
  Stage stage_ = Stage::begin;
  std::vector<Row> rows_;                          // kept for their memory
  std::vector<const Fingerprint*> new_;            // to be appended
  std::vector<dedup::LogOffset> older_, own_;      // to be decided, ascending
  std::vector<dedup::DecidedFingerprint> pending_;  // a V that is to be appended
  std::shared_ptr<Receipt> awaited_;                ///< of what was appended last; null = nothing
  std::optional<Plan::Clock::time_point> waiting_since_;  ///< for somebody else's verdict
  Counts counts_;
};

}  // namespace newsmill::consumer
