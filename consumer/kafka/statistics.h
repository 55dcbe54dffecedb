#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace newsmill::kafka {

/// What newsmill reads from librdkafka's statistics (STATISTICS.md of librdkafka 2.0.2). Its own
/// consumer_lag is not among it: with offsets in transactions the consumer never learns what was
/// committed and reports -1 or a stale number.
struct Statistics {
  struct Partition {
    std::string topic;
    std::int32_t number = 0;
    std::int64_t end = -1;  ///< ls_offset: after the last message that a read_committed reader may see
  };
  std::vector<Partition> partitions;  ///< those that the consumer fetches now
};

/// Empty when `json` is not what librdkafka writes. Costs about 10 µs a partition.
std::optional<Statistics> parse_statistics(std::string_view json);

}  // namespace newsmill::kafka
