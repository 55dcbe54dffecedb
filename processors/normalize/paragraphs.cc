#include "processors/normalize/paragraphs.h"

#include <algorithm>
#include <cstring>

#include "processors/normalize/letters.h"
#include "processors/text/unicode.h"
#include "processors/text/utf8.h"

namespace newsmill::normalize {
namespace {

/// A line of the text without the spaces around it.
struct Line {
  std::uint32_t begin, end;
  std::uint32_t indent;  ///< spaces before it
  std::uint32_t chars;   ///< code points; counted only where it may matter
};

constexpr std::size_t kWidestWrap = 100;    // mails and wires wrap at 60 to 80 columns
constexpr std::size_t kNarrowestWrap = 30;  // columns of scanned newspapers

bool starts_with_word_script(std::string_view line) {
  std::size_t at = 0;
  const char32_t c = text::next(line, at);
  switch (text::script(c)) {
    case text::Script::han: case text::Script::kana: case text::Script::thai: case text::Script::lao:
    case text::Script::khmer: case text::Script::myanmar: return false;
    default: return true;
  }
}

bool starts_lower(std::string_view line) {
  std::size_t at = 0;
  return text::is_lower(text::next(line, at));
}

bool ends_sentence(std::string_view line) {
  while (!line.empty() && (line.back() == '"' || line.back() == '\'' || line.back() == ')')) line.remove_suffix(1);
  if (line.empty()) return false;
  return std::strchr(".!?:", line.back()) != nullptr || line.ends_with("”") || line.ends_with("…");
}

/// Splits into blocks, decides for each whether it was wrapped, and writes its paragraphs.
class Splitter {
 public:
  Splitter(std::string_view text, Draft& draft, Arena& arena) : text_(text), draft_(draft), lines_(&arena) {
    // Every line break may become a break of two characters.
    const auto breaks = static_cast<std::size_t>(std::ranges::count(text, '\n'));
    const std::size_t most = text.size() + breaks * (kParagraphBreak.size() - 1);
    out_ = start_ = static_cast<char*>(arena.allocate(most == 0 ? 1 : most, 1));
    draft_.paragraphs.reserve(draft_.paragraphs.size() + breaks / 2 + 1);
  }

