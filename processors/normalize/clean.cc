#include "processors/normalize/clean.h"

#include "processors/text/characters.h"
#include "processors/text/utf8.h"

namespace newsmill::normalize {

Cleaned clean_text(std::string_view text, Arena& arena) {
  text = text::repair_utf8(text, arena).text;
  text = text::decode_references(text, arena);
  const text::Repair repair = text::repair_mojibake(text, arena);
  return {text::clean_characters(repair.text, arena), repair.repaired};
}

Cleaned clean_line(std::string_view text, Arena& arena) {
  Cleaned cleaned = clean_text(text, arena);
  const auto is_gap = [](char c) { return c == ' ' || c == '\n'; };
  std::string_view& line = cleaned.text;
  while (!line.empty() && is_gap(line.front())) line.remove_prefix(1);
  while (!line.empty() && is_gap(line.back())) line.remove_suffix(1);
  bool plain = true;
  for (std::size_t i = 0; i < line.size() && plain; ++i) {
    plain = line[i] != '\n' && !(line[i] == ' ' && is_gap(line[i + 1]));
  }
  if (plain) return cleaned;
  auto* out = static_cast<char*>(arena.allocate(line.size(), 1));
  std::size_t size = 0;
  for (const char c : line) {
    if (!is_gap(c)) out[size++] = c;
    else if (out[size - 1] != ' ') out[size++] = ' ';
  }
  line = {out, size};
  return cleaned;
}

}  // namespace newsmill::normalize
