#include "processors/decode/encoding.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "processors/text/utf8.h"

namespace newsmill::decode {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// WHATWG Encoding, index windows-1252, bytes 0x80 to 0x9F; 0 where the byte stands for nothing
// that anybody writes (the standard gives the C1 control there).
constexpr char32_t kWindows1252[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

char32_t windows_1252(std::uint8_t byte) {
  return byte >= 0x80 && byte < 0xA0 ? kWindows1252[byte - 0x80] : char32_t{byte};
}

bool is_ascii_letter(std::uint8_t byte) { return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z'; }

bool is_high_letter(std::uint8_t byte) {
  if (byte >= 0xC0) return byte != 0xD7 && byte != 0xF7;
  return byte == 0x8A || byte == 0x8C || byte == 0x8E || byte == 0x9A || byte == 0x9C || byte == 0x9E || byte == 0x9F;
}

// à, è, é and the like are whole words in French, Italian, Spanish and Portuguese.
bool is_word(std::uint8_t byte) {
  constexpr std::string_view kWords = "\xC0\xC8\xC9\xE0\xE8\xE9\xF2\xF3\xFA";
  return kWords.find(static_cast<char>(byte)) != std::string_view::npos;
}

// Length of the well-formed UTF-8 sequence at `at` (Unicode 15 table 3-7), 0 when there is none.
// `seen` is the length of the ill-formed part that a decoder would skip.
std::size_t sequence(std::string_view bytes, std::size_t at, std::size_t& seen) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  const std::uint8_t lead = byte(at);
  seen = 1;
  std::size_t length = 0;
  std::uint8_t low = 0x80, high = 0xBF;  // of the second byte
  if (lead >= 0xC2 && lead <= 0xDF) length = 2;
  else if (lead >= 0xE0 && lead <= 0xEF) length = 3;
  else if (lead >= 0xF0 && lead <= 0xF4) length = 4;
  else return 0;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  for (std::size_t i = 1; i < length; ++i) {
    if (at + i >= bytes.size() || byte(at + i) < low || byte(at + i) > high) return 0;
    low = 0x80;
    high = 0xBF;
    ++seen;
  }
  return length;
}

// True when bytes that are not UTF-8 read like western single-byte text: nearly no sequence that
// only UTF-8 would hold, no byte without a character, few high bytes (a fifth: French has 5 %, and
// Cyrillic or Japanese in other encodings is nearly all high bytes), and four in five of them are
// letters beside a letter, words of one letter, or the quotes, dashes and signs that stand alone.
bool looks_like_windows_1252(std::string_view bytes) {
  std::size_t utf8 = 0, high = 0, plausible = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto byte = static_cast<std::uint8_t>(bytes[at]);
    if (byte < 0x80) {
      if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f') return false;
      ++at;
      continue;
    }
    std::size_t seen = 0;
    if (const std::size_t length = sequence(bytes, at, seen)) {
      ++utf8;
      at += length;
      continue;
    }
    // A sequence that breaks off after its second byte or at the very end is cut UTF-8.
    if (seen > 1 || (byte >= 0xC2 && byte <= 0xF4 && at + 1 == bytes.size())) ++utf8;
    if (windows_1252(byte) == 0) return false;
    ++high;
    const bool before = at > 0 && (is_ascii_letter(static_cast<std::uint8_t>(bytes[at - 1])) ||
                                   is_high_letter(static_cast<std::uint8_t>(bytes[at - 1])));
    const bool behind = at + 1 < bytes.size() && (is_ascii_letter(static_cast<std::uint8_t>(bytes[at + 1])) ||
                                                  is_high_letter(static_cast<std::uint8_t>(bytes[at + 1])));
    plausible += !is_high_letter(byte) || before || behind || is_word(byte);
    ++at;
  }
  return high > 0 && utf8 * 10 <= high && high * 5 <= bytes.size() && plausible * 5 >= high * 4;
}

std::string_view from_windows_1252(std::string_view bytes, Arena& arena) {
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) text::append(text, windows_1252(static_cast<std::uint8_t>(c)));
  return keep(text, arena);
}

