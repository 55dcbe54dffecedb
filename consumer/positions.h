#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "consumer/ports.h"
#include "processors/core/message.h"

namespace newsmill::consumer {

/// Where a lane stands in each of its partitions: what was read and is not committed yet. One thread.
/// Cost: 16 bytes and a few comparisons a message.
class Positions {
 public:
  /// New partitions; nothing is in flight.
  void assign(std::span<const Partition> partitions);
  /// False when the message does not come after what was read before it: the input has gone back
  /// without being told, and what is in flight would be written twice.
  [[nodiscard]] bool read(const Message& message);
  /// Everything before `next` is committed.
  void committed(std::span<const Position> next);
  /// What is in flight will be delivered again.
  void forget();

  std::size_t in_flight() const { return in_flight_; }

  struct Lag {
    std::uint64_t records = 0;
    double seconds = 0;  ///< age of the oldest message in flight; 0 = none
  };
  /// `end`: offset after the last message of the partition, -1 = not known.
  Lag lag(const Partition& partition, std::int64_t end, std::int64_t now_ms) const;

 private:
  struct Pending {
    std::int64_t offset, timestamp_ms;
  };
  struct Track {
    Partition partition;
    std::int64_t committed = -1;  ///< next offset; -1 = nothing committed yet
    std::deque<Pending> pending;
  };
  Track* find(std::string_view topic, std::int32_t number);

  std::vector<Track> tracks_;  // a lane has few partitions, and neighbours in a batch share one
  std::size_t last_ = 0;
  std::size_t in_flight_ = 0;
};

}  // namespace newsmill::consumer
