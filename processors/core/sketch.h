#pragma once
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>

namespace newsmill {

/// What is kept of an article's text to recognise copies of it: which texts to compare with, and how
/// much two texts have in common, without the texts. A plain value of fixed size; the same text gives
/// the same sketch in every process and version (a change of it is a new version of the log's F).
struct Sketch {
  static constexpr std::size_t kBodyKeys = 8, kLeadKeys = 3, kKeys = kBodyKeys + kLeadKeys;

  /// The 8 smallest hashes of the 8-word shingles of the body and the 3 smallest of its first 40
  /// words, without doubles: texts that share one are compared. Of each the low half: a chance meeting of
  /// two texts costs one comparison, and every F carries eleven. In use: the first `key_count`.
  std::array<std::uint32_t, kKeys> keys{};
  std::uint8_t key_count = 0;
  /// 64 min-hashes of the set of 3-word shingles, 4 bits each: slot i is byte i/2, low half first.
  std::array<std::uint8_t, 32> min_hash{};
  /// A bit for each token with a digit, number word and month name. 128, because a market table has 30 of
  /// them: in 64 bits two fifths of the foreign ones would be there by chance.
  std::bitset<128> numbers;
  std::uint16_t shingles = 0;  ///< distinct 3-word shingles, at most 65,535
  std::uint16_t tokens = 0;    ///< tokens of the body, at most 65,535
  friend bool operator==(const Sketch&, const Sketch&) = default;
};

}  // namespace newsmill
