#include "processors/index/distinct.h"

#include <bit>

namespace newsmill::index {

void Distinct::keep_first(std::vector<std::uint64_t>& hashes) {
  const std::size_t size = std::bit_ceil(2 * hashes.size() + 1);
  table_.assign(size, 0);
  std::size_t kept = 0;
  bool nought = false;  // the hash that marks a free place
  for (const std::uint64_t hash : hashes) {
    if (hash == 0) {
      if (!nought) hashes[kept++] = hash;
      nought = true;
      continue;
    }
    std::size_t at = hash & (size - 1);
    while (table_[at] != 0 && table_[at] != hash) at = (at + 1) & (size - 1);
    if (table_[at] == hash) continue;
    table_[at] = hash;
    hashes[kept++] = hash;
  }
  hashes.resize(kept);
}

}  // namespace newsmill::index
