#pragma once
#include "cli/dedup_subject.h"
#include "processors/dedup/log_messages.h"
#include "processors/dedup/referee.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace newsmill::cli {

/// What the dedup log says about one article, story or delivery. The log is read twice, from the same
/// offset: first it is looked through for the articles that are meant, because verdicts name them by their
/// offset only; then it is applied, so that what counts and who is live is what every instance says.
///   memory  the referee's, and what is found
class DedupSearch {
 public:
  DedupSearch(DedupSubject subject, const dedup::RefereeRules& rules) : subject_(std::move(subject)), referee_(rules) {}

  /// First time: every message, in the log's order.
  void look(const dedup::FingerprintMessage& message, dedup::LogOffset offset);
  void look(const dedup::VerdictsMessage& message);
  /// Before the second time, when the log's beginning is not the log's own (Referee::expect).
  void expect(dedup::LogId log) { referee_.expect(log); }
  /// Second time.
  void apply(const dedup::FingerprintMessage& message, dedup::LogOffset offset, std::int64_t append_ms);
  void apply(const dedup::VerdictsMessage& message, dedup::LogOffset offset, std::int64_t append_ms);

  /// A fingerprint that is meant.
  struct Article {
    Fingerprint fingerprint;
    std::int64_t sent_ms = 0;
  };
  /// A verdict on one that is meant.
  struct Decided {
    dedup::DecidedFingerprint verdict;
    std::optional<ArticleId> article;  ///< whose it is; none when its F lies before the beginning
    std::size_t together = 0;          ///< verdicts in the same message
    bool live = false;                 ///< its F was live when it came
    bool first = false;                ///< and had no verdict before
  };
  struct Line {
    dedup::LogOffset offset = 0;
    std::int64_t append_ms = 0;
    dedup::Referee::Applied applied = dedup::Referee::Applied::taken;
    std::variant<Article, Decided> what;
  };
  /// In the log's order.
  const std::vector<Line>& lines() const { return lines_; }
  /// After the second time: the state at the end of the log.
  const dedup::Referee& referee() const { return referee_; }

 private:
  const DedupSubject subject_;
  dedup::Referee referee_;
  std::unordered_set<dedup::LogOffset> meant_;  ///< F's
  std::unordered_map<dedup::LogOffset, ArticleId> articles_;  ///< of those, as far as they have come
  std::vector<Line> lines_;
};

/// What a line says, as people read it: several lines, indented but for the first. `topics` are names that
/// deliveries may come from.
std::string words_of(const DedupSearch::Line& line, const dedup::Referee& at_end, std::span<const std::string> topics);
/// The same as a JSON object.
std::string json_of(const DedupSearch::Line& line, const dedup::Referee& at_end, std::span<const std::string> topics);

}  // namespace newsmill::cli
