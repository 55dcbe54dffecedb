#include "processors/normalize/head_lines.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "processors/normalize/dateline.h"
#include "processors/normalize/dates.h"
#include "processors/normalize/letters.h"
#include "processors/normalize/paragraphs.h"
#include "processors/text/unicode.h"
#include "processors/text/utf8.h"

namespace newsmill::normalize {
namespace {

constexpr std::size_t kMaxHeadlineChars = 200;
constexpr std::size_t kProseChars = 60;
constexpr std::size_t kRubricChars = 40;
constexpr std::size_t kRubricWords = 5;
constexpr std::size_t kRubricLines = 3;
constexpr std::size_t kShortRubricWords = 3;  // above a headline that is not known yet
constexpr std::size_t kLeastHeadline = 8;  // letters
constexpr std::size_t kLeastEcho = 15;     // letters, where the ends differ

std::uint32_t chars_of(std::string_view text) { return static_cast<std::uint32_t>(text::code_points(text)); }

std::size_t words_of(std::string_view text) { return static_cast<std::size_t>(std::ranges::count(text, ' ')) + 1; }

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> ends) {
  return std::ranges::any_of(ends, [&](std::string_view end) { return text.ends_with(end); });
}

bool is_rubric(std::string_view line) {
  return chars_of(line) <= kRubricChars && words_of(line) <= kRubricWords && !ends_with_any(line, {".", "!", "?", ",", ";"});
}

/// No small letter, and capitals enough to have meant it.
bool is_shouted(std::string_view line) {
  std::size_t capitals = 0;
  for (std::size_t at = 0; at < line.size();) {
    const char32_t c = text::next(line, at);
    if (text::is_lower(c)) return false;
    capitals += text::is_upper(c);
  }
  return capitals >= 4;
}

bool could_be_headline(std::string_view line) {
  return chars_of(line) <= kMaxHeadlineChars && count_letters(line, kLeastHeadline) == kLeastHeadline &&
         !is_list_item(line) && !ends_with_any(line, {".", ",", ";", ":", "-", "¬"});
}

/// A line that goes on in small letters where the one before it stopped.
bool goes_on(std::string_view line) {
  std::size_t at = 0;
  return text::is_lower(text::next(line, at));
}

/// Walks down the first lines. Lines that stay are counted; the others are erased at once.
class HeadReader {
 public:
  HeadReader(Draft& draft, const HeadGiven& given, const Lexicons& lexicons, LineMatcher& matcher, Head& head,
             std::pmr::vector<Removed>& removed, Arena& arena)
      : draft_(draft), headline_(given.headline), subheadline_(given.subheadline), lexicons_(lexicons),
        matcher_(matcher), head_(head), removed_(removed), arena_(arena) {}

  void run() {
    walk();
    if (headline_.empty() && find_headline()) {
      headline_ = head_.headline;
      walk();  // the lines below have moved up, and an echo of the headline may be among them
    }
    draft_.paragraphs.erase(draft_.paragraphs.begin(), draft_.paragraphs.begin() + static_cast<std::ptrdiff_t>(gone_));
  }

 private:
  void walk() {
    std::size_t i = 0;
    while (i < size() && i < kHeadLines && size() > 1) {
      if (is_echo(line(i))) {
        take_rubric(i);
        take(i, Removed::Kind::headline_echo, "headline-echo");
        i = 0;  // what was above it stays where it is, but is now followed by something else
        continue;
      }
      if (take_row(i)) continue;
      ++i;
    }
    for (i = 0; i < size() && i < kHeadLines; ++i) {
      if (!is_prose(line(i))) continue;
      take_dateline(i);
      break;
    }
  }

  // --- lines of known form ------------------------------------------------------------------

  bool is_echo(std::string_view text) const { return same_as(text, headline_) || same_as(text, subheadline_); }

  static bool same_as(std::string_view echo, std::string_view headline) {
    if (headline.empty()) return false;
    const CommonStart common = common_start(echo, headline);
    if (common.letters == 0) return false;
    // What differs may only be the name of a site behind one of them, or behind both.
    const auto ends = [&](std::string_view text, std::size_t end) {
      if (count_letters(text.substr(end), 1) == 0) return true;
      const std::string_view bare = without_site(text);
      return common.letters >= kLeastEcho && bare.size() < text.size() &&
             count_letters(bare.substr(std::min(end, bare.size())), 1) == 0;
    };
    return ends(echo, common.end_a) && ends(headline, common.end_b);
  }

