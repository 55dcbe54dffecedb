#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace newsmill::normalize {

/// One line of text, prepared once for all patterns: folded (letters.h, fold_for_match), with the
/// byte that each folded character came from. Buffers are kept between lines. One thread.
class FoldedLine {
 public:
  void set(std::string_view line);
  std::string_view text() const { return text_; }
  std::u32string_view folded() const { return folded_; }
  /// The bytes of the folded characters [begin, end).
  std::string_view bytes(std::size_t begin, std::size_t end) const;

 private:
  std::string_view text_;
  std::u32string folded_;
  std::vector<std::uint32_t> offsets_;  // one more than folded_
};

/// What a field of a pattern stands for.
enum class Slot : std::uint8_t {
  any,      ///< `*`       any characters, also none
  digits,   ///< `#`       one digit or more
  words,    ///< `<words>` one character or more
  names,    ///< `<names>` what a byline names: one to ten words, capitalised but for particles
  date,     ///< `<date>`  a date that parse_instant() reads, with day, month and year
  site,     ///< `<site>`  a host name, as chinawatch.cn
};

struct Capture {
  Slot slot;
  std::string_view text;  ///< without the spaces around it; a view into the line
};

/// A pattern over one line, the small language of the lexicons:
///   letters and signs   themselves; case, and the kind of quotes and dashes, do not matter
///   [ … ]               may be missing
///   ( … | … )           one of these
///   * # <…>             see Slot
///   \                   takes the next character as it is
/// A pattern covers the whole line. The space beside a part that is missing is missing too, so
/// "[last] updated" and "skip to [the] content" need no care. Alternatives are spelt out when it is read (at most
/// kMaxSpellings), and a field ends at the first place where what follows it is found, so matching
/// needs no way back: O(line × pieces). Fields begin and end between words, but for `#`. There is no regular expression engine behind it.
class Pattern {
 public:
  static constexpr std::size_t kMaxSpellings = 1024;

  /// All spellings of `source`. On a fault returns none and says in `problem` what is wrong.
  static std::vector<Pattern> read(std::string_view source, std::string& problem);

  /// True when the pattern covers `line`; `captures` then holds the fields in their order.
  /// Slots are checked by form only; whether a date can be read is for the caller.
  bool match(const FoldedLine& line, std::vector<Capture>& captures) const;

  /// Hash (WordHash) of the longest word of the literals: a line without it cannot match. 0 when
  /// the pattern has no whole word.
  std::uint64_t key_word() const { return key_word_; }
  /// What every line it covers begins and ends with, folded; 0 when that is a field.
  char32_t first() const { return pieces_.front().literal ? pieces_.front().text.front() : 0; }
  char32_t last() const { return pieces_.back().literal ? pieces_.back().text.back() : 0; }
  std::size_t least_chars() const;  ///< of a line it covers
  bool fixed_length() const;        ///< no field, so least_chars() is also the most

 private:
  struct Piece {
    bool literal;
    std::u32string text;  // of a literal
    Slot slot;            // of a field
  };
  void add_literal(std::u32string_view text);
  void add_slot(Slot slot);
  void close_gaps();
  void find_key_word();
  bool is_digits(std::size_t piece, int step) const;  // the piece before (-1) or behind (1) is a `#`

  std::vector<Piece> pieces_;
  std::uint64_t key_word_ = 0;
  friend class PatternReader;
};

/// True for what a byline may name: see Slot::names.
bool looks_like_names(std::string_view text);

/// True for a host name of at least two labels, the last of letters.
bool looks_like_site(std::string_view text);

}  // namespace newsmill::normalize
