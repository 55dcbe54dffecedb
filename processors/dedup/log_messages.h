#pragma once
#include <cstdint>
#include <vector>

#include "processors/core/fingerprint.h"
#include "processors/core/verdict.h"

namespace newsmill::dedup {

/// Place of a message in the dedup log: ascending, not without gaps.
using LogOffset = std::int64_t;

/// Names a log: made by whoever appends its first F, carried by every message. 0 = none.
using LogId = std::uint64_t;

/// F: one article. All times are Unix milliseconds.
struct FingerprintMessage {
  Fingerprint fingerprint;
  std::int64_t clock_ms = 0;  ///< of the sender's state, or less: an empty state learns the time from it
  std::int64_t sent_ms = 0;   ///< the sender's wall clock
  LogId log = 0;              ///< the log that it was meant for
  friend bool operator==(const FingerprintMessage&, const FingerprintMessage&) = default;
};

/// One F and what it is decided to be.
struct DecidedFingerprint {
  LogOffset offset = 0;  ///< of the F
  Verdict verdict;
  friend bool operator==(const DecidedFingerprint&, const DecidedFingerprint&) = default;
};

/// V: the verdicts of F's that one batch appended, or of exactly one older F (a message that mixed
/// them could be void for one reader and valid for another whose log starts between them).
struct VerdictsMessage {
  std::vector<DecidedFingerprint> verdicts;
  std::int64_t sent_ms = 0;  ///< the sender's wall clock
  LogId log = 0;             ///< the log that it was meant for
  friend bool operator==(const VerdictsMessage&, const VerdictsMessage&) = default;
};

}  // namespace newsmill::dedup
