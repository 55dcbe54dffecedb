#include "processors/score_topics/query_words.h"

#include <algorithm>
#include <memory_resource>
#include <string>

#include "processors/text/characters.h"
#include "processors/text/tokens.h"
#include "processors/text/unicode.h"
#include "processors/text/utf8.h"

namespace newsmill::score_topics {
namespace {

// Stands for a wildcard while the text is cut: a letter without case in a script with spaces (UGARITIC
// LETTER ALPA). The places are remembered, so that the letter itself stays usable.
constexpr std::string_view kStandIn = "\xF0\x90\x8E\x80";

struct Wildcard {
  std::size_t at;
  char sign;
};

/// The literal parts of [begin, end) through `literal`, wildcards as they are, runs with a star as one star
/// behind the question marks.
template <class Literal>
std::string pattern(std::string_view text, std::size_t begin, std::size_t end, const std::vector<Wildcard>& wildcards,
                    Literal literal) {
  std::string out;
  bool star = false;
  std::size_t from = begin;
  const auto flush = [&](std::size_t to) {
    if (to == from) return;
    if (star) out += '*';
    star = false;
    literal(text.substr(from, to - from), out);
  };
  for (const Wildcard& wildcard : wildcards) {
    if (wildcard.at < begin || wildcard.at >= end) continue;
    flush(wildcard.at);
    if (wildcard.sign == '*') star = true;
    else out += '?';
    from = wildcard.at + kStandIn.size();
  }
  flush(end);
  if (star) out += '*';
  return out;
}

bool is_spaceless_at(std::string_view text, std::size_t at) { return is_spaceless(text::next(text, at)); }

}  // namespace

bool is_spaceless(char32_t c) {
  switch (text::script(c)) {
    case text::Script::han: case text::Script::kana: case text::Script::thai: case text::Script::lao:
    case text::Script::khmer: case text::Script::myanmar:
      return true;
    default: return false;
  }
}

CutWords cut_words(std::string_view raw) {
  std::pmr::monotonic_buffer_resource arena;
  const std::string_view clean = text::clean_characters(raw, arena);
  std::string text;
  std::vector<Wildcard> wildcards;
  for (std::size_t i = 0; i < clean.size(); ++i) {
    if (clean[i] == '\\' && i + 1 < clean.size()) {
      text += clean[++i];
    } else if (clean[i] == '*' || clean[i] == '?') {
      wildcards.push_back({text.size(), clean[i]});
      text += kStandIn;
    } else {
      text += clean[i];
    }
  }
  std::pmr::vector<text::Token> tokens(&arena);
  text::tokenize(text, text::Field::body, 0, tokens);

  CutWords cut;
  auto next_wildcard = wildcards.begin();
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const text::Token& token = tokens[i];
    const std::string_view written = std::string_view(text).substr(token.begin, token.end - token.begin);
    const auto first = next_wildcard;
    while (next_wildcard != wildcards.end() && next_wildcard->at < token.end) ++next_wildcard;
    QueryTerm term;
    term.hash = token.hash;
    if (first == next_wildcard) {
      term.text = written;
      text::fold(written, term.folded);
      if ((token.flags & text::kAbbreviation) != 0) std::erase(term.folded, '.');
      term.initials = (token.flags & text::kAbbreviation) != 0 && (token.flags & text::kAllCaps) != 0;
      cut.terms.push_back(std::move(term));
      continue;
    }
    const std::vector<Wildcard> here(first, next_wildcard);
    term.wildcard = true;
    term.text =
        pattern(text, token.begin, token.end, here, [](std::string_view part, std::string& out) { out += part; });
    if (term.text == "*") {
      const bool before = i > 0 && tokens[i - 1].end == token.begin && (tokens[i - 1].flags & text::kIdeographic) != 0;
      const bool after = token.end < text.size() && i + 1 < tokens.size() && tokens[i + 1].begin == token.end &&
                         is_spaceless_at(text, token.end);
      if (before && after) {
        cut.fault = CutWords::Fault::star_inside_script;
        return cut;
      }
      if (before || after) continue;
    }
    const bool points = (token.flags & text::kAbbreviation) != 0;
    term.folded = pattern(text, token.begin, token.end, here, [&](std::string_view part, std::string& out) {
      const std::size_t size = out.size();
      text::fold(part, out);
      if (points) out.erase(std::remove(out.begin() + static_cast<std::ptrdiff_t>(size), out.end(), '.'), out.end());
    });
    term.hash = 0;
    cut.terms.push_back(std::move(term));
  }
  if (cut.terms.empty()) cut.fault = CutWords::Fault::no_word;
  return cut;
}

std::string fold_value(std::string_view raw, bool& wildcard) {
  std::pmr::monotonic_buffer_resource arena;
  const std::string_view clean = text::clean_characters(raw, arena);
  // A wildcard among literal stars needs the literal ones marked; without one nothing needs a mark.
  wildcard = false;
  for (std::size_t i = 0; i < clean.size(); ++i) {
    if (clean[i] == '\\') ++i;
    else if (clean[i] == '*' || clean[i] == '?') wildcard = true;
  }
  std::string folded, out, literal;
  const auto flush = [&] {
    folded.clear();
    text::fold(literal, folded);
    literal.clear();
    for (const char c : folded) {
      if (wildcard && (c == '*' || c == '?' || c == '\\')) out += '\\';
      out += c;
    }
  };
  for (std::size_t i = 0; i < clean.size(); ++i) {
    if (clean[i] == '\\' && i + 1 < clean.size()) {
      literal += clean[++i];
    } else if (clean[i] == '*' || clean[i] == '?') {
      flush();
      if (clean[i] != '*' || out.empty() || out.back() != '*') out += clean[i];
    } else {
      literal += clean[i];
    }
  }
  flush();
  const std::size_t begin = out.find_first_not_of(" \t\n");
  if (begin == std::string::npos) return {};
  return out.substr(begin, out.find_last_not_of(" \t\n") - begin + 1);
}

}  // namespace newsmill::score_topics
