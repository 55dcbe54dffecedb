#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "processors/dedup/log_codec.h"
#include "processors/dedup/referee.h"
#include "tests/chaos/ledger.h"

namespace newsmill::chaos {

/// One message of the dedup log as Kafka gives it.
struct LogMessage {
  dedup::LogOffset offset = 0;
  std::int64_t append_ms = 0;
  std::string bytes;
  friend bool operator==(const LogMessage&, const LogMessage&) = default;
};

/// What the dedup log says, folded twice: by newsmill's referee and by a few maps of our own that know
/// only the rule that the first verdict is the verdict. Nothing ever leaves, so the window of the
/// referee must hold the whole drill. Not thread-safe.
class LogFold {
 public:
  LogFold();

  void add(const LogMessage& message);

  /// An article in the log: its first F, and that one's first V.
  struct Row {
    dedup::LogOffset offset = 0;
    std::int64_t append_ms = 0;
    Fingerprint fingerprint;
    std::optional<Verdict> verdict;
    dedup::LogOffset decided_at = 0;  ///< offset of the V
  };
  const Row* of(const Place& delivery) const;
  const std::map<Place, Row>& rows() const { return rows_; }
  dedup::LogId log_id() const { return log_; }

  struct Counts {
    std::size_t fingerprints = 0, verdicts = 0;  ///< messages
    std::size_t again = 0;    ///< F's of a delivery that has one already
    std::size_t lost = 0;     ///< V's that came second and say otherwise: void
    std::size_t same = 0;     ///< V's that came second and say the same
    std::size_t foreign = 0, late = 0, garbage = 0;
    friend bool operator==(const Counts&, const Counts&) = default;
  };
  const Counts& counts() const { return counts_; }
  /// Messages of which the referee thinks otherwise, and articles that it decides otherwise.
  std::size_t differs() const;

 private:
  using Applied = dedup::Referee::Applied;
  Applied apply(const dedup::FingerprintMessage& message, const LogMessage& at);
  Applied apply(const dedup::VerdictsMessage& message, const LogMessage& at);
  void count(Applied applied);

  dedup::Referee referee_;
  dedup::LogId log_ = 0;
  std::map<Place, Row> rows_;
  std::map<dedup::LogOffset, Place> by_offset_;
  Counts counts_;
  std::size_t differs_ = 0;
};

}  // namespace newsmill::chaos
