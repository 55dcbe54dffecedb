#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace newsmill::index {

/// A sequence of items as the shingle functions take it: item i is `hashes[i]` and `widths[i]` wide.
/// Widths let items of unequal worth share one sequence, such as words and single letters of a script
/// without spaces; with all widths 1 a shingle of width n is an n-gram.
struct Items {
  std::span<const std::uint64_t> hashes;
  std::span<const std::uint8_t> widths;  ///< as long as `hashes`; 1 to 255
};

/// A bijection that spreads every bit over all others (the finalizer of MurmurHash3, public domain).
constexpr std::uint64_t mix(std::uint64_t h) {
  h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdu;
  h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53u;
  return h ^ (h >> 33);
}

/// Hash of a sequence, item by item: begin with any number and add each in order.
constexpr std::uint64_t chained(std::uint64_t hash, std::uint64_t item) {
  return mix(hash ^ item) + 0x2545f4914f6cdd1du;
}

/// Puts into `out` one hash for each shortest run of neighbouring items that is at least `width` wide,
/// in order; equal runs have equal hashes wherever they stand. Nothing when all items together are
/// narrower.
///   method  polynomial rolling hash modulo 2^64 (Karp & Rabin, IBM J. R&D 31(2), 1987), then mixed so
///           that every bit can be used; runs are at most 64 items long
///   cost    about 3 ns an item; allocates only while the vector grows
void shingle_hashes(Items items, std::uint32_t width, std::vector<std::uint64_t>& out);

}  // namespace newsmill::index
