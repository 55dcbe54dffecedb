#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string_view>
#include <vector>

#include "processors/core/article.h"
#include "processors/core/message.h"
#include "processors/core/result.h"

namespace newsmill {

/// What one stage did to one batch: plain sums, published by whoever owns the metrics.
struct StageCount {
  std::string_view name;
  std::uint64_t articles = 0, failed = 0;
  std::uint64_t nanoseconds = 0;  ///< 0 when nobody lent a clock
};

/// The articles of one poll, in poll order, with all memory they need. At most kMaxArticles or
/// kTargetBytes, so that it stays in cache. One thread at a time; moves from the lane to a worker
/// and back. Nothing of it outlives it.
class Batch {
 public:
  static constexpr std::size_t kMaxArticles = 64;
  static constexpr std::size_t kTargetBytes = 256 * 1024;

  struct Item {
    Item(const Message& m, Arena* arena) : message(m), article(message, arena) {}
    Message message;  ///< kept whole: a dead letter gets the original bytes, key and headers
    Article article;
    std::optional<Error> error;  ///< set = a dead letter, by `stage`
    std::string_view stage;      ///< name of the stage that failed
  };

  Batch();
  ~Batch();
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  /// Copies every view of `message` into the arena. The reference is stable for the batch's life.
  Item& add(const Message& message);
  std::deque<Item>& items() { return items_; }
  const std::deque<Item>& items() const { return items_; }
  Arena& arena() { return *arena_; }
  bool full() const { return items_.size() >= kMaxArticles || raw_bytes_ >= kTargetBytes; }

  /// Bytes of the delivered keys, values and headers.
  std::size_t raw_bytes() const { return raw_bytes_; }
  /// All memory held: raw, arena and encoded records. What the ring is bounded by.
  std::size_t bytes() const;

  std::vector<StageCount> counts;  ///< filled by Pipeline::run
  std::uint64_t generation = 0;    ///< of the lane that polled it; an older one is thrown away

 private:
  class CountedArena;
  std::unique_ptr<CountedArena> upstream_;
  std::unique_ptr<std::pmr::monotonic_buffer_resource> arena_;
  std::deque<Item> items_;  // after arena_: destroyed first
  std::size_t raw_bytes_ = 0;
};

}  // namespace newsmill
