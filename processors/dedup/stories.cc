#include "processors/dedup/stories.h"

#include <algorithm>
#include <cstring>

namespace newsmill::dedup {
namespace {

// Article ids are hashes: some of their bits are as good as all.
std::uint64_t hash(const ArticleId& id, std::int64_t since_ms) {
  std::uint64_t half;
  std::memcpy(&half, id.bytes.data(), sizeof half);
  return (half ^ static_cast<std::uint64_t>(since_ms)) * 0x9e3779b97f4a7c15u;
}

template <class Row>
std::uint32_t take(std::vector<Row>& rows, std::vector<std::uint32_t>& free) {
  if (free.empty()) {
    rows.emplace_back();
    return static_cast<std::uint32_t>(rows.size() - 1);
  }
  const std::uint32_t place = free.back();
  free.pop_back();
  rows[place] = {};
  return place;
}

}  // namespace

std::optional<std::uint32_t> Stories::find(const ArticleId& id, std::int64_t since_ms) const {
  return table_.find(hash(id, since_ms), [&](std::uint32_t story) {
    return stories_[story].id == id && stories_[story].since_ms == since_ms;
  });
}

void Stories::prefetch(const ArticleId& id, std::int64_t since_ms) const { table_.prefetch(hash(id, since_ms)); }

std::uint32_t Stories::find_or_begin(const ArticleId& id, std::int64_t since_ms) {
  if (const auto found = find(id, since_ms)) return *found;
  const std::uint32_t story = take(stories_, free_stories_);
  stories_[story].id = id;
  stories_[story].since_ms = since_ms;
  table_.insert(hash(id, since_ms), story);
  return story;
}

void Stories::join(LiveArticles& articles, std::uint32_t sequence, const ArticleId& id, std::int64_t since_ms) {
  LiveArticle& article = articles.at(sequence);
  article.story = find_or_begin(id, since_ms);
  Story& story = stories_[article.story];
  ++story.members;
  if (!article.may_lead) return;
  // Verdicts come nearly in the order of the log, so its place is near the end.
  std::uint32_t before = story.last;
  while (before != kNone && articles.age(before) < articles.age(sequence)) before = articles.at(before).before;
  article.before = before;
  article.after = before == kNone ? story.first : articles.at(before).after;
  (before == kNone ? story.first : articles.at(before).after) = sequence;
  (article.after == kNone ? story.last : articles.at(article.after).before) = sequence;
}

void Stories::leave(LiveArticles& articles, std::uint32_t sequence) {
  const LiveArticle& article = articles.at(sequence);
  Story& story = stories_[article.story];
  if (article.may_lead) {
    (article.before == kNone ? story.first : articles.at(article.before).after) = article.after;
    (article.after == kNone ? story.last : articles.at(article.after).before) = article.before;
  }
  if (--story.members > 0) return;
  table_.erase(hash(story.id, story.since_ms), article.story);
  free_stories_.push_back(article.story);
}

std::uint32_t Stories::keep_related(std::span<const ArticleId> related) {
  if (related.empty()) return kNone;
  const std::uint32_t place = take(related_, free_related_);
  related_[place].count = static_cast<std::uint8_t>(std::min(related.size(), Verdict::kRelated));
  std::copy_n(related.begin(), related_[place].count, related_[place].ids.begin());
  return place;
}

std::span<const ArticleId> Stories::related(std::uint32_t place) const {
  if (place == kNone) return {};
  return std::span(related_[place].ids).first(related_[place].count);
}

void Stories::forget_related(std::uint32_t place) {
  if (place != kNone) free_related_.push_back(place);
}

std::size_t Stories::bytes() const {
  return stories_.capacity() * sizeof(Story) + related_.capacity() * sizeof(Related) +
         (free_stories_.capacity() + free_related_.capacity()) * sizeof(std::uint32_t) + table_.bytes();
}

}  // namespace newsmill::dedup
