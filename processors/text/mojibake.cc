#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "processors/text/arena_copy.h"
#include "processors/text/characters.h"
#include "processors/text/properties.h"
#include "processors/text/utf8.h"
#include "processors/text/windows_1252.h"

// Text that was UTF-8, was read byte by byte as windows-1252 or ISO-8859-1 and was written as UTF-8
// again shows each former character as a "lead" (Â to ô, once a lead byte) and one to three
// "trails" (signs and C1 controls, once continuation bytes): "’" as "â€™", "é" as "Ã©".
// Such a sequence is evidence unless prose may hold it: a capital before a closing quote (SPÖ“),
// an é before ”…, and the like. The rules are our own; the policy (silence on clean text is worth
// more than a repair) is that of ftfy.

namespace newsmill::text {
namespace {

/// What a sequence says about its text: nothing; something where there is another; enough alone.
enum class Proof : std::uint8_t { none, half, whole };

/// A lead with its trails that decode strictly, [begin, end) in bytes of the text.
struct Sequence {
  std::size_t begin, end;
  char32_t decoded;
  Proof proof;
};

/// Signs that prose puts right behind a letter. As trails they prove nothing by themselves.
bool follows_letters(char32_t trail) {
  switch (trail) {
    case 0x2018: case 0x2019: case 0x201C: case 0x201D: case 0x2039: case 0x203A:  // quotes
    case 0x2013: case 0x2014: case 0x2026: case 0x2022: case 0x2122:               // dashes, …, •, ™
    case 0xA0: case 0xA9: case 0xAA: case 0xAB: case 0xAE: case 0xB0: case 0xB2:   // nbsp © ª « ® ° ²
    case 0xB3: case 0xB7: case 0xB9: case 0xBA: case 0xBB:                         // ³ · ¹ º »
    case 0x0160: case 0x0161: case 0x017D: case 0x017E: case 0x0178:               // Š š Ž ž Ÿ
    case 0x0152: case 0x0153:                                                      // Œ œ
      return true;
    default: return false;
  }
}

bool is_quote_or_dash(char32_t trail) {
  switch (trail) {
    case 0x2018: case 0x2019: case 0x201C: case 0x201D: case 0x2039: case 0x203A: case 0xAB: case 0xBB:
    case 0x2013: case 0x2014: case 0x2026: case 0xA0: return true;
    default: return false;
  }
}

/// Characters that a lone sequence may stand for: letters of the Latin, Greek and Cyrillic
/// alphabets, marks, punctuation, currency, signs and emoji. Others need neighbours of their kind.
bool is_common(char32_t c) {
  return (c >= 0xA1 && c <= 0x24F) || (c >= 0x300 && c <= 0x45F) || (c >= 0x1E00 && c <= 0x1EFF) ||
         (c >= 0x2000 && c <= 0x2BFF) || c == 0xFEFF || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xFF01 && c <= 0xFFFD) ||
         c >= 0x1F000;
}

/// Strict UTF-8 decoding of at most four bytes; 0 when they are not one well-formed character.
char32_t decode_bytes(std::string_view bytes) {
  if (!valid_utf8(bytes)) return 0;
  std::size_t at = 0;
  const char32_t c = next(bytes, at);
  return at == bytes.size() ? c : 0;
}

bool is_noncharacter(char32_t c) { return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF); }

/// What stands around a sequence, as Property bits; 0 at an edge of the text.
struct Around {
  std::uint16_t before, after;
};

/// Whether prose cannot hold this lead with these trails at this place.
bool proves(char32_t lead, std::span<const char32_t> trails, char32_t decoded, const Around& around) {
  const bool after_capital = (around.before & kUpper) != 0;
  const bool after_small = (around.before & kLower) != 0;
  const bool before_small = (around.after & kLower) != 0;
  const char32_t first = trails.front();
  const bool odd = !std::ranges::all_of(trails, follows_letters);
  const bool control = std::ranges::any_of(trails, [](char32_t trail) { return trail < 0xA0; });
  const bool joint = first == 0x2019 || first == 0x2013 || first == 0x2014 || first == 0xA0;  // ’ – — go between words

  if (trails.size() == 3) return is_common(decoded);  // no language has ð before three signs
  if (lead == 0xC2) return decoded >= 0xA0 && !after_capital;  // Â£, Â©; in capitals perhaps a letter
  if (lead == 0xC3) {  // Ã ends words of Portuguese in capitals: AMANHÃ”, AMANHÃ…; "many Ã’s" is a text about this
    if (!is_quote_or_dash(first) || first == 0x2018 || first == 0x201C) return true;
    return first != 0x2019 && (joint ? before_small && !after_capital : (around.after & kLetter) != 0);
  }
  if (!is_common(decoded)) return false;
  if (lead == 0xE2) return odd || !std::ranges::all_of(trails, is_quote_or_dash);
  if (trails.size() == 2 || control) return odd;
  // A capital (Ä to Þ) before one sign.
  return after_small || (before_small && !joint) || (odd && !after_capital);
}

