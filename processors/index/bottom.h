#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace newsmill::index {

/// The K smallest of the distinct hashes that were added: a sample of a set, chosen by the set alone,
/// so that sets with much in common have samples with much in common (Broder, SEQUENCES 1997, section
/// 4). A subset's sample is in its superset's with about the share that it has of it.
///   cost  one comparison for most hashes. One thread.
template <std::size_t K>
class Bottom {
 public:
  void add(std::uint64_t hash) {
    if (size_ == K && hash >= values_[K - 1]) return;
    std::size_t at = size_;
    while (at > 0 && values_[at - 1] > hash) --at;
    if (at > 0 && values_[at - 1] == hash) return;
    if (size_ < K) ++size_;
    for (std::size_t i = size_ - 1; i > at; --i) values_[i] = values_[i - 1];
    values_[at] = hash;
  }
  void add(std::span<const std::uint64_t> hashes) {
    for (const std::uint64_t hash : hashes) add(hash);
  }
  /// Ascending.
  std::span<const std::uint64_t> values() const { return {values_.data(), size_}; }

 private:
  std::array<std::uint64_t, K> values_{};
  std::size_t size_ = 0;
};

}  // namespace newsmill::index
