#pragma once
#include "config/settings.h"
#include "consumer/memory_dedup_log.h"
#include "consumer/verdicts.h"
#include "processors/core/batch.h"

#include <cstdint>

namespace newsmill::cli {

/// What the time is for dedup in one run over files.
enum class StoryClock : std::uint8_t {
  none,       ///< it stands still: everything in the run can be matched
  published,  ///< that of the newest article so far: what is older than the window is forgotten
};

/// Gives the articles of one run their stories, as `newsmill run` does with a dedup log that is gone
/// with the run. An article came in when it was published, else updated, else received. One thread.
class Stories {
 public:
  Stories(const config::Settings::Dedup& settings, StoryClock clock);

  /// The next article of the input, after the chain: fills its verdict and the story in its record. Each
  /// is decided before the next one comes, so that nothing depends on how they are put into batches.
  void tell(Batch::Item& item);

 private:
  const StoryClock clock_;
  std::int64_t now_ms_ = 0;
  consumer::MemoryDedupLog log_;
  const consumer::Plan plan_;
  consumer::Verdicts verdicts_;
};

}  // namespace newsmill::cli
