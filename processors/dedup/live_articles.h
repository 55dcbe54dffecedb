#pragma once
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "processors/core/fingerprint.h"
#include "processors/dedup/log_messages.h"
#include "processors/dedup/place_table.h"
#include "processors/index/bucket_table.h"

namespace newsmill::dedup {

/// "No sequence", "no story", "no list".
inline constexpr std::uint32_t kNone = 0xFFFF'FFFF;

/// What the referee keeps of an F while it is live. Sequences count what was inserted, from 0, and
/// wrap around; a link to one that is not live any more counts as none.
struct LiveArticle {
  // As in the F.
  Fingerprint::Delivery delivery;
  ArticleId article;
  std::int64_t arrival_ms, updated_ms;
  std::uint64_t version, source, text, headline, skeleton;
  std::bitset<128> numbers;
  std::array<std::uint8_t, 32> min_hash;
  std::array<std::uint32_t, Sketch::kKeys> keys;  ///< ascending, without doubles
  std::uint16_t shingles, tokens;
  std::uint8_t key_count;
  Fingerprint::Status status;
  bool correction;

  // From its place in the log.
  LogOffset offset;
  std::int64_t clock_ms, append_ms;  ///< at its insertion
  bool late;       ///< came in more than a window before the clock: joins nothing by its text
  bool may_lead;   ///< as its F says, and not late
  std::array<std::uint32_t, Sketch::kKeys> same_key;  ///< for each key the leading one before it that has it too
  std::uint32_t same_article;  ///< the F before it of the same article
  std::uint32_t kill;          ///< the newest kill of the same article up to it
  std::uint32_t earlier_day;   ///< the newest one of its series on an earlier day

  // Its verdict.
  std::uint32_t story = kNone;    ///< in Stories; kNone = no verdict yet
  std::uint32_t related = kNone;  ///< in Stories
  std::uint32_t before = kNone, after = kNone;  ///< neighbours among the leading members of the story
  ArticleId canonical;
  float similarity = -1;
  Relation relation = Relation::original;
  bool has_canonical = false;

  bool decided() const { return story != kNone; }
  /// Among its keys; key_count when it has not got it.
  std::size_t place_of(std::uint32_t key) const {
    std::size_t place = 0;
    while (place < key_count && keys[place] != key) ++place;
    return place;
  }
  /// As judge() takes it; the keys are not in it.
  Fingerprint fingerprint() const;
};

/// Keys that two articles have in common.
std::uint32_t shared_keys(const LiveArticle& one, const LiveArticle& other);

/// The live F's in the order of the log, and the ways to find one. What is found by key is bounded.
class LiveArticles {
 public:
  /// `records`: for how many the key table has room.
  explicit LiveArticles(std::uint64_t records);

  std::size_t size() const { return static_cast<std::size_t>(end_ - begin_); }
  std::uint32_t oldest() const { return static_cast<std::uint32_t>(begin_); }
  bool is_live(std::uint32_t sequence) const { return sequence - oldest() < size(); }
  /// How long before the next one to come; orders live sequences.
  std::uint32_t age(std::uint32_t sequence) const { return static_cast<std::uint32_t>(end_) - sequence; }
  LiveArticle& at(std::uint32_t sequence) { return const_cast<LiveArticle&>(std::as_const(*this).at(sequence)); }
  const LiveArticle& at(std::uint32_t sequence) const {
    const std::uint64_t place = begin_ + (sequence - oldest());
    return (*chunks_[static_cast<std::size_t>(place / kChunk - begin_ / kChunk)])[place % kChunk];
  }

  /// Starts to load what of_delivery() and add() will look at, all at once: each of these tables is larger
  /// than any cache, and one after the other they would be most of what an article costs.
  void prefetch(const Fingerprint& fingerprint) const;
  /// Adds the newest one; `day` of its series. Returns its sequence.
  std::uint32_t add(const Fingerprint& fingerprint, LogOffset offset, std::int64_t clock_ms, std::int64_t append_ms,
                    bool late, bool still_clock);
  /// Takes out the oldest one, whose story has been told before.
  void remove_oldest();

  std::optional<std::uint32_t> of_delivery(const Fingerprint::Delivery& delivery) const;
  std::optional<std::uint32_t> of_offset(LogOffset offset) const;
  /// The newest F of an article.
  std::optional<std::uint32_t> newest_of(const ArticleId& article) const;

  /// Calls visit(sequence) for live articles that may lead, came before `article` and share a key with
  /// it: of each key the newest kMostOfAKey, newest first; one that shares several keys several times.
  /// What came after it does not push them out, so that a batch of copies can be appended at once.
  template <class Visit>
  void visit_sharing(const LiveArticle& article, Visit&& visit) const {
    for (std::size_t i = 0; i < article.key_count; ++i) {
      std::uint32_t sequence = article.same_key[i];
      for (std::size_t left = kMostOfAKey; left > 0 && sequence != kNone && is_live(sequence); --left) {
        visit(sequence);
        const LiveArticle& other = at(sequence);
        const std::size_t place = other.place_of(article.keys[i]);
        sequence = place < other.key_count ? other.same_key[place] : kNone;
      }
    }
  }
  /// Days on which the source of `article` had its headline skeleton, up to it; 0 without one.
  std::uint32_t series_days(const LiveArticle& article, bool still_clock) const;

  const index::BucketTable& table() const { return table_; }
  std::size_t bytes() const;

 private:
  static constexpr std::size_t kMostOfAKey = 10;
  static constexpr std::size_t kChunk = 1024;  // 300 KB: one allocation for as many articles
  using Chunk = std::array<LiveArticle, kChunk>;

  LiveArticle& grow();
  void prefetch_leaving() const;

  std::uint64_t begin_ = 0, end_ = 0;  // sequences without wrapping
  std::deque<std::unique_ptr<Chunk>> chunks_;
  std::unique_ptr<Chunk> spare_;
  PlaceTable deliveries_, newest_, series_;
  index::BucketTable table_;
};

}  // namespace newsmill::dedup
