#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "processors/core/id.h"
#include "processors/dedup/live_articles.h"
#include "processors/dedup/place_table.h"

namespace newsmill::dedup {

/// The stories that have a live member with a verdict. A story is its id and its birth: an article that
/// opens a story again after its first one has left opens another one under the same id.
class Stories {
 public:
  struct Story {
    ArticleId id;
    std::int64_t since_ms = 0;
    std::uint32_t first = kNone, last = kNone;  ///< of its members that may lead, in the order of the log
    std::uint32_t members = 0;
  };

  std::size_t size() const { return table_.size(); }
  const Story& at(std::uint32_t story) const { return stories_[story]; }
  std::optional<std::uint32_t> find(const ArticleId& id, std::int64_t since_ms) const;

  /// Starts to load what find() will look at.
  void prefetch(const ArticleId& id, std::int64_t since_ms) const;

  /// Makes the article at `sequence` a member of the story, which it may begin; fills its `story`.
  void join(LiveArticles& articles, std::uint32_t sequence, const ArticleId& id, std::int64_t since_ms);
  /// Takes a member out that leaves; the story ends with its last one.
  void leave(LiveArticles& articles, std::uint32_t sequence);

  /// Keeps what an article is related to; kNone for nothing.
  std::uint32_t keep_related(std::span<const ArticleId> related);
  std::span<const ArticleId> related(std::uint32_t place) const;
  void forget_related(std::uint32_t place);

  std::size_t bytes() const;

 private:
  struct Related {
    std::array<ArticleId, Verdict::kRelated> ids;
    std::uint8_t count = 0;
  };
  std::uint32_t find_or_begin(const ArticleId& id, std::int64_t since_ms);

  std::vector<Story> stories_;
  std::vector<Related> related_;
  std::vector<std::uint32_t> free_stories_, free_related_;
  PlaceTable table_;
};

}  // namespace newsmill::dedup
