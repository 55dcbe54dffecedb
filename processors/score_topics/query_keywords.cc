#include <algorithm>
#include <utility>

#include "config/diagnostic.h"
#include "processors/score_topics/query_scanner.h"

namespace newsmill::score_topics {
namespace {

struct FieldName {
  std::string_view name;
  bool zone;
  std::uint8_t which;
};
constexpr std::uint8_t of(Zone zone) { return static_cast<std::uint8_t>(zone); }
constexpr std::uint8_t of(MetaField field) { return static_cast<std::uint8_t>(field); }
// With the names that other languages have for them.
constexpr FieldName kFields[] = {
    {"title", true, of(Zone::title)},          {"headline", true, of(Zone::title)},
    {"intitle", true, of(Zone::title)},        {"lead", true, of(Zone::lead)},
    {"ingress", true, of(Zone::lead)},         {"body", true, of(Zone::body)},
    {"source", false, of(MetaField::source)},  {"publication", false, of(MetaField::source)},
    {"site", false, of(MetaField::site)},      {"url", false, of(MetaField::site)},
    {"lang", false, of(MetaField::lang)},      {"language", false, of(MetaField::lang)},
    {"country", false, of(MetaField::country)}, {"author", false, of(MetaField::author)},
    {"byline", false, of(MetaField::author)},  {"entity", false, of(MetaField::entity)},
    {"category", false, of(MetaField::category)},
};

}  // namespace

bool QueryScanner::words(std::size_t begin, std::size_t at) {
  const auto skip = [&] { while (at < text_.size() && is_query_space(peek(at))) peek(at, at); };
  skip();
  if (at < text_.size() && text_[at] == ':') ++at;
  if (at >= text_.size() || (text_[at] != '>' && text_[at] != '<')) return false;
  const bool more = text_[at++] == '>';
  const bool equal = at < text_.size() && text_[at] == '=';
  if (equal) ++at;
  if (at < text_.size() && is_query_space(peek(at)) && figures(at + 1, false) > at + 1) ++at;
  const std::size_t end = figures(at, false);
  std::uint32_t n = 0;
  if (end == at) {
    fail(begin, at, "found '" + std::string(slice(begin, at)) + "' without a number; expected a number of words",
         "write wc>500 or wc<2000");
    return true;
  }
  if (!count(at, end, more && equal ? 1 : 0, 100'000'000, n)) return true;
  Lexeme& made = push(Kind::words, begin, end);
  made.more = more;
  made.n = !equal ? n : more ? n - 1 : n + 1;
  return true;
}

void QueryScanner::chunk(std::size_t begin) {
  const std::size_t from = at_;
  std::size_t at = from;
  if (const std::u32string_view singles = U"'\u2018\u201A"; singles.find(peek(at)) != std::u32string_view::npos)
    warn(at, at + 1, "a single quotation mark makes no phrase: the words are searched one by one",
         "use \" around a phrase");
  while (at < text_.size()) {
    std::size_t after = at;
    const char32_t c = peek(at, after);
    if (is_query_space(c) || (is_quote(c) && !gershayim(at, after)) || is_open(c) || is_close(c)) break;
    if (c == '{' || c == '}' || c == '<' || c == '>' || c == '^' || c == '~' || c == '[' || c == ']' || c == ';' ||
        c == '|' || c == 0xFF0C)
      break;
    if (c == '&' && peek(after) == '&') break;
    if (c == ',' && !(at > from && is_figure(text_[at - 1]) && after < text_.size() && is_figure(text_[after]))) break;
    if (c == '\\') {
      if (after >= text_.size())
        return fail(at, after, "found '\\' at the end; expected the character that it takes as it is",
                    "write \\\\ for the sign itself");
      at = after;
      peek(at, after);
    } else if (c == ':' || c == 0xFF1A) {
      if (field(begin, from, at, after)) return;
    }
    at = after;
  }
  if (at == from) return;
  const std::string_view word = slice(from, at);
  const bool plain = begin == from;  // no # before it
  if (plain && lower_ascii(word) == "wc" && words(begin, at)) return;
  if (plain && function(begin, at)) return;
  if (plain && op(begin, at)) return;
  if (is_open(peek(at)) && std::ranges::all_of(word, is_label))
    warn(begin, at, "'" + std::string(word) + "' is searched as a word: there is no function of this name",
         "put a space before the bracket; the functions are title, lead, body, cs, caps, allcaps, nocaps, ATLEAST/n "
         "and first/n");
  // Lucene's way to write every article.
  push(Kind::word, begin, at).text = word == "*:*" ? word.substr(0, 1) : word;
}

bool QueryScanner::field(std::size_t begin, std::size_t from, std::size_t colon, std::size_t after) {
  const std::string name = lower_ascii(slice(from, colon));
  if (name.empty() || !std::ranges::all_of(name, is_name)) return false;
  if (name == "wc") return words(begin, colon);
  if (name == "fn") {
    std::size_t end = after;
    while (end < text_.size() && is_name(text_[end])) ++end;
    push(Kind::fn, begin, end).text = slice(after, end);
    return true;
  }
  for (const FieldName& known : kFields) {
    if (known.name != name) continue;
    Lexeme& made = push(known.zone ? Kind::zone : Kind::meta, begin, after);
    if (known.zone) made.zone = static_cast<Zone>(known.which);
    else made.meta = static_cast<MetaField>(known.which);
    return true;
  }
  if (values_ > 0 || value_next()) return false;  // entity:wd:Q95
  std::vector<std::string> names;
  for (const FieldName& known : kFields) names.emplace_back(known.name);
  const std::string near = config::nearest(name, names);
  const bool address = text_.substr(colon, 3) == "://";
  fail(from, after,
       "unknown field '" + name +
           "'; expected title, lead, body, source, site, lang, country, author, entity, category or wc",
       address        ? "put an address in quotes, or write site:host"
       : near.empty() ? "put the text in quotes if the colon belongs to it"
                      : "did you mean '" + near + ":'?");
  return true;
}

bool QueryScanner::function(std::size_t begin, std::size_t end) {
  const std::string word = lower_ascii(slice(begin, end));
  const bool call = is_open(peek(end));
  const auto slash = std::min(word.find('/'), word.find_first_of("0123456789"));
  const std::string_view name = std::string_view(word).substr(0, slash);
  if (name == "atleast" || (name == "first" && slash < word.size() && word[slash] == '/')) {
    std::size_t digits = begin + name.size();
    if (digits < end && text_[digits] == '/') ++digits;
    if (digits == end && !call) return false;
    if (digits == end || !std::all_of(text_.begin() + static_cast<std::ptrdiff_t>(digits),
                                      text_.begin() + static_cast<std::ptrdiff_t>(end), is_figure)) {
      fail(begin, end, "found '" + std::string(slice(begin, end)) + "' without a number",
           name == "first" ? "write first/100(words)" : "write ATLEAST/3(words)");
      return true;
    }
    std::uint32_t n = 0;
    if (count(digits, end, 1, 1'000'000, n)) push(name == "first" ? Kind::first : Kind::at_least, begin, end).n = n;
    return true;
  }
  if (word == "title-abs-key" || word == "title-abs") {
    std::size_t at = end;
    while (at < text_.size() && is_query_space(peek(at))) peek(at, at);
    if (!is_open(peek(at))) return false;
    warn(begin, end, "'" + std::string(slice(begin, end)) + "' of Scopus is read as title and body", "take it away");
    at_ = end;
    return true;
  }
  if (!call) return false;
  constexpr std::pair<std::string_view, Kind> kCalls[] = {{"cs", Kind::cs},
                                                          {"raw", Kind::cs},
                                                          {"caps", Kind::caps},
                                                          {"allcaps", Kind::all_caps},
                                                          {"nocaps", Kind::no_caps}};
  for (const auto& [called, kind] : kCalls)
    if (word == called) { push(kind, begin, end); return true; }
  for (const FieldName& known : kFields)
    if (known.zone && known.name == word) {
      push(Kind::zone, begin, end).zone = static_cast<Zone>(known.which);
      return true;
    }
  return false;
}

bool QueryScanner::op(std::size_t begin, std::size_t end) {
  const std::string_view word = slice(begin, end);
  const std::string small = lower_ascii(word);
  if (word.substr(0, 6) == "near//" || word.substr(0, 9) == "ordered//") {
    const std::size_t slashes = begin + word.find("//");
    push(Kind::span, begin, slashes + 2).text = slice(begin, slashes);
    return true;
  }
  if (const std::size_t slash = small.find('/'); slash != std::string::npos)
    return with_distance(begin, end, small, slash);
  constexpr std::pair<std::string_view, Kind> kWords[] = {
      {"and", Kind::op_and}, {"or", Kind::op_or}, {"not", Kind::op_not}};
  for (const auto& [name, kind] : kWords) {
    if (small != name) continue;
    const bool upper = std::ranges::none_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
    if (!upper && behind_sign(begin)) return false;  // +and
    if (!upper && dialect_ == Dialect::strict) {
      std::string large(name);
      std::ranges::transform(large, large.begin(), [](char c) { return static_cast<char>(c & ~0x20); });
      warn(begin, end, "'" + std::string(word) + "' is searched as a word",
           "the operator is " + large + "; put the word in quotes if it is meant");
      return false;
    }
    if (!upper)
      warn(begin, end, "'" + std::string(word) + "' is taken as an operator",
           "write operators in capitals, and the word in quotes");
    push(kind, begin, end);
    return true;
  }
  const auto plain = [&](Kind kind) { push(kind, begin, end).n = 4; return true; };
  if (word == "NEAR") return plain(Kind::near);
  if (word == "ONEAR") return plain(Kind::ordered);
  if (word == "SENT") return plain(Kind::sentence);
  if (word == "PARA" || word == "SAME") return plain(Kind::paragraph);
  return false;
}

bool QueryScanner::with_distance(std::size_t begin, std::size_t end, std::string_view small, std::size_t slash) {
  const std::string_view name = small.substr(0, slash);
  const bool any_order = name == "near" || name == "w";
  const bool in_order = name == "onear" || name == "pre";
  if (!any_order && !in_order) return false;
  std::string_view rest = small.substr(slash + 1);
  if (any_order && (rest == "s" || rest == "p")) {
    push(rest == "s" ? Kind::sentence : Kind::paragraph, begin, end);
    return true;
  }
  const bool forward = name == "near" && rest.size() > 1 && rest.back() == 'f';
  if (forward) rest.remove_suffix(1);
  if (rest.empty() || !std::ranges::all_of(rest, is_figure)) {
    fail(begin, end, "found '" + std::string(slice(begin, end)) + "'; expected a number of words behind the '/'",
         "write NEAR/5, ONEAR/5, W/5, PRE/5, W/S for one sentence or W/P for one paragraph");
    return true;
  }
  std::uint32_t n = 0;
  if (!count(begin + slash + 1, begin + slash + 1 + rest.size(), 0, kMaxDistance, n)) return true;
  push(in_order || forward ? Kind::ordered : Kind::near, begin, end).n = n;
  return true;
}

}  // namespace newsmill::score_topics
