#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace newsmill::score_topics {

/// Words of more bytes match no pattern: nobody writes such words, and it bounds the cost of a hostile one.
inline constexpr std::size_t kMaxWildcardWord = 1000;

/// Whether the whole of `text` is of the form `pattern`: * = any characters or none, ? = one code point,
/// \ takes the next byte as it is. Both well-formed UTF-8. O(pattern × text) at worst, O(sum) usually.
bool matches_pattern(std::string_view pattern, std::string_view text);

/// Many patterns, asked with one word: filed under what they hold literally (beginning, else end, else the
/// longest run inside), so a word meets only those it shares that with. Build once, then any thread.
///   find  O(letters of the word × different lengths filed) look-ups and the patterns met
class Patterns {
 public:
  /// `pattern` is folded, with at least one wildcard; `value` is what find() gives.
  void add(std::string_view pattern, std::uint32_t value);
  bool empty() const { return patterns_.empty(); }
  /// Appends the values of the patterns that `word` (folded) is of, each once; returns work units.
  std::size_t find(std::string_view word, std::vector<std::uint32_t>& values) const;
  std::size_t bytes() const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  /// Patterns under a part of them. Most words have no such part: a bit for the first bytes of each key, as many
  /// as the shortest has and at most kFilterBytes, says so without a look-up.
  struct File {
    static constexpr std::size_t kFilterBytes = 3, kFilterBits = 1u << 16;
    std::unordered_map<std::string, std::vector<std::uint32_t>, Hash, std::equal_to<>> under;
    std::vector<std::size_t> lengths;  ///< of the keys, ascending
    std::vector<std::uint64_t> filter;
    std::size_t filter_bytes = 0;
    void add(std::string_view key, std::uint32_t pattern);
    /// Whether a key may begin where `text` does.
    bool may_begin(std::string_view text) const {
      if (filter.empty() || text.size() < filter_bytes) return false;
      const std::size_t bit = bit_of(text);
      return (filter[bit / 64] >> (bit % 64) & 1) != 0;
    }
    std::size_t bit_of(std::string_view text) const {
      std::uint32_t hash = 0;
      for (std::size_t i = 0; i < filter_bytes; ++i)
        hash = hash * 0x01000193U + static_cast<unsigned char>(text[i]) + 1;
      return (hash ^ hash >> 16) % kFilterBits;
    }
  };
  struct Pattern {
    std::string text;
    std::uint32_t value;
  };

  std::vector<Pattern> patterns_;
  File beginnings_, ends_, inside_;
  std::vector<std::uint32_t> loose_;  ///< without a letter
};

}  // namespace newsmill::score_topics
