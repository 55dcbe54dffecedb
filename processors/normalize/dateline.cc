#include "processors/normalize/dateline.h"

#include <algorithm>

#include "processors/normalize/letters.h"
#include "processors/text/unicode.h"
#include "processors/text/utf8.h"

namespace newsmill::normalize {
namespace {

constexpr std::size_t kMaxPlaceBytes = 100;
constexpr std::size_t kMaxAgencyBytes = 40;
constexpr std::size_t kLeastReport = 20;  // letters; less is a headline in the form of a dateline

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == ',')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == ',')) text.remove_suffix(1);
  return text;
}

bool has_digit(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Capitalised words, with small ones between as in "Rio de Janeiro" and "Frankfurt am Main".
bool looks_like_place(std::string_view text) {
  std::size_t words = 0;
  bool small_last = true;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" /", at), text.size());
    const std::string_view word = text.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    if (++words > 8 || word.find_first_of("!?:;\"()") != std::string_view::npos) return false;
    std::size_t inside = 0;
    const char32_t first = text::next(word, inside);
    if (!text::is_letter(first)) return false;
    small_last = text::is_lower(first);
    if (small_last && (words == 1 || word.size() > 5)) return false;
  }
  return words > 0 && !small_last;
}

bool names_agency(std::string_view text, const Lexicons& lexicons) {
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('/', at), text.size());
    if (lexicons.is_agency(trim(text.substr(at, end - at)))) return true;
    at = end + 1;
  }
  return false;
}

/// Bytes of the dash at the start of `text` with the full stop before and the spaces around it;
/// 0 when there is none.
std::size_t dash(std::string_view text) {
  std::size_t at = 0;
  const auto skip = [&](std::string_view what) {
    if (!text.substr(at).starts_with(what)) return false;
    at += what.size();
    return true;
  };
  while (skip(" ")) {}
  skip(".");
  while (skip(" ")) {}
  std::size_t dashes = 0;
  while (dashes < 3 && (skip("-") || skip("–") || skip("—") || skip("―") || skip("_"))) ++dashes;
  if (dashes == 0) return 0;
  while (skip(" ")) {}
  return at;
}

}  // namespace

std::optional<Dateline> parse_dateline(std::string_view paragraph, const Lexicons& lexicons) {
  const std::size_t open = paragraph.substr(0, kMaxPlaceBytes).find('(');
  if (open == std::string_view::npos) return std::nullopt;
  const std::size_t length = paragraph.substr(open, kMaxAgencyBytes).find(')');
  if (length == std::string_view::npos) return std::nullopt;
  Dateline line;
  line.agency = trim(paragraph.substr(open + 1, length - 1));
  if (!names_agency(line.agency, lexicons)) return std::nullopt;

  line.place = trim(paragraph.substr(0, open));
  // The date is what stands behind the first comma after which there is a figure.
  for (std::size_t comma = line.place.find(','); comma != std::string_view::npos; comma = line.place.find(',', comma + 1)) {
    const std::string_view rest = line.place.substr(comma + 1);
    const std::string_view next = rest.substr(0, rest.find(','));
    if (!has_digit(next)) continue;
    line.date = trim(rest);
    line.place = trim(line.place.substr(0, comma));
    break;
  }
  if (has_digit(line.place) || (!line.place.empty() && !looks_like_place(line.place))) return std::nullopt;

  const std::size_t behind = open + length + 1;
  const std::size_t dashes = dash(paragraph.substr(behind));
  if (dashes == 0 && !line.place.empty()) return std::nullopt;
  line.end = behind + dashes;
  while (line.end < paragraph.size() && paragraph[line.end] == ' ') ++line.end;
  if (count_letters(paragraph.substr(line.end), kLeastReport) < kLeastReport) return std::nullopt;
  return line;
}

}  // namespace newsmill::normalize