  void run() {
    for (std::size_t at = 0; at <= text_.size();) {
      const void* hit = at < text_.size() ? std::memchr(text_.data() + at, '\n', text_.size() - at) : nullptr;
      const std::size_t stop =
          hit != nullptr ? static_cast<std::size_t>(static_cast<const char*>(hit) - text_.data()) : text_.size();
      std::size_t begin = at, end = stop;
      while (begin < end && text_[begin] == ' ') ++begin;
      while (end > begin && text_[end - 1] == ' ') --end;
      if (begin == end) {
        write_block();
      } else {
        lines_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end),
                          static_cast<std::uint32_t>(begin - at), 0});
      }
      at = stop + 1;
    }
    write_block();
    draft_.buffer = {start_, static_cast<std::size_t>(out_ - start_)};
  }

 private:
  std::string_view view(const Line& line) const { return text_.substr(line.begin, line.end - line.begin); }

  void write_block() {
    if (lines_.empty()) return;
    const std::size_t width = wrapped_width();
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (i > 0 && width != 0 && goes_on(i - 1, width)) {
        join(i);
      } else {
        begin_paragraph();
        write(view(lines_[i]));
      }
      draft_.paragraphs.back().end = static_cast<std::uint32_t>(out_ - start_);
    }
    lines_.clear();
  }

  void begin_paragraph() {
    if (out_ != start_) {
      std::memcpy(out_, kParagraphBreak.data(), kParagraphBreak.size());
      out_ += kParagraphBreak.size();
    }
    const auto at = static_cast<std::uint32_t>(out_ - start_);
    draft_.paragraphs.push_back({at, at});
  }

  void join(std::size_t i) {
    const std::string_view before = view(lines_[i - 1]);
    const bool cut = before.ends_with("¬") && starts_lower(view(lines_[i]));
    if (cut) {
      out_ -= std::strlen("¬");
    } else if (!(before.size() > 1 && before.back() == '-' && before[before.size() - 2] != ' ' &&
                 before[before.size() - 2] != '-' && starts_lower(view(lines_[i])))) {
      *out_++ = ' ';
    }
    write(view(lines_[i]));
  }

  void write(std::string_view line) {
    // Copies the stretches between runs of spaces; most lines have no run and are one stretch.
    while (true) {
      const void* hit = memmem(line.data(), line.size(), "  ", 2);
      if (hit == nullptr) break;
      const auto stretch = static_cast<std::size_t>(static_cast<const char*>(hit) - line.data()) + 1;
      std::memcpy(out_, line.data(), stretch);
      out_ += stretch;
      line.remove_prefix(stretch);
      line.remove_prefix(line.find_first_not_of(' '));  // a line never ends in a space
    }
    std::memcpy(out_, line.data(), line.size());
    out_ += line.size();
  }

  /// The column at which the block was wrapped, 0 when it was not.
  std::size_t wrapped_width() {
    if (lines_.size() < 2) return 0;
    std::size_t width = 0;
    for (Line& line : lines_) {
      if (line.end - line.begin > 4 * kWidestWrap) return 0;
      line.chars = static_cast<std::uint32_t>(text::code_points(view(line)));
      // An address is not broken, so it says nothing about the column.
      if (view(line).find(' ') == std::string_view::npos) continue;
      if (line.chars > kWidestWrap) return 0;
      width = std::max<std::size_t>(width, line.chars);
    }
    // The fewer the lines, the wider they must be: two or three short ones are often a list.
    const std::size_t least = lines_.size() == 2 ? 55 : lines_.size() < 5 ? 45 : kNarrowestWrap;
    if (width < least) return 0;
    std::size_t full = 0, lower = 0, open = 0;
    for (std::size_t i = 0; i + 1 < lines_.size(); ++i) {
      if (!is_full(i, width)) continue;
      ++full;
      lower += starts_lower(view(lines_[i + 1]));
      open += !ends_sentence(view(lines_[i]));
    }
    const std::size_t breaks = lines_.size() - 1;
    if (full * 10 < breaks * 7 || lower * 3 < full || open * 2 < full) return 0;
    return width;
  }

  /// True when the first word of the next line would not have fitted behind line `i`.
  bool is_full(std::size_t i, std::size_t width) const {
    const std::string_view next = view(lines_[i + 1]);
    if (view(lines_[i]).ends_with("¬")) return true;
    const std::size_t word = std::min(next.find(' '), next.size());
    return lines_[i].chars + 1 + text::code_points(next.substr(0, word)) > width;
  }

  bool goes_on(std::size_t i, std::size_t width) const {
    const std::string_view next = view(lines_[i + 1]);
    if (!is_full(i, width) || !starts_with_word_script(next)) return false;
    if (is_list_item(next) && !(next.starts_with("- ") && starts_lower(next.substr(2)))) return false;
    // A deeper indent opens a paragraph, but for the entries of a list, which hang.
    return lines_[i + 1].indent <= lines_[i].indent + 1 || hangs(i);
  }

  bool hangs(std::size_t i) const { return is_list_item(view(lines_[i])); }

  std::string_view text_;
  Draft& draft_;
  std::pmr::vector<Line> lines_;
  char* start_;
  char* out_;
};

}  // namespace

bool is_list_item(std::string_view line) {
  for (const std::string_view mark : {"- ", "* ", "+ ", "• ", "· ", "‣ ", "▪ ", "● ", "■", "・", "– ", "— "}) {
    if (line.starts_with(mark)) return true;
  }
  std::size_t digits = 0;
  while (digits < line.size() && digits < 3 && line[digits] >= '0' && line[digits] <= '9') ++digits;
  return digits > 0 && digits + 1 < line.size() && (line[digits] == '.' || line[digits] == ')') &&
         line[digits + 1] == ' ';
}

bool split_paragraphs(std::string_view text, Draft& draft, Arena& arena, Budget& budget) {
  if (!budget.spend(2 * text.size())) return false;
  Splitter(text, draft, arena).run();
  return true;
}

}  // namespace newsmill::normalize
