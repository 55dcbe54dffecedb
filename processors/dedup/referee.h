#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "processors/dedup/live_articles.h"
#include "processors/dedup/log_messages.h"
#include "processors/dedup/stories.h"

namespace newsmill::dedup {

class Deciding;

/// What is fixed for the life of a referee. Two that differ in it still agree on every verdict that is
/// in the log: parameters change quality, never consistency.
struct RefereeRules {
  std::int64_t window_ms = std::int64_t{72} * 3'600'000;  ///< W: how long an article can be matched
  std::uint64_t articles = 1 << 20;  ///< of one window, for which the key table has room; never grown
  /// Everything is within the window: the log's times are 0 and stories are born when their first
  /// member came in. For one run over files; as nothing leaves by time, the newest `articles` stay.
  bool still_clock = false;
};

/// The state behind the dedup log, and what follows from it. It is a function of the log: whoever
/// applies the same messages has the same state, also when the log is read only from a window and a
/// margin back. Nothing here reads a clock, waits or knows Kafka.
///
/// The first verdict of an F in the log is its verdict, for good. A verdict rests only on verdicts that
/// are already in the log (those of the same batch count, because a V is valid or void as a whole).
/// Nobody decides for others, but for an orphan: see Decision::needs.
///
///   cost    apply: some cache lines an article. decide: at most 110 candidates an article.
///   memory  about 450 bytes a live article and 88 bytes of RefereeRules::articles
/// Thread safety: none; one thread applies, and nobody asks meanwhile.
class Referee {
 public:
  /// What became of a message.
  enum class Applied : std::uint8_t {
    taken,  ///< F: inserted, without a verdict; V: every live F that it names has this verdict
    known,  ///< F only: this delivery is live already
    late,   ///< without effect: appended more than kLatestMs after it was sent
    lost,   ///< V only: without effect, a live F has another verdict
    foreign,  ///< without effect: meant for another log
  };
  /// A message that arrives later than this after it was sent was held up somewhere, and its sender
  /// has gone on without it.
  static constexpr std::int64_t kLatestMs = 600'000;
  /// Beyond the window: how long an article stays while the input's clock stands still.
  static constexpr std::int64_t kSlackMs = 86'400'000;

  explicit Referee(const RefereeRules& rules);
  ~Referee();
  Referee(const Referee&) = delete;
  Referee& operator=(const Referee&) = delete;

  /// Messages in the order of the log, each with its offset and the time at which it was appended.
  Applied apply(const FingerprintMessage& message, LogOffset offset, std::int64_t append_ms);
  Applied apply(const VerdictsMessage& message, LogOffset offset, std::int64_t append_ms);

  struct Decision {
    std::vector<DecidedFingerprint> verdicts;  ///< of all that was asked; empty while `needs` is not
    /// F's of others without a verdict, on which one of these rests, ascending. They are waited for;
    /// when that takes too long, decide() is asked about the first of them alone, which is then
    /// appended by itself: always safe, because every owner publishes what the log says.
    std::vector<LogOffset> needs;
  };
  /// Proposes verdicts for F's that are live and have none, ascending. F's that are not live, or have a
  /// verdict, are left out of the answer.
  Decision decide(std::span<const LogOffset> own);

  /// The live F of a delivery: it is not appended again, its verdict is used or made.
  std::optional<LogOffset> offset_of(const Fingerprint::Delivery& delivery) const;
  bool is_live(LogOffset offset) const;
  /// When a live F was appended, by the log's time, which never goes back.
  std::optional<std::int64_t> append_ms_of(LogOffset offset) const;
  /// Of a live F that has one.
  std::optional<Verdict> verdict_of(LogOffset offset) const;

  /// For an article that has left before it could be decided: a story of its own, which nobody can join.
  Verdict apart(const Fingerprint& fingerprint) const;

  /// The log's name: that of its first F. A message that names another one is without effect.
  LogId log_id() const { return log_; }
  /// For a referee that reads the log not from its start: the name that its newest messages have. Before
  /// the first apply().
  void expect(LogId log) { log_ = log; }

  /// What the sender of an F says of its state; the smallest number while nothing was applied.
  std::int64_t clock_ms() const { return clock_ms_; }
  std::size_t live() const { return articles_.size(); }
  std::size_t undecided() const { return articles_.size() - decided_; }
  std::size_t stories() const { return stories_.size(); }
  std::size_t bytes() const;  ///< memory held
  /// Keys that were overwritten while their article was live, which is then found less often.
  std::uint64_t overflows() const { return articles_.table().overflows(); }

  /// All that later answers can depend on, as bytes: equal states give equal bytes. For tests.
  std::string state() const;

 private:
  friend class Deciding;
  void go_on(std::int64_t append_ms);
  bool knows_the_time() const;
  void expire(bool one_more);
  void pin(std::uint32_t sequence, const Verdict& verdict);
  bool leads(const LiveArticle& article) const;
  Verdict verdict_of(const LiveArticle& article) const;

  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();

  const RefereeRules rules_;
  LogId log_ = 0;                          ///< 0 = no F yet
  std::int64_t clock_ms_ = kNever;         ///< of the input, never back
  std::int64_t newest_append_ms_ = kNever, newest_article_ms_ = kNever;  ///< of any message; of an F that had effect
  LiveArticles articles_;
  Stories stories_;
  std::size_t decided_ = 0;  ///< live and with a verdict
  std::unique_ptr<Deciding> deciding_;
};

}  // namespace newsmill::dedup
