#include "processors/normalize/letters.h"

#include <array>

#include "processors/text/properties.h"
#include "processors/text/utf8.h"

namespace newsmill::normalize {
namespace {

constexpr std::uint8_t kBeyondAscii = 0xFF;

// Folded form of an ASCII letter or digit, 0 for the rest of ASCII.
constexpr std::array<std::uint8_t, 256> make_ascii() {
  std::array<std::uint8_t, 256> table{};
  for (unsigned c = 0x80; c < 0x100; ++c) table[c] = kBeyondAscii;
  for (unsigned c = '0'; c <= '9'; ++c) table[c] = static_cast<std::uint8_t>(c);
  for (unsigned c = 'a'; c <= 'z'; ++c) table[c] = table[c - 32] = static_cast<std::uint8_t>(c);
  return table;
}
constexpr std::array<std::uint8_t, 256> kAscii = make_ascii();

char32_t fold_letter(const text::Properties& properties, char32_t c) {
  if (c >= text::Properties::kSimpleFolds) return c;  // scripts without case, but for a few
  const char16_t folded = properties.simple_fold(c);
  return folded != 0 ? char32_t{folded} : c;  // ß and its like stay themselves on both sides
}

}  // namespace

char32_t next_letter(std::string_view text, std::size_t& at) {
  const text::Properties& properties = text::properties();
  while (at < text.size()) {
    const std::uint8_t folded = kAscii[static_cast<unsigned char>(text[at])];
    if (folded == 0) { ++at; continue; }
    if (folded != kBeyondAscii) { ++at; return folded; }
    const char32_t c = text::next(text, at);
    if ((properties[c] & (text::kLetter | text::kMark | text::kDecimal)) != 0) return fold_letter(properties, c);
  }
  return 0;
}

LetterKey letter_key(std::string_view text) {
  const text::Properties& properties = text::properties();
  // Letters are gathered eight bytes at a time, so that most of them cost a shift and no multiplication.
  std::uint64_t hash = 0x51ED270B0A1F39C1U, gathered = 0;
  std::uint32_t letters = 0, bytes = 0;
  const auto mix = [&] {
    hash = (hash ^ gathered) * 0x9E3779B97F4A7C15U;
    hash ^= hash >> 29;
  };
  const auto gather = [&](std::uint8_t byte) {
    gathered = gathered << 8 | byte;
    if ((++bytes & 7) == 0) mix();
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::uint8_t folded = kAscii[static_cast<unsigned char>(text[at])];
    if (folded == 0) { ++at; continue; }
    ++letters;
    if (folded != kBeyondAscii) { ++at; gather(folded); continue; }
    const char32_t c = text::next(text, at);
    if ((properties[c] & (text::kLetter | text::kMark | text::kDecimal)) == 0) { --letters; continue; }
    const char32_t letter = fold_letter(properties, c);
    for (int shift = 16; shift >= 0; shift -= 8) gather(static_cast<std::uint8_t>(letter >> shift));
  }
  gathered ^= std::uint64_t{bytes} << 32;
  mix();
  return {hash, letters};
}

bool same_letters(std::string_view a, std::string_view b) {
  std::size_t at_a = 0, at_b = 0;
  while (true) {
    const char32_t c = next_letter(a, at_a);
    if (c != next_letter(b, at_b)) return false;
    if (c == 0) return true;
  }
}

CommonStart common_start(std::string_view a, std::string_view b) {
  CommonStart common;
  std::size_t at_a = 0, at_b = 0;
  while (true) {
    const char32_t c = next_letter(a, at_a);
    if (c == 0 || c != next_letter(b, at_b)) return common;
    common = {common.letters + 1, at_a, at_b};
  }
}

std::size_t count_letters(std::string_view text, std::size_t limit) {
  std::size_t count = 0, at = 0;
  while (count < limit && next_letter(text, at) != 0) ++count;
  return count;
}

char32_t fold_for_match(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  switch (c) {
    case U'‘': case U'’': case U'‚': case U'‛': case U'´': case U'ʼ': return '\'';
    case U'“': case U'”': case U'„': case U'«': case U'»': return '"';
    case U'‐': case U'‑': case U'‒': case U'–': case U'—': case U'―': case U'−': return '-';
    default: return fold_letter(text::properties(), c);
  }
}

bool Words::next(std::uint64_t& hash) {
  WordHash word;
  bool inside = false;
  while (at_ < text_.size()) {
    const std::uint8_t folded = kAscii[static_cast<unsigned char>(text_[at_])];
    if (folded != kBeyondAscii) {
      ++at_;
      if (folded != 0) { word.add(folded); inside = true; continue; }
    } else {
      const char32_t c = text::next(text_, at_);
      if (is_word(c)) { word.add(fold_for_match(c)); inside = true; continue; }
    }
    if (inside) break;
  }
  hash = word.value();
  return inside;
}

bool is_word(char32_t c) {
  if (c < 0x80) return kAscii[c] != 0;
  return (text::properties()[c] & (text::kLetter | text::kMark | text::kDecimal)) != 0;
}

}  // namespace newsmill::normalize
