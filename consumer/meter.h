#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "consumer/ports.h"
#include "processors/core/article.h"
#include "processors/core/batch.h"
#include "processors/core/result.h"

namespace newsmill::consumer {

/// Sums over what one committed transaction made visible.
struct Results {
  struct DeadLetters {
    std::string_view stage;  ///< static
    Code code;
    std::uint64_t count = 0;
  };
  /// Articles that became records, by what a dashboard asks first.
  struct Documents {
    std::string_view language;  ///< BCP 47; valid during the call
    Completeness completeness = Completeness::full;
    bool undated = false;  ///< no publication time found
    std::uint64_t count = 0;
  };
  /// Articles that became records and got to the topic `id`.
  struct Topic {
    std::string_view id;  ///< valid during the call
    std::uint64_t count = 0;
  };
  static constexpr std::size_t kRelations = static_cast<std::size_t>(Relation::unchecked) + 1;
  static constexpr std::size_t kEntityTypes = static_cast<std::size_t>(EntityType::PRODUCT) + 1;

  std::uint64_t records = 0, record_bytes = 0;
  std::uint64_t dead_letters = 0, dead_letter_bytes = 0;
  std::vector<DeadLetters> dead_letters_by;  ///< sums to dead_letters
  std::vector<Documents> documents_by;       ///< sums to records
  /// By Relation; sums to records while dedup is enabled.
  std::array<std::uint64_t, kRelations> relations{};
  /// Distinct entities of each record, by EntityType and whether they have an id (1) or not (0).
  std::array<std::array<std::uint64_t, 2>, kEntityTypes> entities{};
  std::vector<Topic> topics;  ///< every topic once; those of one record are several
  std::uint64_t without_topic = 0;  ///< records
  std::vector<double> latency_seconds;     ///< message timestamp → committed; one per result that has a timestamp
  std::vector<double> in_process_seconds;  ///< polled → handed to the producer; one per result
  double transaction_seconds = 0;          ///< begin → committed
};

/// What one lane did about the stories of its articles since it was made.
struct StoryTotals {
  std::uint64_t waited = 0;   ///< transactions that waited for somebody else's verdict
  std::uint64_t helped = 0;   ///< verdicts made for others
  std::uint64_t lost = 0;     ///< transactions whose verdicts came second
  std::uint64_t late = 0;     ///< articles that came in more than a window before the clock
};

/// Why a transaction was given up; closed set.
enum class AbortReason : std::uint8_t { broker, revoked, restart, fenced };
enum class Rebalance : std::uint8_t { assigned, revoked, lost };

/// How one lane tells what it does; implemented in consumer/metrics. One per lane, called from that
/// lane's thread only, once per batch, transaction or event and never per record. Must not block.
///
/// Conservation, exact whenever the lane stands still:
///   consumed = Results::records + Results::dead_letters + rewound + in flight
class Meter {
 public:
  virtual ~Meter() = default;

  virtual void consumed(std::string_view topic, std::uint64_t records, std::uint64_t bytes) = 0;
  /// A batch came out of the chain: what each stage did, and how long a worker was busy with it.
  virtual void processed(std::span<const StageCount> stages, double busy_seconds) = 0;
  /// Polled, then thrown away because the generation ended; the input delivers them again.
  virtual void rewound(std::uint64_t records) = 0;

  virtual void committed(const Results& results) = 0;
  virtual void aborted(AbortReason reason, double transaction_seconds) = 0;
  /// The sums so far; once a turn or a transaction, also when nothing has changed.
  virtual void stories(const StoryTotals& totals) = 0;

  /// Polled and neither committed nor thrown away. `bytes` is what the ring holds of `capacity`. Called
  /// when all numbers of the lane agree, at the end of a turn: here they become visible together.
  virtual void in_flight(std::uint64_t records, std::uint64_t bytes, std::uint64_t capacity) = 0;
  virtual void paused(bool paused) = 0;

  virtual void rebalanced(Rebalance kind, std::span<const Partition> partitions) = 0;
  /// Of an assigned partition: messages not committed yet, and the age of the oldest one in flight
  /// (0 = none; control records make `records` never quite 0, so alert on seconds).
  virtual void lag(const Partition& partition, std::uint64_t records, double seconds) = 0;
  virtual void lag_gone(const Partition& partition) = 0;  ///< revoked: the series ends

  /// The lane was torn down and starts anew: `reason` restart or fenced.
  virtual void restarted(AbortReason reason) = 0;
  /// The lane made progress now (polled, finished or committed something, or had nothing to do).
  virtual void beat() = 0;
};

}  // namespace newsmill::consumer
