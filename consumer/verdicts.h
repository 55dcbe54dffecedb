#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "consumer/alone.h"
#include "consumer/appended.h"
#include "consumer/dedup_log.h"
#include "consumer/failpoint.h"
#include "consumer/meter.h"
#include "consumer/plan.h"
#include "consumer/ports.h"
#include "processors/core/batch.h"

namespace newsmill::consumer {

/// What one lane does about the stories of its articles, in the protocol's order: fingerprints (F) are
/// appended as soon as their batch has come out of the chain; the oldest batches whose F's have come back
/// are decided together and their verdicts (V) appended, before the transaction begins; and, when
/// everything else of it is handed over, it is read back whether the log holds them.
///
///   take() → advance() … ready() → decide() → [begin, produce, send offsets] →
///   confirm() → [commit] → committed()
///
/// A V names F's that this lane appended, within minutes of one another, or exactly one older F (Alone): a
/// message that mixed them could be void for one reader and valid for another whose log starts between
/// them. Where a copy of another lane stands between two of a transaction, the earlier ones get a V of
/// their own at once, so that two lanes never wait for one another.
///
/// Waits for the log nowhere but in confirm() and wait(). One lane's thread.
class Verdicts {
 public:
  /// `log` may be null: then there are no stories. All outlive it.
  Verdicts(DedupLog* log, const Plan& plan, Failpoints* failpoints = nullptr);

  /// Before the lane joins its group, and by advance() after each assignment: the log is applied to its
  /// end, so that the verdicts of the partitions' last owner are known.
  Outcome catch_up();
  /// Partitions were assigned.
  void assigned() { caught_up_ = false; }

  /// The next batch in poll order, after the chain; its items stay where they are until committed() or forget().
  void take(std::span<Batch::Item* const> items) { appended_.take(items); }
  /// Hands over to the log what can be handed over, looks at what came back. `retry`: the log takes nothing
  /// at the moment, which does no harm; else as for begin() of a transaction: there is nothing to abort yet.
  Outcome advance();
  /// How many of the oldest batches may go into a transaction of at most so many articles.
  Appended::Ready ready(std::size_t articles) const;
  /// Gives every article of the oldest `batches` that has a fingerprint its verdict, and its record the
  /// story; `retry` while something must be waited for, then again, until then with at least as many: it
  /// stays with those of the first call. Before the transaction begins.
  Outcome decide(std::size_t batches);
  /// The batches that decide() decides.
  std::size_t deciding() const { return batches_; }
  /// Whether the log holds what decide() gave: `abort` when somebody else was first; `retry` while it has
  /// not come back, after a moment. Before the commit.
  Outcome confirm();
  /// What decide() decided is committed.
  void committed();
  /// What was begun is given up; what is in the log already will be found there.
  void forget();

  /// Until something of the log was applied, or `limit` is over.
  void wait(Plan::Milliseconds limit);
  /// Something is under way to the log and back: there is reason to look again soon.
  bool busy() const { return log_ && (appended_.waiting() || !alone_.empty() || stage_ == Stage::own); }
  /// Why nothing gets on although the log may be used, in words for an operator; empty = it does.
  const std::string& trouble() const { return trouble_.empty() ? appended_.trouble() : trouble_; }

  /// Since the start.
  struct Counts : StoryTotals {
    std::uint64_t void_messages = 0;  ///< own F's and V's that came back without effect
    std::uint64_t late_own = 0;       ///< of those the ones that were appended too long after they were sent
  };
  Counts counts() const;

 private:
  enum class Stage : std::uint8_t { begin, own, done };

  void begin(std::size_t batches);
  Outcome decide_own();
  Outcome decide_first(std::span<const dedup::LogOffset> open);
  Outcome send();
  Outcome send_and_fill();
  bool note_void();
  bool came_back() const;
  void fill();
  void pass(Failpoint point) {
    if (failpoints_) failpoints_->pass(point);
  }

  DedupLog* const log_;
  const Plan& plan_;
  Failpoints* const failpoints_;
  Appended appended_;
  Alone alone_;
  bool caught_up_ = false;

  Stage stage_ = Stage::begin;
  std::size_t batches_ = 0;                         ///< being decided
  std::vector<Appended::Row> rows_;                 ///< of them
  std::vector<dedup::LogOffset> alone_rows_, own_;  ///< of those the ones decided by themselves, and together
  std::vector<dedup::DecidedFingerprint> sent_;     ///< the V sent last, or about to be
  bool to_send_ = false;                            ///< it is to be handed over (again)
  bool last_ = false;                               ///< nothing is undecided but what it names
  std::shared_ptr<Receipt> awaited_;                ///< of it; null = nothing is on its way
  std::optional<dedup::LogOffset> needed_;          ///< somebody else's without a verdict
  bool waited_ = false;                             ///< in this transaction
  Plan::Clock::time_point again_at_{};              ///< no sooner is a V sent that came back void
  std::string trouble_;                             ///< of V's

  Counts counts_;
};

}  // namespace newsmill::consumer
