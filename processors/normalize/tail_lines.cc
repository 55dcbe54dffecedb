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
    TakenLine line{row->kind, row->id, {}, static_cast<std::uint32_t>(draft.size() - i), 0};
    for (std::size_t k = i; k < draft.size(); ++k) line.chars += chars_of(draft[k]);
    line.text = draft.at({draft.paragraphs[i].begin, draft.paragraphs.back().end});
    taken.lines.push_back(line);
    draft.paragraphs.resize(i);
    return true;
  }
  return false;
}

/// "[+2140 chars]" at the end of the last paragraph, with the dots before it.
void take_count(Draft& draft, TakenLines& taken) {
  if (draft.size() == 0 || !draft[draft.size() - 1].ends_with(" chars]")) return;
  const std::string_view line = draft[draft.size() - 1];
  std::size_t at = line.rfind("[+");
  if (at == std::string_view::npos || at == 0) return;
  const std::string_view figure = line.substr(at + 2, line.size() - at - 2 - std::string_view(" chars]").size());
  if (figure.empty() || !std::ranges::all_of(figure, [](char c) { return c >= '0' && c <= '9'; })) return;
  while (at > 0 && line[at - 1] == ' ') --at;
  for (const std::string_view dots : {"…", "..."}) if (line.substr(0, at).ends_with(dots)) at -= dots.size();
  while (at > 0 && line[at - 1] == ' ') --at;
  if (at == 0) return;
  taken.lines.push_back({LineKind::cut, "missing-chars", line.substr(at), 1, chars_of(line.substr(at))});
  draft.paragraphs.back().end = draft.paragraphs.back().begin + static_cast<std::uint32_t>(at);
}

}  // namespace

void take_inserts(Draft& draft, LineMatcher& matcher, TakenLines& taken) {
  std::size_t to = 0;
  for (std::size_t i = 0; i < draft.size(); ++i) {
    const LexiconRow* row = matcher.find(draft[i], kAny);
    if (row != nullptr && row->kind == LineKind::wall) { ++taken.walls; row = nullptr; }
    if (row != nullptr) taken.lines.push_back({row->kind, row->id, draft[i], 1, chars_of(draft[i])});
    else draft.paragraphs[to++] = draft.paragraphs[i];
  }
  draft.paragraphs.resize(to);
}

void take_tail(Draft& draft, LineMatcher& matcher, TakenLines& taken) {
  take_count(draft, taken);
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
    taken.lines.push_back({row->kind, row->id, draft[i], 1, chars_of(draft[i])});
    draft.paragraphs.erase(draft.paragraphs.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

}  // namespace newsmill::normalize
