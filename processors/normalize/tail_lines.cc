#include "processors/normalize/tail_lines.h"

#include <algorithm>

#include "processors/text/utf8.h"

namespace newsmill::normalize {
namespace {

constexpr std::size_t kTailChars = 400;
constexpr std::size_t kTailLines = 8;
constexpr auto kTail = static_cast<std::uint8_t>(Place::tail);
constexpr auto kAny = static_cast<std::uint8_t>(Place::any);

std::uint32_t chars_of(std::string_view text) { return static_cast<std::uint32_t>(text::code_points(text)); }

std::size_t bytes_of(const Draft& draft, std::size_t begin) {
  std::size_t bytes = 0;
  for (std::size_t i = begin; i < draft.size(); ++i) bytes += draft[i].size();
  return bytes;
}

/// Takes from the first `rest` row of the last two fifths on; true when there was one.
bool take_rest(Draft& draft, LineMatcher& matcher, TakenLines& taken) {
  const std::size_t all = bytes_of(draft, 0);
  std::size_t behind = all, i = 0;
  for (; i < draft.size() && behind * 5 > all * 2; ++i) behind -= draft[i].size();
  for (i = std::max<std::size_t>(i, 1); i < draft.size(); ++i) {
    const LexiconRow* row = matcher.find(draft[i], kTail, [](const LexiconRow& r, auto) { return r.rest; });
    if (row == nullptr) continue;
    TakenLine line{row, {}, static_cast<std::uint32_t>(draft.size() - i), 0};
    for (std::size_t k = i; k < draft.size(); ++k) line.chars += chars_of(draft[k]);
    line.text = draft.at({draft.paragraphs[i].begin, draft.paragraphs.back().end});
    taken.lines.push_back(line);
    draft.paragraphs.resize(i);
    return true;
  }
  return false;
}

}  // namespace

void take_inserts(Draft& draft, LineMatcher& matcher, TakenLines& taken) {
  std::size_t to = 0;
  for (std::size_t i = 0; i < draft.size(); ++i) {
    const LexiconRow* row = matcher.find(draft[i], kAny);
    if (row != nullptr && row->kind == LineKind::wall) { ++taken.walls; row = nullptr; }
    if (row != nullptr) taken.lines.push_back({row, draft[i], 1, chars_of(draft[i])});
    else draft.paragraphs[to++] = draft.paragraphs[i];
  }
  draft.paragraphs.resize(to);
}

void take_tail(Draft& draft, LineMatcher& matcher, TakenLines& taken) {
  while (take_rest(draft, matcher, taken)) {}
  const std::size_t all = bytes_of(draft, 0);
  const std::size_t limit = std::max(kTailChars, all * 15 / 100);
  std::size_t stayed = 0, lines = 0;
  for (std::size_t i = draft.size(); i-- > 0 && stayed <= limit && lines < kTailLines;) {
    const LexiconRow* row = matcher.find(draft[i], kTail, [](const LexiconRow& r, auto) { return !r.rest; });
    if (row == nullptr) {
      stayed += draft[i].size();
      ++lines;
      continue;
    }
    taken.lines.push_back({row, draft[i], 1, chars_of(draft[i])});
    draft.paragraphs.erase(draft.paragraphs.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

}  // namespace newsmill::normalize
