#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "consumer/dedup_log.h"
#include "consumer/failpoint.h"
#include "consumer/plan.h"
#include "consumer/ports.h"
#include "processors/core/batch.h"

namespace newsmill::consumer {

/// The batches of a lane from the chain to their commit, in poll order, and where the F's of their
/// articles are in the dedup log. F's are appended in poll order as soon as their batch is here and
/// nothing waits for them; an article whose delivery is live is not appended again. An article with an
/// error has no F, so a dead letter never leads a story.
///
/// An F that comes back without effect is appended again: at once when it named another log, whose id
/// its sender has adopted by then, otherwise once a second, because the clock of this host is off.
///
/// One lane's thread.
class Appended {
 public:
  /// An article that is to get a verdict.
  struct Row {
    Batch::Item* item;
    std::optional<dedup::LogOffset> offset;  ///< of its live F; none: it has left the window already
    std::int64_t append_ms = 0;              ///< of that, by the log's time
    bool older = false;                      ///< F of an earlier life, or of somebody else's
    const Fingerprint& fingerprint() const { return *item->article.fingerprint; }
  };
  struct Counts {
    std::uint64_t void_messages = 0, late = 0;  ///< own F's without effect; of those, for the time they took
  };

  /// `log` may be null: then no article is to get a verdict. All outlive it.
  Appended(DedupLog* log, const Plan& plan, Failpoints* failpoints) : log_(log), plan_(plan), failpoints_(failpoints) {}

  /// The next batch, after the chain; its items stay where they are.
  void take(std::span<Batch::Item* const> items);
  /// Hands over what is not in the log, and looks at what came back. Waits for nothing: `retry` when the
  /// log takes nothing at the moment. Not before the log is caught up.
  Outcome advance();

  struct Ready {
    std::size_t batches = 0, articles = 0;
    bool full = false;  ///< one more batch would be too much
  };
  /// How many of the oldest batches are in the log for all to see: at most `articles` in them, or one batch.
  Ready ready(std::size_t articles) const;
  /// The articles of the oldest `batches`.
  std::vector<Row> rows(std::size_t batches) const;
  /// Offsets of older F's that have come up since the last call, ascending within a batch.
  std::vector<dedup::LogOffset> take_older() { return std::exchange(older_, {}); }
  bool waiting() const { return seen_ < batches_.size(); }  ///< for F's to come back

  void committed(std::size_t batches);
  void forget();

  /// What an operator is told of a message that was appended so long after it was sent.
  static std::string late_words(std::int64_t behind_ms);
  /// Why F's are without effect, in words; empty when they are not.
  const std::string& trouble() const { return trouble_; }
  const Counts& counts() const { return counts_; }

 private:
  struct Taken {
    std::vector<Row> rows;
    std::size_t articles = 0;
    std::vector<std::size_t> missing;  ///< rows whose F is on its way
    std::shared_ptr<Receipt> receipt;  ///< of it; null = nothing is
    dedup::LogOffset behind = 0;       ///< the last offset that was applied before
    bool again = false;                ///< it came back void
  };
  Outcome hand_over();
  Outcome append();
  void gather(Taken& taken);
  bool look_up(Taken& taken);
  bool gather_again(Taken& taken);
  void look_for_void(Taken& taken);
  void explain(const SharedReferee::Void& message);

  DedupLog* const log_;
  const Plan& plan_;
  Failpoints* const failpoints_;
  std::deque<Taken> batches_;
  std::size_t handed_ = 0;  ///< of batches_, those whose F's were handed over
  std::size_t seen_ = 0;    ///< of those, the ones that have come back
  std::vector<const Fingerprint*> new_;      ///< being handed over, of the batches from `first_` on before `end_`
  std::size_t first_ = 0, end_ = 0;
  std::vector<dedup::LogOffset> older_;
  std::optional<Plan::Clock::time_point> again_at_;  ///< no sooner is what came back void appended again
  std::string trouble_;
  Counts counts_;
};

}  // namespace newsmill::consumer
