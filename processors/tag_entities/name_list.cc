#include "processors/tag_entities/name_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "processors/text/utf8.h"

namespace newsmill::tag_entities {
namespace {

constexpr std::size_t kMostColumns = 64;

struct Column {
  std::string_view name;
  std::string_view NameRow::* place;
};

constexpr Column kColumns[] = {
    {"name", &NameRow::name},       {"type", &NameRow::type},       {"id", &NameRow::id},
    {"ids", &NameRow::ids},         {"source", &NameRow::source},   {"lang", &NameRow::language},
    {"aliases", &NameRow::aliases}, {"subtype", &NameRow::subtype}, {"country", &NameRow::country},
    {"fame", &NameRow::fame},       {"population", &NameRow::population},
    {"flags", &NameRow::flags},     {"related", &NameRow::related}};

class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  }
  /// The next line that is neither empty nor a comment.
  bool next(std::string_view& line) {
    while (!text_.empty()) {
      const std::size_t end = std::min(text_.find('\n'), text_.size());
      line = text_.substr(0, end);
      text_.remove_prefix(std::min(end + 1, text_.size()));
      ++number_;
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (!line.empty() && line.front() != '#') return true;
    }
    return false;
  }
  std::size_t number() const { return number_; }

 private:
  std::string_view text_;
  std::size_t number_ = 0;
};

/// The cells of a line; kMostColumns + 1 when there are more than that.
std::size_t split(std::string_view line, std::array<std::string_view, kMostColumns>& cells) {
  std::size_t count = 0;
  for (;;) {
    if (count == kMostColumns) return kMostColumns + 1;
    const std::size_t end = line.find('\t');
    cells[count++] = line.substr(0, end);
    if (end == std::string_view::npos) return count;
    line.remove_prefix(end + 1);
  }
}

bool is_item(std::string_view text) {
  return text.size() > 1 && text.front() == 'Q' &&
         std::ranges::all_of(text.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

NameListResult read_name_list(std::string_view text, const std::function<void(const NameRow&)>& row,
                              const std::function<void(const TitleRow&)>& title) {
  NameListResult result;
  Lines lines(text);
  std::string_view line;
  std::array<std::string_view, kMostColumns> cells;
  const auto malformed = [&] {
    if (result.malformed++ == 0) result.first_malformed = lines.number();
  };
  if (!lines.next(line)) {
    result.error = "it holds no line";
    return result;
  }
  std::size_t count = split(line, cells);
  if (count == 2 && is_item(cells[1])) {  // a map of titles
    do {
      count = split(line, cells);
      if (count != 2 || !is_item(cells[1]) || cells[0].empty() || !text::valid_utf8(line)) {
        malformed();
        continue;
      }
      ++result.rows;
      title({cells[0], cells[1]});
    } while (lines.next(line));
    return result;
  }

  std::vector<std::string_view NameRow::*> places;
  bool has_name = false;
  for (std::size_t i = 0; i < std::min(count, kMostColumns); ++i) {
    const auto column = std::ranges::find(kColumns, cells[i], &Column::name);
    places.push_back(column == std::end(kColumns) ? nullptr : column->place);
    has_name |= places.back() == &NameRow::name;
  }
  if (!has_name) {
    result.error = fmt::format(
        "its first line (line {}) names no column \"name\"; expected names of columns with tabs between, such as "
        "name, type, id, source, lang",
        lines.number());
    return result;
  }
  while (lines.next(line)) {
    count = split(line, cells);
    if (count > places.size() || !text::valid_utf8(line)) {
      malformed();
      continue;
    }
    NameRow read;
    read.line = lines.number();
    for (std::size_t i = 0; i < count; ++i)
      if (places[i] != nullptr) read.*places[i] = cells[i];
    ++result.rows;
    row(read);
  }
  return result;
}

}  // namespace newsmill::tag_entities
