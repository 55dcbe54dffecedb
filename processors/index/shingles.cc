#include "processors/index/shingles.h"

#include <array>

namespace newsmill::index {
namespace {

constexpr std::uint64_t kBase = 0x9ddfea08eb382d69u;  // odd, so that no item is multiplied away
constexpr std::size_t kLongest = 64;                  // items of one run

constexpr auto kPowers = [] {
  std::array<std::uint64_t, kLongest + 1> powers{};
  powers[0] = 1;
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * kBase;
  return powers;
}();

}  // namespace

void shingle_hashes(Items items, std::uint32_t width, std::vector<std::uint64_t>& out) {
  out.clear();
  std::uint64_t value = 0;
  std::uint32_t wide = 0;
  std::size_t begin = 0;
  for (std::size_t end = 0; end < items.hashes.size(); ++end) {
    value = value * kBase + items.hashes[end];
    wide += items.widths[end];
    // The shortest run that ends here: an item too many goes out at the front.
    while (begin < end && (wide - items.widths[begin] >= width || end - begin >= kLongest)) {
      value -= items.hashes[begin] * kPowers[end - begin];
      wide -= items.widths[begin++];
    }
    if (wide >= width) out.push_back(mix(value));
  }
}

}  // namespace newsmill::index