enum class Order : std::uint8_t { little, big };

template <std::size_t kWidth>
std::uint32_t unit(std::string_view bytes, std::size_t at, Order order) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < kWidth; ++i) {
    const std::size_t from = order == Order::big ? at + i : at + kWidth - 1 - i;
    value = value << 8 | static_cast<std::uint8_t>(bytes[from]);
  }
  return value;
}

bool is_surrogate(std::uint32_t value) { return value >= 0xD800 && value <= 0xDFFF; }

Decoded from_utf16(std::string_view bytes, Order order, Arena& arena) {
  std::string text;
  text.reserve(bytes.size());
  Decoded decoded;
  std::size_t at = 0;
  for (; at + 2 <= bytes.size(); at += 2) {
    char32_t c = unit<2>(bytes, at, order);
    if (c >= 0xD800 && c <= 0xDBFF && at + 4 <= bytes.size()) {
      const std::uint32_t low = unit<2>(bytes, at + 2, order);
      if (low >= 0xDC00 && low <= 0xDFFF) {
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        at += 2;
      }
    }
    if (c == 0 || is_surrogate(c)) {
      c = kReplacement;
      ++decoded.damaged;
    }
    text::append(text, c);
  }
  if (at != bytes.size()) {
    text::append(text, kReplacement);
    ++decoded.damaged;
  }
  decoded.text = keep(text, arena);
  return decoded;
}

Decoded from_utf32(std::string_view bytes, Order order, Arena& arena) {
  std::string text;
  text.reserve(bytes.size() / 2);
  Decoded decoded;
  std::size_t at = 0;
  for (; at + 4 <= bytes.size(); at += 4) {
    char32_t c = unit<4>(bytes, at, order);
    if (c == 0 || c > 0x10FFFF || is_surrogate(c)) {
      c = kReplacement;
      ++decoded.damaged;
    }
    text::append(text, c);
  }
  if (at != bytes.size()) {
    text::append(text, kReplacement);
    ++decoded.damaged;
  }
  decoded.text = keep(text, arena);
  return decoded;
}

// NUL is well-formed UTF-8, but no text holds it and C interfaces end at it.
void replace_nul(Decoded& decoded, Arena& arena) {
  if (decoded.text.find('\0') == std::string_view::npos) return;
  const auto count = static_cast<std::size_t>(std::ranges::count(decoded.text, '\0'));
  std::string text;
  text.reserve(decoded.text.size() + 2 * count);
  for (const char c : decoded.text) {
    if (c == '\0') text::append(text, kReplacement);
    else text += c;
  }
  decoded.text = keep(text, arena);
  decoded.damaged += count;
}

}  // namespace

Decoded decode_bytes(std::string_view bytes, Arena& arena) {
  using namespace std::string_view_literals;
  // The UTF-32 mark begins with the UTF-16 mark of the same order.
  if (bytes.starts_with("\xFF\xFE\0\0"sv)) return from_utf32(bytes.substr(4), Order::little, arena);
  if (bytes.starts_with("\0\0\xFE\xFF"sv)) return from_utf32(bytes.substr(4), Order::big, arena);
  if (bytes.starts_with("\xFF\xFE"sv)) return from_utf16(bytes.substr(2), Order::little, arena);
  if (bytes.starts_with("\xFE\xFF"sv)) return from_utf16(bytes.substr(2), Order::big, arena);
  Decoded decoded;
  const bool marked = bytes.starts_with("\xEF\xBB\xBF"sv);
  if (marked) bytes.remove_prefix(3);
  if (text::valid_utf8(bytes)) {
    decoded.text = bytes;
  } else if (!marked && looks_like_windows_1252(bytes)) {
    decoded.text = from_windows_1252(bytes, arena);
    decoded.guessed = true;
  } else {
    const text::Repaired repaired = text::repair_utf8(bytes, arena);
    decoded.text = repaired.text;
    decoded.damaged = repaired.damaged;
  }
  replace_nul(decoded, arena);
  return decoded;
}

}  // namespace newsmill::decode
