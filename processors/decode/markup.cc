#include "processors/decode/markup.h"

#include <array>
#include <bitset>
#include <cstddef>

namespace newsmill::decode {
namespace {

// The elements of WHATWG HTML that break a line and are closed by an end tag.
constexpr std::array<std::string_view, 43> kBlocks = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ul", "menu",
};
constexpr std::size_t kLongestName = 10;

bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

std::size_t block_of(std::string_view name) {
  for (std::size_t i = 0; i < kBlocks.size(); ++i)
    if (kBlocks[i] == name) return i;
  return kBlocks.size();
}

}  // namespace

bool is_html(std::string_view text) {
  std::bitset<kBlocks.size()> opened;
  for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at)) {
    ++at;
    const bool closing = at < text.size() && text[at] == '/';
    if (closing) ++at;
    char lower[kLongestName];
    std::size_t size = 0;
    while (at < text.size() && size < kLongestName && (is_letter(text[at]) || (text[at] >= '0' && text[at] <= '9')))
      lower[size++] = static_cast<char>(text[at++] | 0x20);  // digits have the bit already
    if (size == 0 || at == text.size()) continue;
    // Attributes up to the bracket; another "<" before it means that this was no tag.
    if (!is_space(text[at]) && text[at] != '/' && text[at] != '>') continue;
    at = text.find_first_of("<>", at);
    if (at == std::string_view::npos) return false;
    if (text[at] == '<') continue;
    const std::string_view name(lower, size);
    if (name == "br") return true;
    const std::size_t block = block_of(name);
    if (block == kBlocks.size()) continue;
    if (!closing) opened.set(block);
    else if (opened.test(block)) return true;
  }
  return false;
}

}  // namespace newsmill::decode
