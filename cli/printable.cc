#include "cli/printable.h"

#include "config/json_text.h"
#include "processors/text/instant.h"
#include "processors/text/unicode.h"
#include "processors/text/utf8.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>

namespace newsmill::cli {
namespace {

/// RFC 4648 section 4.
std::string base64(std::string_view bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0);
    for (std::size_t k = 0; k < 4; ++k) text += k <= count ? kDigits[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

bool is_control(char32_t c) { return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0); }

// East Asian wide and fullwidth (UAX #11), as far as articles hold them.
bool is_wide(char32_t c) {
  return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
         (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
}

std::size_t width_of(char32_t c) { return text::is_mark(c) || c == 0x200D || c == 0x200C ? 0 : is_wide(c) ? 2 : 1; }

}  // namespace

std::string printable(std::string_view bytes) {
  std::string text;
  // Valid stretches as they are, one byte at a time where there is none.
  for (std::size_t at = 0; at < bytes.size();) {
    std::size_t length = 1;
    const auto lead = static_cast<unsigned char>(bytes[at]);
    if (lead >= 0xC2) length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    const std::string_view piece = bytes.substr(at, length);
    std::size_t end = 0;
    const bool shown = piece.size() == length && text::valid_utf8(piece) && !is_control(text::next(piece, end));
    if (shown) text += piece;
    else text += fmt::format("\\x{:02x}", lead);
    at += shown ? length : 1;
  }
  return text;
}

std::string bytes_as_json(std::string_view name, std::string_view bytes) {
  if (text::valid_utf8(bytes))
    return fmt::format("{}:{}", config::json_text(std::string(name)), config::json_text(std::string(bytes)));
  return fmt::format("{}:\"{}\"", config::json_text(std::string(name) + "_base64"), base64(bytes));
}

std::string time_text(std::int64_t ms, std::string_view unknown) {
  constexpr std::int64_t kLast = 253'402'300'799'999;
  if (ms < 0 || ms > kLast) return std::string(unknown);
  return text::rfc3339_utc(std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(ms)));
}

std::size_t columns(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size();) count += width_of(text::next(text, at));
  return count;
}

std::string cell(std::string_view text, std::size_t width) {
  const std::size_t whole = columns(text);
  if (whole <= width) return std::string(text) + std::string(width - whole, ' ');
  std::string cut;
  std::size_t used = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t before = at;
    const std::size_t more = width_of(text::next(text, at));
    if (used + more + 1 > width) break;
    cut += text.substr(before, at - before);
    used += more;
  }
  return cut + "…" + std::string(width - used - 1, ' ');
}

}  // namespace newsmill::cli
