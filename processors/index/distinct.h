#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace newsmill::index {

/// Takes out of a list of mixed hashes every one that stood before; keeps its memory for the next list.
///   cost    about 2 ns a hash; 16 to 32 bytes of table a hash. One thread.
class Distinct {
 public:
  /// Leaves in `hashes` the first of each, in order.
  void keep_first(std::vector<std::uint64_t>& hashes);

 private:
  std::vector<std::uint64_t> table_;  // open addressing; 0 = free
};

}  // namespace newsmill::index
