#include "processors/index/min_hash.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "processors/index/shingles.h"

namespace newsmill::index {
namespace {

using Slots = std::array<std::uint32_t, kMinHashSlots>;

struct Functions {
  Slots factor, offset;
};

// h → factor · h + offset modulo 2^32, factor odd. FROZEN: these numbers are in every stored sketch.
constexpr Functions kFunctions = [] {
  Functions functions{};
  for (std::size_t i = 0; i < kMinHashSlots; ++i) {
    const std::uint64_t value = mix(0x9e3779b97f4a7c15u * (i + 1));
    functions.factor[i] = static_cast<std::uint32_t>(value >> 32) | 1u;
    functions.offset[i] = static_cast<std::uint32_t>(value);
  }
  return functions;
}();

// Not the lowest bits: modulo 2^32 those of a product depend on those of its factors alone. Not the
// highest: of a smallest value they are nought.
constexpr unsigned kShift = 8;

// Eight slots side by side for as long as they fit into registers; GCC lowers the vectors to what the
// target has.
using Vector = std::uint32_t __attribute__((vector_size(32)));
constexpr std::size_t kLanes = sizeof(Vector) / sizeof(std::uint32_t);
constexpr std::size_t kGroup = 4;  // vectors at once: smallest values, factors and offsets in 12 registers

[[gnu::always_inline]] inline void smallest(std::span<const std::uint64_t> hashes, Slots& slots) {
  for (std::size_t first = 0; first < kMinHashSlots; first += kGroup * kLanes) {
    Vector least[kGroup], factor[kGroup], offset[kGroup];
    std::memcpy(factor, &kFunctions.factor[first], sizeof factor);
    std::memcpy(offset, &kFunctions.offset[first], sizeof offset);
    for (Vector& vector : least) vector = ~Vector{};
    for (const std::uint64_t hash : hashes) {
      const Vector h = Vector{} + static_cast<std::uint32_t>(hash >> 32);
      for (std::size_t i = 0; i < kGroup; ++i) {
        const Vector value = factor[i] * h + offset[i];
        least[i] = value < least[i] ? value : least[i];
      }
    }
    std::memcpy(&slots[first], least, sizeof least);
  }
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void smallest_avx2(std::span<const std::uint64_t> hashes, Slots& slots) {
  smallest(hashes, slots);
}
#endif

MinHash packed(const Slots& slots) {
  MinHash result{};
  for (std::size_t i = 0; i < kMinHashSlots; ++i) {
    const std::uint32_t bits = (slots[i] >> kShift) & 15u;
    result[i / 2] = static_cast<std::uint8_t>(result[i / 2] | bits << (i % 2 * 4));
  }
  return result;
}

}  // namespace

MinHash min_hash_portable(std::span<const std::uint64_t> hashes) {
  Slots slots;
  smallest(hashes, slots);
  return packed(slots);
}

MinHash min_hash(std::span<const std::uint64_t> hashes) {
#if defined(__x86_64__)
  static const bool kAvx2 = __builtin_cpu_supports("avx2") != 0;
  if (kAvx2) {
    Slots slots;
    smallest_avx2(hashes, slots);
    return packed(slots);
  }
#endif
  return min_hash_portable(hashes);
}

std::uint32_t equal_slots(const MinHash& a, const MinHash& b) {
  std::uint32_t equal = 0;
  for (std::size_t i = 0; i < a.size(); i += sizeof(std::uint64_t)) {
    std::uint64_t x, y;
    std::memcpy(&x, &a[i], sizeof x);
    std::memcpy(&y, &b[i], sizeof y);
    // A half byte of the difference that is not nought leaves a bit.
    std::uint64_t difference = x ^ y;
    difference |= difference >> 2;
    difference |= difference >> 1;
    equal += 16 - static_cast<std::uint32_t>(std::popcount(difference & 0x1111111111111111u));
  }
  return equal;
}

double jaccard(const MinHash& a, const MinHash& b) {
  constexpr double kByChance = 1.0 / 16;
  const double equal = static_cast<double>(equal_slots(a, b)) / kMinHashSlots;
  return std::max(0.0, (equal - kByChance) / (1 - kByChance));
}

}  // namespace newsmill::index
