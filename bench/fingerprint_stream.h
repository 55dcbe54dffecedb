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
  explicit FingerprintStream(std::span<const Fingerprint> prints) : prints_(prints) {}

  Fingerprint next() {
    const std::uint64_t round = count_ / prints_.size(), salt = index::mix(round);
    Fingerprint print = prints_[count_ % prints_.size()];
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
  std::uint64_t count_ = 0;
};

}  // namespace newsmill::bench
