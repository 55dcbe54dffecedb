#include "config/diagnostic.h"

#include "config/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <string_view>
#include <tuple>

namespace newsmill::config {
namespace {

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// Columns of a terminal that the UTF-8 sequence at the start of `text` takes: East Asian wide
/// characters and emoji take two (by block, Unicode Standard Annex 11).
std::size_t width(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  char32_t point = lead < 0x80 ? lead : lead < 0xE0 ? lead & 0x1F : lead < 0xF0 ? lead & 0x0F : lead & 0x07;
  for (std::size_t i = 1; i < text.size() && continues(text[i]); ++i)
    point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
  const auto in = [point](char32_t low, char32_t high) { return point >= low && point <= high; };
  return in(0x1100, 0x115F) || in(0x2E80, 0xA4CF) || in(0xAC00, 0xD7A3) || in(0xF900, 0xFAFF) || in(0xFE30, 0xFE6F) ||
                 in(0xFF00, 0xFF60) || in(0x1F300, 0x1FAFF) || in(0x20000, 0x3FFFD)
             ? 2
             : 1;
}

/// What stands in a file may hold escape sequences; a terminal must not obey them.
std::string harmless(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return text;
}

/// The line and below it the caret, both indented by two; of a long line what is near the caret.
void print_line(std::ostream& out, const Diagnostic& d) {
  constexpr std::size_t kWhole = 100, kBefore = 60, kAfter = 40;  // characters
  const bool whole =
      static_cast<std::size_t>(std::ranges::count_if(d.source, [](char c) { return !continues(c); })) <= kWhole;
  const std::size_t first = !whole && d.column > kBefore ? d.column - kBefore : 0;  // how many to leave out
  std::string shown, caret;
  std::size_t point = 0;
  for (std::size_t i = 0; i < d.source.size(); ++point) {
    std::size_t end = i + 1;
    while (end < d.source.size() && continues(d.source[end])) ++end;
    const std::string_view character(d.source.data() + i, end - i);
    i = end;
    if (point < first) continue;
    if (!whole && point > d.column + kAfter) { shown += "…"; break; }
    if (point == first && first > 0) { shown += "…"; caret += ' '; }
    const auto byte = static_cast<unsigned char>(character[0]);
    shown += byte == '\t' ? " " : byte < 0x20 || byte == 0x7F ? "?" : character;
    if (point + 1 < d.column) caret.append(width(character), ' ');
  }
  while (!shown.empty() && shown.back() == ' ' && shown.size() > caret.size()) shown.pop_back();
  fmt::memory_buffer buffer;
  fmt::format_to(std::back_inserter(buffer), "  {}\n  {}^\n", shown, caret);
  out.write(buffer.data(), static_cast<std::streamsize>(buffer.size()));
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

const char* name(Diagnostic::Severity severity) {
  return severity == Diagnostic::Severity::error ? "error" : "warning";
}

/// Optimal string alignment distance, given up above `limit`.
std::size_t distance(const std::string& a, const std::string& b, std::size_t limit) {
  const std::size_t apart = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (apart > limit) return limit + 1;
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

}  // namespace

bool Diagnostics::has_errors() const {
  return std::ranges::any_of(all_, [](const Diagnostic& d) { return d.severity == Diagnostic::Severity::error; });
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::map<std::string, std::size_t> order;
  for (const auto& d : all_) order.emplace(d.file, order.size());
  auto sorted = all_;
  std::ranges::stable_sort(sorted, {},
                           [&](const Diagnostic& d) { return std::tuple(order.at(d.file), d.line, d.column); });
  return sorted;
}

std::string Diagnostics::sum() const {
  if (all_.empty()) return {};
  std::vector<std::string> files;
  std::size_t errors = 0;
  for (const auto& d : all_) {
    if (std::ranges::find(files, d.file) == files.end()) files.push_back(d.file);
    errors += d.severity == Diagnostic::Severity::error;
  }
  const std::size_t warnings = all_.size() - errors;
  std::string text;
  if (errors > 0) text = counted(errors, "error");
  if (warnings > 0) text += (text.empty() ? "" : ", ") + counted(warnings, "warning");
  return text + " in " + (files.size() == 1 ? files[0] : counted(files.size(), "file"));
}

void Diagnostics::print(std::ostream& out, bool color) const {
  for (const auto& d : sorted()) {
    std::string place = d.file;
    if (d.line > 0) place += fmt::format(":{}:{}", d.line, d.column);
    const bool error = d.severity == Diagnostic::Severity::error;
    const std::string_view begin = !color ? "" : error ? "\x1b[1;31m" : "\x1b[1;33m", end = color ? "\x1b[0m" : "";
    out << harmless(place) << ": " << begin << name(d.severity) << '[' << d.code << ']' << end << ": "
        << harmless(d.message) << '\n';
    if (d.line > 0) print_line(out, d);
    if (!d.hint.empty()) out << "  hint: " << harmless(d.hint) << '\n';
  }
  if (!all_.empty()) out << sum() << '\n';
}

void Diagnostics::print_json(std::ostream& out) const {
  out << '[';
  const char* between = "\n";
  for (const auto& d : sorted()) {
    out << between
        << fmt::format(
               R"(  {{"severity": {}, "code": {}, "file": {}, "line": {}, "column": {}, "message": {}, "hint": {}}})",
               json_text(name(d.severity)), json_text(d.code), json_text(d.file), d.line, d.column,
               json_text(d.message), json_text(d.hint));
    between = ",\n";
  }
  out << (all_.empty() ? "]\n" : "\n]\n");
}

std::string nearest(const std::string& word, const std::vector<std::string>& known) {
  const std::size_t limit = std::max<std::size_t>(1, word.size() / 3);
  std::size_t best = limit + 1;
  std::string found;
  if (word.size() > 64) return found;
  for (const auto& candidate : known) {
    const std::size_t d = distance(word, candidate, limit);
    if (d < best) best = d, found = candidate;
  }
  return found;
}

}  // namespace newsmill::config
