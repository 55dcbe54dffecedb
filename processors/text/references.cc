#include <algorithm>
#include <cstring>
#include <string>

#include "processors/text/arena_copy.h"
#include "processors/text/characters.h"
#include "processors/text/named_references.h"
#include "processors/text/utf8.h"
#include "processors/text/windows_1252.h"

namespace newsmill::text {
namespace {

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// The value of a digit in base 10 or 16, or -1.
int digit_value(char c, int base) {
  if (c >= '0' && c <= '9') return c - '0';
  if (base == 16 && c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (base == 16 && c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string_view named(std::string_view name) {
  const auto* const row = std::ranges::lower_bound(kNamedReferences, name, {}, &NamedReference::name);
  return row != kNamedReferences.end() && row->name == name ? row->characters : std::string_view{};
}

constexpr std::size_t kLongestName = 32;   // "CounterClockwiseContourIntegral;"
constexpr std::size_t kLongestLegacy = 6;  // "Aacute", "frac12"

/// HTML 13.2.5.80, "Numeric character reference end state".
char32_t mended(char32_t value) {
  if (value == 0 || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return 0xFFFD;
  return value >= 0x80 && value <= 0x9F ? from_windows_1252(value) : value;
}

/// Decodes the reference at the start of `text` (which begins with "&") into `out`; returns the
/// bytes read, 0 when there is none.
std::size_t decode_one(std::string_view text, std::string& out) {
  std::size_t at = 1;
  if (at < text.size() && text[at] == '#') {
    ++at;
    const int base = at < text.size() && (text[at] == 'x' || text[at] == 'X') ? 16 : 10;
    if (base == 16) ++at;
    const std::size_t digits = at;
    char32_t value = 0;
    for (int digit; at < text.size() && (digit = digit_value(text[at], base)) >= 0; ++at)
      if (value <= 0x10FFFF) value = value * static_cast<char32_t>(base) + static_cast<char32_t>(digit);
    if (at == digits) return 0;
    if (at < text.size() && text[at] == ';') ++at;
    append(out, mended(value));
    return at;
  }
  while (at < text.size() && at <= kLongestName && is_alphanumeric(text[at])) ++at;
  if (at < text.size() && text[at] == ';') {
    if (const std::string_view found = named(text.substr(1, at)); !found.empty()) {
      out += found;
      return at + 1;
    }
  }
  // A legacy name needs no semicolon. In attributes the standard leaves it alone before "=" or a
  // letter, because of "?a=1&copy=2"; plain fields hold such addresses too, but also "&nbspText",
  // so here it is left alone when the word that it starts ends at "=".
  std::size_t word = at;
  while (word < text.size() && is_alphanumeric(text[word])) ++word;
  if (word < text.size() && text[word] == '=') return 0;
  for (std::size_t length = std::min(at - 1, kLongestLegacy); length >= 2; --length) {
    if (const std::string_view found = named(text.substr(1, length)); !found.empty()) {
      out += found;
      return length + 1;
    }
  }
  return 0;
}

/// False when nothing was decoded; then `out` is of no use.
bool decode_all(std::string_view text, std::string& out) {
  bool decoded = false;
  std::size_t kept = 0;
  for (std::size_t at = text.find('&'); at != std::string_view::npos; at = text.find('&', at)) {
    out += text.substr(kept, at - kept);
    kept = at;
    const std::size_t length = decode_one(text.substr(at), out);
    decoded |= length > 0;
    kept += length;
    at += std::max<std::size_t>(length, 1);
  }
  out += text.substr(kept);
  return decoded;
}

/// Whether `text` holds what double encoding leaves: `&(amp|lt|gt|quot|#[0-9]+);`.
bool encoded_again(std::string_view text) {
  for (std::size_t at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1)) {
    const std::string_view rest = text.substr(at + 1);
    for (const std::string_view name : {"amp;", "lt;", "gt;", "quot;"})
      if (rest.starts_with(name)) return true;
    if (!rest.starts_with('#')) continue;
    const std::size_t end = rest.find_first_not_of("0123456789", 1);
    if (end != std::string_view::npos && end > 1 && rest[end] == ';') return true;
  }
  return false;
}

}  // namespace

std::string_view decode_references(std::string_view text, std::pmr::memory_resource& arena) {
  if (text.find('&') == std::string_view::npos) return text;
  std::string once;
  once.reserve(text.size());
  if (!decode_all(text, once)) return text;
  if (!encoded_again(once)) return arena_copy(once, arena);
  std::string twice;
  twice.reserve(once.size());
  decode_all(once, twice);
  return arena_copy(twice, arena);
}

}  // namespace newsmill::text
