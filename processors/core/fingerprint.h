#pragma once
#include <cstdint>

#include "processors/core/id.h"
#include "processors/core/sketch.h"

namespace newsmill {

/// What the referee of dedup needs of an article: F in the dedup log, without what its appender adds
/// (log id, clock, sent). A plain value; written by the step `dedup`.
struct Fingerprint {
  /// What redelivery means: topic (as XXH3-64 of its name), partition, offset, and the first 8 bytes of
  /// the SHA-256 of the delivered bytes.
  struct Delivery {
    std::uint64_t topic = 0, content = 0;
    std::int64_t offset = 0;
    std::int32_t partition = 0;
    friend bool operator==(const Delivery&, const Delivery&) = default;
  };
  enum class Status : std::uint8_t { usable, withheld, canceled };

  Delivery delivery;
  ArticleId article;
  std::int64_t arrival_ms = 0;  ///< when it came in, Unix milliseconds: Kafka timestamp; −1 = none, the host decides
  /// Usable, whole, not embargoed, long enough to judge: only such an article opens a story for others.
  bool may_lead = false;
  Status status = Status::usable;
  std::uint64_t version = 0;      ///< the provider's, as a number; 0 = none or no number
  std::int64_t updated_ms = 0;    ///< Unix milliseconds; 0 = unknown
  std::uint64_t source = 0;       ///< XXH3-64 of the folded publisher; 0 = none
  std::uint64_t text = 0;         ///< hash of the words of the body, in order; 0 = no text
  std::uint64_t headline = 0;     ///< hash of the words of the headline, in order; 0 = none
  std::uint64_t skeleton = 0;     ///< hash of the headline's words without figures, days and ticker symbols; 0 = none
  bool correction = false;        ///< the headline says so (CORRECTED, RPT, UPDATE …): numbers may differ
  Sketch sketch;
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

}  // namespace newsmill
