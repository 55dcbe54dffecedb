#pragma once
#include "cli/published.h"
#include "consumer/dedup_log.h"
#include "consumer/ports.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

namespace newsmill::cli {

/// Writes what was published into a dedup log: fingerprints in the order in which they are added, then
/// their verdicts, as lanes would have done. What the log holds already is not written again and keeps its
/// verdict, so a rebuild that was cut short can be repeated. One thread.
class DedupRebuilding {
 public:
  static constexpr std::size_t kAtOnce = 1'000;  ///< of one V
  /// `patience`: how long the log may take over one step before that is a failure.
  DedupRebuilding(consumer::DedupLog& log, std::chrono::milliseconds patience) : log_(log), patience_(patience) {}

  struct Counts {
    std::uint64_t written = 0;  ///< articles: fingerprint, verdict or both
    std::uint64_t there = 0;    ///< articles that stand in the log with their verdict
    std::uint64_t unlike = 0;   ///< of those, articles that were published with another verdict
    std::uint64_t past = 0;     ///< articles older than the window, which the log knows no more
  };

  /// In the order in which they came in, the oldest first; each has a verdict.
  consumer::Outcome add(Published published);
  consumer::Outcome finish();
  const Counts& counts() const { return counts_; }

 private:
  using Verdicts = std::vector<dedup::DecidedFingerprint>;
  consumer::Outcome write();
  consumer::Outcome write_fingerprints();
  consumer::Outcome write_verdicts(const Verdicts& verdicts);
  consumer::Outcome await(const std::shared_ptr<consumer::Receipt>& receipt);
  template <class Append> consumer::Outcome insist(Append&& append);

  consumer::DedupLog& log_;
  const std::chrono::milliseconds patience_;
  std::vector<Published> waiting_;
  Counts counts_;
};

}  // namespace newsmill::cli
