#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace newsmill::normalize {

/// What two stretches of text are compared by: their letters, marks and digits, case folded one
/// code point at a time. Space, punctuation, quotes and dashes do not count, so a copy that was
/// wrapped, quoted or spaced differently is still the same text.
/// Everything here requires well-formed UTF-8, allocates nothing and costs one or two nanoseconds a
/// byte. Any thread.
struct LetterKey {
  std::uint64_t hash = 0;    ///< of the folded letters; equal texts have equal hashes, not the reverse
  std::uint32_t letters = 0;
  friend bool operator==(const LetterKey&, const LetterKey&) = default;
};
LetterKey letter_key(std::string_view text);

/// Moves `at` behind the next letter and returns it folded; 0 at the end of the text.
char32_t next_letter(std::string_view text, std::size_t& at);

/// True when both have the same letters in the same order.
bool same_letters(std::string_view a, std::string_view b);

/// How far two texts run alike.
struct CommonStart {
  std::size_t letters = 0;
  std::size_t end_a = 0, end_b = 0;  ///< behind the last equal letter
};
CommonStart common_start(std::string_view a, std::string_view b);

/// Number of letters, but counting stops at `limit`.
std::size_t count_letters(std::string_view text, std::size_t limit);

/// One code point as patterns and words see it: case folded, and every kind of quote, apostrophe
/// and dash as its ASCII relative.
char32_t fold_for_match(char32_t c);

/// True for what words are made of: letters, marks and digits.
bool is_word(char32_t c);

/// Hash of one word whose code points went through fold_for_match().
class WordHash {
 public:
  void add(char32_t c) { hash_ = (hash_ ^ c) * 0x9E3779B97F4A7C15U; hash_ ^= hash_ >> 29; }
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0x51ED270B0A1F39C1U;
};

/// Goes over the words of a text: runs of what is_word() accepts.
///   cost  about 1.5 ns a byte of ASCII
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}
  /// WordHash of the next word; false at the end.
  bool next(std::uint64_t& hash);

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace newsmill::normalize