  /// One to three short lines right above the echo at `i`, when nothing else is above it.
  void take_rubric(std::size_t& i) {
    if (i == 0 || i > kRubricLines) return;
    for (std::size_t k = 0; k < i; ++k) if (!is_rubric(line(k))) return;
    while (i > 0) {
      --i;
      if (head_.kicker.empty()) { head_.kicker = line(i); erase(i); }
      else take(i, Removed::Kind::kicker, "rubric");
    }
  }

  bool take_row(std::size_t i) {
    const std::string_view text = line(i);
    if (add_piece(text)) { mark_and_erase(i); return true; }
    const std::size_t known = head_.pieces.size();
    if (!add_pieces(text)) {
      head_.pieces.erase(head_.pieces.begin() + static_cast<std::ptrdiff_t>(known), head_.pieces.end());
      return false;
    }
    mark_and_erase(i);
    return true;
  }

  void mark_and_erase(std::size_t i) {
    const LineKind kind = head_.pieces.back().kind;
    const bool signs = kind == LineKind::byline || kind == LineKind::published || kind == LineKind::updated || kind == LineKind::site;
    if (signs && !above_) above_ = i;
    erase(i);
  }

  /// Every piece between separators must be known. A bare name is one beside a date.
  bool add_pieces(std::string_view whole) {
    if (whole.size() > 4 * kMaxHeadlineChars || split(whole).first.size() == whole.size()) return false;
    std::size_t pieces = 0;
    std::string_view name;
    bool dated = false;
    for (std::string_view rest = whole; !rest.empty();) {
      const auto [piece, behind] = split(rest);
      rest = behind;
      if (piece.empty()) continue;
      ++pieces;
      if (add_piece(piece)) {
        dated |= head_.pieces.back().kind == LineKind::published || head_.pieces.back().kind == LineKind::updated;
      } else if (looks_like_site(piece)) {
        head_.pieces.push_back({LineKind::site, "site", {}, piece, piece});
      } else if (name.empty() && looks_like_names(piece)) {
        name = piece;
        head_.pieces.push_back({LineKind::byline, "name-and-date", {}, piece, piece});
      } else {
        return false;
      }
    }
    return pieces >= 2 && (name.empty() || dated);
  }

  static std::pair<std::string_view, std::string_view> split(std::string_view text) {
    std::size_t first = std::string_view::npos, length = 0;
    for (const std::string_view separator : {" | ", " • ", " · ", " ● ", " / "}) {
      const std::size_t at = text.find(separator);
      if (at < first) { first = at; length = separator.size(); }
    }
    if (first == std::string_view::npos) return {text, {}};
    return {text.substr(0, first), text.substr(first + length)};
  }

  bool add_piece(std::string_view text) {
    std::string_view value = text;
    const LexiconRow* row = matcher_.find(text, static_cast<std::uint8_t>(Place::head),
                                          [&](const LexiconRow& candidate, std::span<const Capture> captures) {
      value = text;
      for (const Capture& capture : captures) {
        if (capture.slot == Slot::date) {
          text::InstantHints hints;
          hints.language = candidate.language;
          if (!read_day(capture.text, hints, arena_)) return false;
          if (candidate.kind == LineKind::published || candidate.kind == LineKind::updated) value = capture.text;
        } else if (capture.slot == Slot::site && candidate.kind == LineKind::site) {
          value = capture.text;
        }
      }
      // A row may name author and date in one; then the line as a whole is the byline.
      return true;
    });
    if (row == nullptr) return false;
    head_.pieces.push_back({row->kind, row->id, row->language, text, value});
    return true;
  }

  void take_dateline(std::size_t i) {
    while (const auto found = parse_dateline(line(i), lexicons_)) {
      if (head_.located.empty()) head_.located = found->place;
      const std::string_view text = line(i).substr(0, found->end);
      const std::string_view shown = text.substr(0, text.find_last_not_of(' ') + 1);
      removed_.push_back(taken(Removed::Kind::dateline, "agency-dateline", shown, chars_of(shown)));
      draft_.paragraphs[gone_ + i].begin += static_cast<std::uint32_t>(found->end);
    }
  }

  // --- headline -----------------------------------------------------------------------------

