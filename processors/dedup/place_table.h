#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace newsmill::dedup {

/// Hash → number, where the thing behind the number says whether it is the one that is looked for, so
/// that hashes may collide. Open addressing with linear probes, 8 bytes a slot, at most three quarters
/// full; grows by doubling, erases without marks.
///   cost  one or two cache lines
/// Thread safety: as a vector.
class PlaceTable {
 public:
  /// The number under `hash` for which is(number) holds.
  template <class Is>
  std::optional<std::uint32_t> find(std::uint64_t hash, Is&& is) const {
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t at = home(tag); slots_[at].tag != kEmpty; at = next(at))
      if (slots_[at].tag == tag && is(slots_[at].number)) return slots_[at].number;
    return std::nullopt;
  }

  void insert(std::uint64_t hash, std::uint32_t number) {
    if ((count_ + 1) * 4 > slots_.size() * 3) grow();
    put({tag_of(hash), number});
    ++count_;
  }

  /// Puts `number` in the place of the one under `hash` that is() means; inserts it when there is none.
  template <class Is>
  void assign(std::uint64_t hash, std::uint32_t number, Is&& is) {
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t at = home(tag); slots_[at].tag != kEmpty; at = next(at))
      if (slots_[at].tag == tag && is(slots_[at].number)) {
        slots_[at].number = number;
        return;
      }
    insert(hash, number);
  }

  /// Takes out `number` under `hash`, if it is there.
  void erase(std::uint64_t hash, std::uint32_t number) {
    const std::uint32_t tag = tag_of(hash);
    std::size_t at = home(tag);
    while (slots_[at].tag != kEmpty && !(slots_[at].tag == tag && slots_[at].number == number)) at = next(at);
    if (slots_[at].tag == kEmpty) return;
    --count_;
    // Closes the gap (Knuth, TAOCP 3, 6.4, algorithm R): what stands behind it moves up unless it is at home there.
    for (std::size_t gap = at;;) {
      at = next(at);
      if (slots_[at].tag == kEmpty) {
        slots_[gap].tag = kEmpty;
        return;
      }
      const std::size_t wanted = home(slots_[at].tag), mask = slots_.size() - 1;
      if (((at - wanted) & mask) >= ((at - gap) & mask)) {
        slots_[gap] = slots_[at];
        gap = at;
      }
    }
  }

  /// Starts to load where `hash` stands; worth it some work ahead of the calls above.
  void prefetch(std::uint64_t hash) const { __builtin_prefetch(&slots_[home(tag_of(hash))]); }

  void clear() {
    if (count_ > 0) slots_.assign(slots_.size(), {});
    count_ = 0;
  }

  std::size_t size() const { return count_; }
  std::size_t bytes() const { return slots_.size() * sizeof(Slot); }

 private:
  static constexpr std::uint32_t kEmpty = 0;
  struct Slot {
    std::uint32_t tag = kEmpty, number = 0;
  };
  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32) | 1; }
  std::size_t home(std::uint32_t tag) const { return (tag >> 1) & (slots_.size() - 1); }
  std::size_t next(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }

  void put(Slot slot) {
    std::size_t at = home(slot.tag);
    while (slots_[at].tag != kEmpty) at = next(at);
    slots_[at] = slot;
  }
  void grow() {
    std::vector<Slot> before(slots_.size() * 2);
    before.swap(slots_);
    for (const Slot& slot : before)
      if (slot.tag != kEmpty) put(slot);
  }

  std::vector<Slot> slots_ = std::vector<Slot>(64);  // a power of two
  std::size_t count_ = 0;
};

}  // namespace newsmill::dedup
