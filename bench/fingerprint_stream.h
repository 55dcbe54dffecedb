#pragma once
#include <cstdint>
#include <span>

#include "processors/core/fingerprint.h"
#include "processors/index/shingles.h"

namespace newsmill::bench {

/// Real fingerprints for ever: those of round r are the first ones with everything that is compared
/// changed, so that every round has the copies and series that the real one has and none with another.
class FingerprintStream {
 public:
  /// `side_by_side` rounds take turns, each at another place, so that copies lie that much farther apart.
  explicit FingerprintStream(std::span<const Fingerprint> prints, std::uint64_t side_by_side = 1)
      : prints_(prints), side_by_side_(side_by_side) {}

  Fingerprint next() {
    const std::uint64_t lane = count_ % side_by_side_, size = prints_.size();
    const std::uint64_t place = count_ / side_by_side_ + lane * size / side_by_side_;
    const std::uint64_t round = lane + place / size * side_by_side_, salt = index::mix(round);
    Fingerprint print = prints_[place % size];
    for (std::size_t i = 0; i < print.sketch.key_count; ++i) print.sketch.keys[i] ^= static_cast<std::uint32_t>(salt);
    for (std::size_t i = 0; i < 8; ++i) print.article.bytes[i] ^= static_cast<std::uint8_t>(salt >> 8 * i);
    if (print.text != 0) print.text ^= salt;
    if (print.skeleton != 0) print.skeleton ^= salt;
    print.delivery.offset = static_cast<std::int64_t>(count_);
    ++count_;
    return print;
  }

 private:
  const std::span<const Fingerprint> prints_;
  const std::uint64_t side_by_side_;
  std::uint64_t count_ = 0;
};

}  // namespace newsmill::bench