char32_t character_before(std::string_view text, std::size_t at) {
  if (at == 0) return 0;
  --at;
  while ((static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return next(text, at);
}

/// Reads a sequence at `at`, where a character from Â to ô stands.
bool read_sequence(std::string_view text, std::size_t at, Sequence& found) {
  const std::size_t begin = at;
  const char32_t lead = next(text, at);
  const std::size_t count = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  std::string bytes(1, static_cast<char>(lead));
  std::array<char32_t, 3> trails{};
  for (std::size_t i = 0; i < count; ++i) {
    if (at == text.size()) return false;
    trails[i] = next(text, at);
    const unsigned char byte = to_windows_1252(trails[i]);
    if (byte < 0x80 || byte > 0xBF) return false;
    bytes.push_back(static_cast<char>(byte));
  }
  const char32_t decoded = decode_bytes(bytes);
  if (decoded == 0 || is_noncharacter(decoded)) return false;
  std::size_t behind = at;
  const Around around{properties()[character_before(text, begin)],
                      at < text.size() ? properties()[next(text, behind)] : std::uint16_t{0}};
  Proof proof = proves(lead, {trails.data(), count}, decoded, around) ? Proof::whole : Proof::none;
  // "DrÃ¥ber" is å once misread, or Å through MacRoman: one alone leaves the choice open.
  if (decoded == 0xE5 && proof == Proof::whole) proof = Proof::half;
  found = {begin, at, decoded, proof};
  return true;
}

/// The next place from `at` on where a character from Â to ô (C3 82 to C3 B4) stands before another
/// non-ASCII character.
std::size_t find_lead(std::string_view text, std::size_t at) {
  for (at = text.find('\xC3', at); at != std::string_view::npos; at = text.find('\xC3', at + 2)) {
    if (at + 2 >= text.size()) return std::string_view::npos;
    const auto second = static_cast<unsigned char>(text[at + 1]);
    if (second >= 0x82 && second <= 0xB4 && static_cast<unsigned char>(text[at + 2]) >= 0xC2) break;
  }
  return at;
}

/// All sequences of `text`. Neighbours prove each other: no prose has two in a row.
std::vector<Sequence> find_sequences(std::string_view text) {
  std::vector<Sequence> found;
  for (std::size_t at = find_lead(text, 0); at != std::string_view::npos;) {
    Sequence sequence{};
    if (!read_sequence(text, at, sequence)) {
      at = find_lead(text, at + 2);
      continue;
    }
    if (!found.empty() && found.back().end == sequence.begin) {
      found.back().proof = Proof::whole;
      sequence.proof = Proof::whole;
    }
    found.push_back(sequence);
    at = find_lead(text, sequence.end);
  }
  return found;
}

/// True if a letter outside ASCII stands outside all sequences: the text has clean letters.
bool has_clean_letters(std::string_view text, const std::vector<Sequence>& sequences) {
  const Properties& table = properties();
  std::size_t at = 0;
  const auto scan = [&](std::size_t end) {
    while (at < end) {
      const char32_t c = next(text, at);
      if (c >= 0x80 && (table[c] & kLetter) != 0 && c != 0xAA && c != 0xBA) return true;
    }
    return false;
  };
  for (const Sequence& sequence : sequences) {
    if (scan(sequence.begin)) return true;
    at = sequence.end;
  }
  return scan(text.size());
}

/// Characters that clean prose does not have: C1 controls, and leads before signs that never follow
/// a letter.
std::size_t improbable(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = find_lead(text, 0); at != std::string_view::npos; at = find_lead(text, at + 2)) {
    std::size_t behind = at + 2;
    const char32_t sign = next(text, behind);
    const unsigned char byte = to_windows_1252(sign);
    count += byte >= 0x80 && byte <= 0xBF && !follows_letters(sign);
  }
  for (std::size_t at = text.find('\xC2'); at != std::string_view::npos; at = text.find('\xC2', at + 2))
    count += static_cast<unsigned char>(text[at + 1]) < 0xA0;
  for (const Sequence& sequence : find_sequences(text)) count += sequence.proof != Proof::none;
  return count;
}

/// One layer undone; empty when the text gives no reason to.
std::string undo_once(std::string_view text) {
  const std::vector<Sequence> sequences = find_sequences(text);
  const auto whole = std::ranges::count(sequences, Proof::whole, &Sequence::proof);
  const auto half = std::ranges::count(sequences, Proof::half, &Sequence::proof);
  if (whole + half == 0) return {};
  const bool clean_letters = has_clean_letters(text, sequences);
  if (whole + half < 2 && (clean_letters || whole == 0)) return {};
  std::string out;
  out.reserve(text.size());
  std::size_t kept = 0;
  for (const Sequence& sequence : sequences) {
    // With no clean letter around, the doubtful ones are of the same origin as the proven ones.
    if (sequence.proof == Proof::none && clean_letters) continue;
    out += text.substr(kept, sequence.begin - kept);
    append(out, sequence.decoded);
    kept = sequence.end;
  }
  out += text.substr(kept);
  return out;
}

constexpr int kLayers = 4;  // ftfy's collection has texts of up to four

}  // namespace

Repair repair_mojibake(std::string_view text, std::pmr::memory_resource& arena) {
  std::string mended;
  std::string_view current = text;
  for (int layer = 0; layer < kLayers; ++layer) {
    std::string undone = undo_once(current);
    if (undone.empty()) break;
    mended = std::move(undone);
    current = mended;
  }
  if (current.data() == text.data()) return {text, false};
  // Where half of the oddities stay, the damage is of another kind, and half a repair hides it.
  if (improbable(current) * 2 >= improbable(text)) return {text, false};
  return {arena_copy(current, arena), true};
}

}  // namespace newsmill::text
