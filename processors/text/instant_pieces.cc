#include "processors/text/instant_pieces.h"

#include <unicode/uchar.h>

#include <algorithm>

#include "processors/text/unicode.h"
#include "processors/text/utf8.h"

namespace newsmill::text {

Pieces::Pieces(std::string_view raw) : raw_(raw) {
  for (std::size_t at = 0; at < raw.size();) {
    Piece piece;
    piece.begin = static_cast<std::uint8_t>(at);
    char32_t c = next(raw, at);
    if (is_space(c)) continue;
    std::size_t ahead = at;
    if (is_digit(c)) {
      piece.kind = Piece::Kind::number;
      while (true) {
        if (++piece.digits <= 18) piece.value = piece.value * 10 + u_charDigitValue(static_cast<UChar32>(c));
        if (at == raw.size() || !is_digit(c = next(raw, ahead))) break;
        at = ahead;
      }
    } else if (is_letter(c) || is_mark(c)) {
      piece.kind = Piece::Kind::word;
      while (at < raw.size()) {
        c = next(raw, ahead);
        if (!is_letter(c) && !is_mark(c) && c != '.') break;
        at = ahead;
      }
    } else {
      piece.kind = Piece::Kind::sign;
      piece.sign = c;
    }
    piece.end = static_cast<std::uint8_t>(at);
    pieces_[count_++] = piece;
  }
}

std::string Pieces::folded(const Piece& piece) const { return date_word(raw(piece)); }

std::string date_word(std::string_view word) {
  std::string folded;
  fold(word, folded);
  std::erase(folded, '.');
  return folded;
}

}  // namespace newsmill::text
