#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace newsmill::text {

/// A written date cut into what its layouts are made of. Space only separates.
struct Piece {
  enum class Kind : std::uint8_t { end, number, word, sign };
  Kind kind = Kind::end;
  std::uint8_t digits = 0;      ///< of a number, as written
  std::int64_t value = 0;       ///< of a number
  char32_t sign = 0;            ///< a single character that is neither letter nor digit
  std::uint8_t begin = 0, end = 0;  ///< bytes of the raw text
};

/// Longest date that is read; the longest real one of 16,571 different ones has 45 bytes.
constexpr std::size_t kLongestDate = 100;

/// The pieces of a date, closed by one of kind `end`. Digits of all scripts count as digits; a word
/// takes the full stops that abbreviate it (a.m., Sept.) with it.
class Pieces {
 public:
  /// Requires well-formed UTF-8 of at most kLongestDate bytes.
  explicit Pieces(std::string_view raw);

  const Piece& operator[](std::size_t i) const { return pieces_[i < count_ ? i : count_]; }
  std::size_t size() const { return count_; }
  std::string_view raw(const Piece& piece) const { return raw_.substr(piece.begin, piece.end - piece.begin); }
  /// A word as the tables have it: folded, without full stops.
  std::string folded(const Piece& piece) const;

 private:
  std::string_view raw_;
  std::array<Piece, kLongestDate + 1> pieces_;
  std::size_t count_ = 0;
};

/// Folded form of a word of a date, full stops removed: the keys of the tables of names.
std::string date_word(std::string_view word);

}  // namespace newsmill::text
