#include "config/scalar_place.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>

namespace newsmill::config {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

std::string utf8(char32_t c) {
  std::string out;
  if (c < 0x80) return {static_cast<char>(c)};
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6)), tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12)), tail(6), tail(0);
  } else {
    out += static_cast<char>(0xF0 | (c >> 18)), tail(12), tail(6), tail(0);
  }
  return out;
}

/// What a scalar's source gives at one place: some bytes of text, out of so many of the source.
struct Piece {
  std::string text;
  std::size_t length = 0;
};

/// An escape in double quotes (YAML 1.2, 5.7); `source` begins with the backslash.
Piece escape(std::string_view source) {
  if (source.size() < 2) return {};
  const char sign = source[1];
  const std::size_t digits = sign == 'x' ? 2 : sign == 'u' ? 4 : sign == 'U' ? 8 : 0;
  if (digits > 0) {
    if (source.size() < 2 + digits) return {};
    return {utf8(static_cast<char32_t>(std::strtoul(std::string(source.substr(2, digits)).c_str(), nullptr, 16))), 2 + digits};
  }
  switch (sign) {
    case 'n': case 't': case 'r': case ' ': case '\n': case '\t': return {" ", 2};
    case '_': return {"\xC2\xA0", 2};
    case 'N': return {"\xC2\x85", 2};
    case 'L': return {"\xE2\x80\xA8", 2};
    case 'P': return {"\xE2\x80\xA9", 2};
    case '0': return {std::string(1, '\0'), 2};
    case 'a': return {"\a", 2};
    case 'b': return {"\b", 2};
    case 'e': return {"\x1B", 2};
    case 'f': return {"\f", 2};
    case 'v': return {"\v", 2};
    default: return {std::string(1, sign), 2};
  }
}

Piece piece_at(std::string_view source, char style) {
  if (style == '"' && source[0] == '\\') return escape(source);
  if (style == '\'' && source.starts_with("''")) return {"'", 2};
  return {std::string(1, source[0]), 1};
}

/// Byte of the source where byte `byte` of `text` stands; `source` begins with the scalar.
std::optional<std::size_t> locate(std::string_view source, std::string_view text, std::size_t byte) {
  if (source.empty()) return std::nullopt;
  const char first = source[0];
  const char style = first == '\'' || first == '"' || first == '|' || first == '>' ? first : ' ';
  std::size_t at = 0;
  if (style == '|' || style == '>') at = std::min(source.find('\n'), source.size());  // the header of a block
  else if (style != ' ') at = 1;
  // In a text cut to what is not white space, white space of the source means nothing.
  std::size_t word_end = at;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && is_space(text[i])) {
      if (i >= byte) return word_end;
      continue;
    }
    if (i == text.size()) return word_end;
    Piece piece;
    for (;; at += piece.length) {
      if (at >= source.size()) return std::nullopt;
      piece = piece_at(source.substr(at), style);
      if (piece.length == 0) return std::nullopt;
      if (!is_space(piece.text[0])) break;
    }
    if (!text.substr(i).starts_with(piece.text)) return std::nullopt;
    if (byte < i + piece.text.size()) return at;
    at += piece.length, word_end = at;
    i += piece.text.size() - 1;
  }
  return std::nullopt;
}

}  // namespace

Node place_in(const Document& document, const Node& scalar, std::size_t byte) {
  Node place;
  place.line = scalar.line, place.column = scalar.column;
  std::string_view source = document.from(scalar);
  const std::string_view all = source;
  while (!source.empty() && (source[0] == '&' || source[0] == '!')) {  // anchor, tag
    source.remove_prefix(std::min(source.find_first_of(" \n"), source.size()));
    source.remove_prefix(std::min(source.find_first_not_of(" \n"), source.size()));
  }
  const std::optional<std::size_t> found = locate(source, scalar.text, std::min(byte, scalar.text.size()));
  if (!found) return place;
  const std::size_t end = *found + (all.size() - source.size());
  for (std::size_t i = 0; i < end; ++i) {
    if (all[i] == '\n') ++place.line, place.column = 1;
    else if (!continues(all[i]) && all[i] != '\r') ++place.column;
  }
  return place;
}

}  // namespace newsmill::config
