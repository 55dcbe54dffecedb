#pragma once
#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "tests/chaos/articles.h"
#include "tests/support/kafka_client.h"

namespace newsmill::chaos {

/// What was fed and acknowledged, by its place in the raw topic.
struct Fed {
  Kind kind = Kind::article;
  std::string id;
  std::uint64_t digest = 0;   ///< digest_of() of the message
  std::string hash;           ///< first 8 bytes of the value's SHA-256 in hex
  Telling telling = Telling::first;  ///< of a copy
};

/// Key, value and headers of a record as one number; null and empty differ.
std::uint64_t digest_of(const test::KafkaRecord& record);

/// One partition and offset.
using Place = std::pair<std::int32_t, std::int64_t>;

/// The feeder writes it, the checker reads it. Thread-safe.
class Ledger {
 public:
  void add(Place place, Fed fed) {
    const std::lock_guard lock(mutex_);
    fed_.emplace(place, std::move(fed));
  }
  std::map<Place, Fed> all() const {
    const std::lock_guard lock(mutex_);
    return fed_;
  }
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return fed_.size();
  }
  /// Offset after the last fed message of each partition.
  std::vector<std::int64_t> ends(int partitions) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::int64_t> ends(static_cast<std::size_t>(partitions), 0);
    for (const auto& [place, fed] : fed_) {
      std::int64_t& end = ends[static_cast<std::size_t>(place.first)];
      end = std::max(end, place.second + 1);
    }
    return ends;
  }

 private:
  mutable std::mutex mutex_;
  std::map<Place, Fed> fed_;
};

}  // namespace newsmill::chaos
