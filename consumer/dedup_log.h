#pragma once
#include <span>
#include <vector>

#include "consumer/ports.h"
#include "consumer/shared_referee.h"
#include "processors/core/fingerprint.h"
#include "processors/dedup/log_messages.h"

namespace newsmill::consumer {

/// The log that is the referee of dedup: everybody's fingerprints (F) and verdicts (V) in one order.
/// What is appended comes back, with everybody else's, to the process's referee; a lane goes by what
/// came back and never by what it sent. Thread-safe: the lanes of a process share it.
class DedupLog {
 public:
  virtual ~DedupLog() = default;

  /// Waits until the referee has applied what is in the log now. Asked before the first decision about
  /// partitions that were just assigned: their last owner's verdicts count.
  virtual Outcome catch_up() = 0;
  /// Appends F's in this order, behind what this caller has appended before; `last` is the offset of
  /// the last one. After `retry` call again with the same arguments. `rebuild`: what of it is in the log
  /// is not known; whoever starts anew finds it there and does not append it again.
  virtual Outcome append(std::span<const Fingerprint* const> articles, dedup::LogOffset& last) = 0;
  /// Appends one V: of articles that this caller has appended in one go, or of exactly one older one.
  virtual Outcome append(std::span<const dedup::DecidedFingerprint> verdicts, dedup::LogOffset& last) = 0;

  virtual SharedReferee& referee() = 0;
};

}  // namespace newsmill::consumer
