#include "processors/dedup/sketcher.h"

#include <algorithm>
#include <limits>

#include "processors/dedup/number_words.h"
#include "processors/index/bottom.h"
#include "processors/index/min_hash.h"
#include "processors/index/shingles.h"

namespace newsmill::dedup {
namespace {

constexpr std::uint8_t kWord = 2, kLetter = 1;  // widths
// A key is the smallest hash of a long shingle: as choosy as four of a short one together, and still
// found in a copy that is cut to a third (measured in docs/dedup.md).
constexpr std::uint32_t kKeyWidth = 8 * kWord;
constexpr std::uint32_t kSetWidth = 3 * kWord;
constexpr std::uint32_t kLeadWidth = 40 * kWord;

std::uint16_t saturated(std::size_t count) {
  return static_cast<std::uint16_t>(std::min<std::size_t>(count, std::numeric_limits<std::uint16_t>::max()));
}

void put_key(std::uint64_t hash, Sketch& sketch) {
  const auto end = sketch.keys.begin() + sketch.key_count;
  const auto key = static_cast<std::uint32_t>(hash);
  if (std::find(sketch.keys.begin(), end, key) == end) sketch.keys[sketch.key_count++] = key;
}

}  // namespace

Sketch Sketcher::sketch(std::span<const text::Token> words) {
  words = words.first(std::min(words.size(), kMostTokens));
  hashes_.clear();
  widths_.clear();
  Sketch sketch;
  std::size_t width = 0, lead = 0;  // of all words; how many of them are in the lead
  for (const text::Token& word : words) {
    hashes_.push_back(word.hash);
    widths_.push_back(word.flags & text::kIdeographic ? kLetter : kWord);
    width += widths_.back();
    lead += width <= kLeadWidth;
    if (tells_figure(word)) sketch.numbers.set(word.hash % sketch.numbers.size());
  }
  sketch.tokens = saturated(width / kWord);
  const index::Items all{hashes_, widths_};

  if (width >= kKeyWidth) {
    index::Bottom<Sketch::kBodyKeys> body;
    index::Bottom<Sketch::kLeadKeys> top;
    index::shingle_hashes({all.hashes.first(lead), all.widths.first(lead)}, kKeyWidth, shingles_);
    top.add(shingles_);
    index::shingle_hashes(all, kKeyWidth, shingles_);
    body.add(shingles_);
    for (const std::uint64_t hash : body.values()) put_key(hash, sketch);
    for (const std::uint64_t hash : top.values()) put_key(hash, sketch);
  } else if (!hashes_.empty()) {
    std::uint64_t key = 0;
    for (const std::uint64_t hash : hashes_) key = index::chained(key, hash);
    put_key(key, sketch);
  }

  index::shingle_hashes(all, kSetWidth, shingles_);
  distinct_.keep_first(shingles_);
  sketch.shingles = saturated(shingles_.size());
  sketch.min_hash = index::min_hash(shingles_);
  return sketch;
}

}  // namespace newsmill::dedup