  bool find_headline() {
    std::size_t lines = 0;
    while (lines < size() && lines < kHeadLines && !is_prose(line(lines)) && could_be_line(line(lines))) ++lines;
    // A line that names author or date ends the head, whatever stands below it.
    const bool signed_off = above_ && *above_ > 0 && *above_ <= lines;
    if (signed_off) lines = *above_;
    if (lines == 0 || lines >= size()) return false;
    if (!signed_off && !is_prose(line(lines))) return false;
    const bool rubric = lines >= 2 && is_rubric(line(0)) && words_of(line(0)) <= kShortRubricWords &&
                        could_be_headline(line(1)) && chars_of(line(0)) < chars_of(line(1));
    const std::size_t first = rubric ? 1 : 0;
    if (!could_be_headline(line(first))) return false;
    std::size_t end = first + 1;
    if (is_shouted(line(first))) {
      while (end < lines && end < first + 3 && is_shouted(line(end))) ++end;
    }
    // Without a line that ends the head, more than these lines are a list or a poem.
    if (!signed_off && lines > end + 1) return false;
    if (goes_on(line(end))) return false;
    head_.headline = joined(first, end);
    if (signed_off && end + 1 == lines && could_be_headline(line(end))) { head_.subheadline = line(end); ++end; }
    if (rubric) head_.kicker = line(0);
    gone_ += end;
    return true;
  }

  static bool could_be_line(std::string_view text) { return chars_of(text) <= kMaxHeadlineChars && !is_list_item(text); }

  std::string_view joined(std::size_t begin, std::size_t end) {
    if (end == begin + 1) return line(begin);
    std::size_t size = 0;
    for (std::size_t i = begin; i < end; ++i) size += line(i).size() + 1;
    auto* text = static_cast<char*>(arena_.allocate(size, 1));
    std::size_t at = 0;
    for (std::size_t i = begin; i < end; ++i) {
      if (i > begin) text[at++] = ' ';
      std::memcpy(text + at, line(i).data(), line(i).size());
      at += line(i).size();
    }
    return {text, at};
  }

  // --- taking out ---------------------------------------------------------------------------

  void take(std::size_t i, Removed::Kind kind, std::string_view rule) {
    removed_.push_back(taken(kind, rule, line(i), chars_of(line(i))));
    erase(i);
  }

  // The few lines before it move down by one, not the many behind it up: so a text of nothing but
  // bylines costs no more than its lines.
  void erase(std::size_t i) {
    for (std::size_t k = gone_ + i; k > gone_; --k) draft_.paragraphs[k] = draft_.paragraphs[k - 1];
    ++gone_;
  }

  std::size_t size() const { return draft_.size() - gone_; }
  std::string_view line(std::size_t i) const { return draft_[gone_ + i]; }

  Draft& draft_;
  std::string_view headline_, subheadline_;
  const Lexicons& lexicons_;
  LineMatcher& matcher_;
  Head& head_;
  std::pmr::vector<Removed>& removed_;
  Arena& arena_;
  std::size_t gone_ = 0;  ///< lines at the front that are taken out
  std::optional<std::size_t> above_;  ///< lines that stayed above the first line with author or date
};

}  // namespace

void read_head(Draft& draft, const HeadGiven& given, const Lexicons& lexicons, LineMatcher& matcher, Head& head,
               std::pmr::vector<Removed>& removed, Arena& arena) {
  HeadReader(draft, given, lexicons, matcher, head, removed, arena).run();
}

std::string_view without_site(std::string_view headline) {
  std::size_t last = std::string_view::npos;
  for (const std::string_view separator : {" | ", " - ", " – ", " — ", " :: ", " » ", " · "}) {
    const std::size_t at = headline.rfind(separator);
    if (at != std::string_view::npos && (last == std::string_view::npos || at > last)) last = at;
  }
  if (last == std::string_view::npos || headline.size() - last > 100) return headline;
  const std::string_view bare = headline.substr(0, last);
  return count_letters(bare, 15) == 15 ? bare : headline;
}

bool is_prose(std::string_view line) {
  const std::size_t chars = text::code_points(line);
  if (chars > kMaxHeadlineChars) return true;
  if (ends_with_any(line, {"。", "！", "？", "」"})) return chars >= kProseChars / 3;
  return chars >= kProseChars && ends_with_any(line, {".", "!", "?", ".\"", ".”", "?”", "!”", ".»", ".'", ".’", ".)", "…", "؟", "।", "۔"});
}

}  // namespace newsmill::normalize
