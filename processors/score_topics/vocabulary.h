#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace newsmill::score_topics {

/// 64-bit hash → number, open addressing, at most half full: one cache line for most look-ups. The hashes
/// are good ones already (XXH3), so their own bits are the place. Build once, then any thread.
class Vocabulary {
 public:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  /// The number of `hash`, which becomes `number` when it has none yet.
  std::uint32_t add(std::uint64_t hash, std::uint32_t number) {
    if ((size_ + 1) * 2 > slots_.size()) grow();
    for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
      Slot& slot = slots_[at];
      if (slot.number == kNone) {
        slot = {hash, number};
        ++size_;
        return number;
      }
      if (slot.hash == hash) return slot.number;
    }
  }

  std::uint32_t find(std::uint64_t hash) const {
    if (slots_.empty()) return kNone;
    for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
      const Slot& slot = slots_[at];
      if (slot.number == kNone || slot.hash == hash) return slot.number;
    }
  }

  std::size_t size() const { return size_; }
  std::size_t bytes() const { return slots_.capacity() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t number = kNone;
  };
  std::size_t mask() const { return slots_.size() - 1; }
  void grow() {
    std::vector<Slot> old(slots_.empty() ? 16 : slots_.size() * 2);
    old.swap(slots_);
    size_ = 0;
    for (const Slot& slot : old)
      if (slot.number != kNone) add(slot.hash, slot.number);
  }

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace newsmill::score_topics
