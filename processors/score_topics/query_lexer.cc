#include "processors/score_topics/query_lexer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "config/diagnostic.h"
#include "processors/text/ascii.h"
#include "processors/text/unicode.h"
#include "processors/text/utf8.h"

namespace newsmill::score_topics {
namespace {

using Kind = Lexeme::Kind;

bool is_white(char32_t c) { return text::is_space(c) || c == 0x200B || c == 0xFEFF || c == 0x2060; }
bool is_open(char32_t c) { return c == '(' || c == 0xFF08; }
bool is_close(char32_t c) { return c == ')' || c == 0xFF09; }

/// Any of these opens a phrase, and any closes it: word processors turn them as they like.
bool is_quote(char32_t c) {
  switch (c) {
    case '"': case 0x201C: case 0x201D: case 0x201E: case 0x201F: case 0xAB: case 0xBB: case 0x2033: case 0xFF02:
    case 0x300C: case 0x300D: case 0x300E: case 0x300F:
      return true;
    default: return false;
  }
}

std::string lower(std::string_view word) {
  std::string out(word);
  std::ranges::transform(out, out.begin(), text::ascii_lower);
  return out;
}

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_figure(char c) { return c >= '0' && c <= '9'; }
bool is_label(char c) { return is_name(c) || is_figure(c) || c == '_' || c == '-' || c == '.' || c == '/'; }

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

class Lexer {
 public:
  Lexer(std::string_view text, Dialect dialect, std::vector<QueryFinding>& warnings, Lexemes& out)
      : text_(text), dialect_(dialect), warnings_(warnings), out_(out) {}

  void run() {
    while (true) {
      const bool glued = !skip_space();
      if (at_ >= text_.size()) break;
      const std::size_t count = out_.all.size();
      next();
      if (out_.fault) break;
      if (out_.all.size() > count) out_.all[count].glued = glued && count > 0;
    }
    const std::size_t end = out_.fault ? out_.fault->begin : text_.size();
    Lexeme last;
    last.begin = last.end = end;
    out_.all.push_back(last);
  }

 private:
  /// A mark between two Hebrew letters is the gershayim of an acronym and no quotation mark.
  bool gershayim(std::size_t at, std::size_t after) const {
    if (at < 2 || after >= text_.size() || text_[at] != '"') return false;
    std::size_t before = at - 1;
    while (before > 0 && (static_cast<unsigned char>(text_[before]) & 0xC0) == 0x80) --before;
    return text::script(peek(before)) == text::Script::hebrew && text::script(peek(after)) == text::Script::hebrew;
  }

  char32_t peek(std::size_t at) const { return at < text_.size() ? text::next(text_, at) : 0; }
  char32_t peek(std::size_t at, std::size_t& after) const {
    after = at;
    return at < text_.size() ? text::next(text_, after) : 0;
  }
  bool white_or_end(std::size_t at) const { return at >= text_.size() || is_white(peek(at)); }
  std::string_view slice(std::size_t begin, std::size_t end) const { return text_.substr(begin, end - begin); }
  Lexeme& push(Kind kind, std::size_t begin, std::size_t end) {
    at_ = end;
    Lexeme& made = out_.all.emplace_back();
    made.kind = kind;
    made.begin = begin;
    made.end = end;
    made.text = slice(begin, end);
    return made;
  }
  void fail(std::size_t begin, std::size_t end, std::string message, std::string hint) {
    out_.fault = QueryFault{begin, end, std::move(message), std::move(hint)};
  }
  void warn(std::size_t begin, std::size_t end, std::string message, std::string hint) {
    warnings_.push_back(finding(QueryFinding::Severity::warning, begin, end, std::move(message), std::move(hint)));
  }

  bool behind_sign(std::size_t begin) const {
    if (out_.all.empty() || out_.all.back().end != begin) return false;
    const Kind kind = out_.all.back().kind;
    return kind == Kind::plus || kind == Kind::minus || kind == Kind::bang;
  }
  bool value_next() const { return !out_.all.empty() && out_.all.back().kind == Kind::meta; }

  /// True when there was white space or a comment.
  bool skip_space() {
    const std::size_t begin = at_;
    while (at_ < text_.size()) {
      std::size_t after = at_;
      const char32_t c = peek(at_, after);
      if (is_white(c)) at_ = after;
      else if (c == '#' && comment(at_)) at_ = std::min(text_.find('\n', at_), text_.size());
      else break;
    }
    return at_ != begin;
  }
  /// A # with white space (or the end, or another #) behind it; #word is a word.
  bool comment(std::size_t at) const { return white_or_end(at + 1) || text_[at + 1] == '#' || text_[at + 1] == '!'; }

  void next() {
    const std::size_t begin = at_;
    std::size_t after = at_;
    const char32_t c = peek(at_, after);
    if (is_quote(c)) return quoted(begin, after, 0);
    if (is_open(c)) {
      if (values_ > 0 || value_next()) ++values_;
      return void(push(Kind::open, begin, after));
    }
    if (is_close(c)) {
      if (values_ > 0) --values_;
      return void(push(Kind::close, begin, after));
    }
    switch (c) {
      case '{': return some(begin);
      case '}': return void(push(Kind::close_some, begin, after));
      case '<': return quoted(begin, after, '>');
      case ',': case 0xFF0C: case ';': return void(push(Kind::comma, begin, after));
      case '&': case '|': {
        const std::size_t end = peek(after) == c ? after + 1 : after;
        return void(push(c == '&' ? Kind::op_and : Kind::op_or, begin, end));
      }
      case '^': return weight(begin, after);
      case '~': return distance(begin, after);
      case '$': return topic(begin, after);
      case '>': return fail(begin, after, "found '>' that closes nothing; expected a word", "write wc>500 for more than 500 words, or put the text in quotes");
      case '[': case ']':
        return fail(begin, after, "found '" + std::string(slice(begin, after)) + "'; ranges are not part of the language",
                    "put the text in quotes if the bracket belongs to it");
      case '+': case '-': case '!': case 0x2212: {
        if (white_or_end(after))
          return fail(begin, after, "found '" + std::string(slice(begin, after)) + "' standing alone; expected a word right behind it",
                      c == '+' ? "write +word, AND, or put the text in quotes" : "write -word or NOT word, or put the text in quotes");
        return void(push(c == '+' ? Kind::plus : c == '!' ? Kind::bang : Kind::minus, begin, after));
      }
      case 0x2013: case 0x2014:
        return fail(begin, after, "found a dash in front of a word; expected a word or an operator",
                    "write - or NOT to exclude the word, or put the text in quotes");
      case '#':
        warn(begin, after, "'#' is not looked at: the word behind it is searched", "for a comment put a space behind the '#'");
        at_ = after;
        if (!white_or_end(at_)) chunk(begin);
        return;
      case '/':
        return fail(begin, after, "found '/' in front of a word; regular expressions are not part of the language",
                    "use the wildcards * and ?, or put the text in quotes");
      default: return chunk(begin);
    }
  }

  /// `closer` 0: any quotation mark.
  void quoted(std::size_t begin, std::size_t inside, char32_t closer) {
    for (std::size_t at = inside; at < text_.size();) {
      std::size_t after = at;
      const char32_t c = peek(at, after);
      if (c == '\\' && after < text_.size()) {
        at = after;
        peek(at, after);
      } else if (closer == 0 ? is_quote(c) && !gershayim(at, after) : c == closer) {
        push(Kind::quoted, begin, after).text = slice(inside, at);
        return;
      }
      at = after;
    }
    const std::string mark(slice(begin, inside));
    fail(begin, inside, "the '" + mark + "' is never closed",
         closer == 0 ? "close the phrase with a quotation mark; a mark that belongs to the text is written \\\""
                     : "close it with '" + std::string(1, static_cast<char>(closer)) + "', or put the text in quotes");
  }

  /// "{2 of:", or {a phrase} as Scopus writes it.
  void some(std::size_t begin) {
    std::size_t at = begin + 1;
    const auto skip = [&] { while (at < text_.size() && is_white(peek(at))) peek(at, at); };
    skip();
    const std::size_t digits = at;
    while (at < text_.size() && is_figure(text_[at])) ++at;
    const std::size_t digits_end = at;
    skip();
    if (digits_end > digits && at > digits_end && lower(text_.substr(at, 2)) == "of") {
      at += 2;
      const std::size_t of_end = at;
      skip();
      if (at < text_.size() && text_[at] == ':') {
        std::uint32_t n = 0;
        if (!count(digits, digits_end, 1, 1'000'000, n)) return;
        push(Kind::open_some, begin, at + 1).n = n;
        return;
      }
      if (at > of_end || at == text_.size())
        return fail(begin, of_end, "found '" + std::string(slice(begin, of_end)) + "' without a colon; expected ':' behind it",
                    "write {2 of: one, two, three}, or put a phrase in quotes");
    }
    quoted(begin, begin + 1, '}');
  }

  bool count(std::size_t begin, std::size_t end, std::uint32_t least, std::uint32_t most, std::uint32_t& n) {
    const auto [stop, error] = std::from_chars(text_.data() + begin, text_.data() + end, n);
    if (error == std::errc() && stop == text_.data() + end && n >= least && n <= most) return true;
    fail(begin, end, "found the number " + std::string(slice(begin, end)) + "; expected " + std::to_string(least) + " to " + std::to_string(most),
         "");
    return false;
  }

  std::size_t figures(std::size_t at, bool point) const {
    while (at < text_.size() && (is_figure(text_[at]) || (point && text_[at] == '.'))) ++at;
    return at;
  }

  void weight(std::size_t begin, std::size_t digits) {
    const std::size_t end = figures(digits, true);
    double value = 0;
    const auto [stop, error] = std::from_chars(text_.data() + digits, text_.data() + end, value);
    if (end == digits || error != std::errc() || stop != text_.data() + end || value > 1e6)
      return fail(begin, std::max(end, begin + 1), "found '^' without a weight; expected a number from 0 to 1000000", "write word^2 or word^0.5");
    push(Kind::weight, begin, end).weight = value;
  }

  void distance(std::size_t begin, std::size_t digits) {
    const std::size_t end = figures(digits, false);
    if (end == digits)
      return fail(begin, begin + 1, "found '~' without a number; expected the distance of words",
                  "write \"two words\"~5; words that are only similar are not searched, use the wildcards * and ?");
    std::uint32_t n = 0;
    if (!count(digits, end, 0, kMaxDistance, n)) return;
    const bool moves = end < text_.size() && text_[end] == 'm' && (white_or_end(end + 1) || !is_label(text_[end + 1]));
    Lexeme& made = push(Kind::distance, begin, moves ? end + 1 : end);
    made.n = n;
    made.moves = moves;
  }

  void topic(std::size_t begin, std::size_t name) {
    std::size_t end = name;
    while (end < text_.size() && is_label(text_[end])) ++end;
    while (end > name && (text_[end - 1] == '.' || text_[end - 1] == '/')) --end;
    if (end == name)
      return fail(begin, name, "found '$' without a name; expected the id of another topic",
                  "write $topic-id, or put the text in quotes if the sign belongs to it");
    push(Kind::topic, begin, end).text = slice(name, end);
  }

  /// wc>100, wc:<=50
  bool words(std::size_t begin, std::size_t at) {
    if (at < text_.size() && text_[at] == ':') ++at;
    if (at >= text_.size() || (text_[at] != '>' && text_[at] != '<')) return false;
    const bool more = text_[at++] == '>';
    const bool equal = at < text_.size() && text_[at] == '=';
    if (equal) ++at;
    const std::size_t end = figures(at, false);
    std::uint32_t n = 0;
    if (end == at) {
      fail(begin, at, "found '" + std::string(slice(begin, at)) + "' without a number; expected a number of words", "write wc>500 or wc<2000");
      return true;
    }
    if (!count(at, end, more && equal ? 1 : 0, 100'000'000, n)) return true;
    Lexeme& made = push(Kind::words, begin, end);
    made.more = more;
    made.n = !equal ? n : more ? n - 1 : n + 1;
    return true;
  }

  void chunk(std::size_t begin) {
    const std::size_t from = at_;
    std::size_t at = from;
    if (const std::u32string_view singles = U"'\u2018\u201A"; singles.find(peek(at)) != std::u32string_view::npos)
      warn(at, at + 1, "a single quotation mark makes no phrase: the words are searched one by one", "use \" around a phrase");
    while (at < text_.size()) {
      std::size_t after = at;
      const char32_t c = peek(at, after);
      if (is_white(c) || (is_quote(c) && !gershayim(at, after)) || is_open(c) || is_close(c)) break;
      if (c == '{' || c == '}' || c == '<' || c == '>' || c == '^' || c == '~' || c == '[' || c == ']' || c == ';' ||
          c == '|' || c == 0xFF0C)
        break;
      if (c == '&' && peek(after) == '&') break;
      if (c == ',' && !(at > from && is_figure(text_[at - 1]) && after < text_.size() && is_figure(text_[after]))) break;
      if (c == '\\') {
        if (after >= text_.size()) return fail(at, after, "found '\\' at the end; expected the character that it takes as it is", "write \\\\ for the sign itself");
        at = after;
        peek(at, after);
      } else if (c == ':') {
        if (field(begin, from, at)) return;
      }
      at = after;
    }
    if (at == from) return;
    const std::string_view word = slice(from, at);
    const bool plain = begin == from;  // no # before it
    if (plain && lower(word) == "wc" && words(begin, at)) return;
    if (plain && function(begin, at)) return;
    if (plain && op(begin, at)) return;
    if (is_open(peek(at)) && std::ranges::all_of(word, is_name))
      warn(begin, at, "'" + std::string(word) + "' is searched as a word: there is no function of this name",
           "put a space before the bracket; the functions are title, lead, body, cs, caps, allcaps, nocaps, ATLEAST/n and first/n");
    push(Kind::word, begin, at).text = word;
  }

  /// True when a field, a faulty one, or a span form was found at the colon (or slashes).
  bool field(std::size_t begin, std::size_t from, std::size_t colon) {
    const std::string name = lower(slice(from, colon));
    if (name.empty() || !std::ranges::all_of(name, is_name)) return false;
    if (name == "wc") return words(begin, colon);
    if (name == "fn") {
      std::size_t end = colon + 1;
      while (end < text_.size() && is_name(text_[end])) ++end;
      push(Kind::fn, begin, end).text = slice(colon + 1, end);
      return true;
    }
    for (const FieldName& known : kFields) {
      if (known.name != name) continue;
      Lexeme& made = push(known.zone ? Kind::zone : Kind::meta, begin, colon + 1);
      if (known.zone) made.zone = static_cast<Zone>(known.which);
      else made.meta = static_cast<MetaField>(known.which);
      return true;
    }
    if (values_ > 0 || value_next()) return false;  // entity:wd:Q95
    std::vector<std::string> names;
    for (const FieldName& known : kFields) names.emplace_back(known.name);
    const std::string near = config::nearest(name, names);
    const bool address = text_.substr(colon, 3) == "://";
    fail(from, colon + 1, "unknown field '" + name + "'; expected title, lead, body, source, site, lang, country, author, entity, category or wc",
         address ? "put an address in quotes, or write site:host" : near.empty() ? "put the text in quotes if the colon belongs to it" : "did you mean '" + near + ":'?");
    return true;
  }

  /// name( and name/n(, and title(…) for title:(…)
  bool function(std::size_t begin, std::size_t end) {
    const std::string word = lower(slice(begin, end));
    const bool call = is_open(peek(end));
    const auto slash = std::min(word.find('/'), word.find_first_of("0123456789"));
    const std::string_view name = std::string_view(word).substr(0, slash);
    if (name == "atleast" || (name == "first" && slash < word.size() && word[slash] == '/')) {
      std::size_t digits = begin + name.size();
      if (digits < end && text_[digits] == '/') ++digits;
      if (digits == end && !call) return false;
      if (digits == end || !std::all_of(text_.begin() + static_cast<std::ptrdiff_t>(digits), text_.begin() + static_cast<std::ptrdiff_t>(end), is_figure)) {
        fail(begin, end, "found '" + std::string(slice(begin, end)) + "' without a number", name == "first" ? "write first/100(words)" : "write ATLEAST/3(words)");
        return true;
      }
      std::uint32_t n = 0;
      if (count(digits, end, 1, 1'000'000, n)) push(name == "first" ? Kind::first : Kind::at_least, begin, end).n = n;
      return true;
    }
    if (!call) return false;
    constexpr std::pair<std::string_view, Kind> kCalls[] = {
        {"cs", Kind::cs}, {"raw", Kind::cs}, {"caps", Kind::caps}, {"allcaps", Kind::all_caps}, {"nocaps", Kind::no_caps}};
    for (const auto& [called, kind] : kCalls)
      if (word == called) { push(kind, begin, end); return true; }
    for (const FieldName& known : kFields)
      if (known.zone && known.name == word) {
        push(Kind::zone, begin, end).zone = static_cast<Zone>(known.which);
        return true;
      }
    return false;
  }

  bool op(std::size_t begin, std::size_t end) {
    const std::string_view word = slice(begin, end);
    const std::string small = lower(word);
    if (word.substr(0, 6) == "near//" || word.substr(0, 9) == "ordered//") {
      const std::size_t slashes = begin + word.find("//");
      push(Kind::span, begin, slashes + 2).text = slice(begin, slashes);
      return true;
    }
    if (const std::size_t slash = small.find('/'); slash != std::string::npos) return with_distance(begin, end, small, slash);
    constexpr std::pair<std::string_view, Kind> kWords[] = {{"and", Kind::op_and}, {"or", Kind::op_or}, {"not", Kind::op_not}};
    for (const auto& [name, kind] : kWords) {
      if (small != name) continue;
      const bool upper = std::ranges::none_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
      if (!upper && behind_sign(begin)) return false;  // +and
      if (!upper && dialect_ == Dialect::strict) {
        std::string large(name);
        std::ranges::transform(large, large.begin(), [](char c) { return static_cast<char>(c & ~0x20); });
        warn(begin, end, "'" + std::string(word) + "' is searched as a word", "the operator is " + large + "; put the word in quotes if it is meant");
        return false;
      }
      if (!upper) warn(begin, end, "'" + std::string(word) + "' is taken as an operator", "write operators in capitals, and the word in quotes");
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

  /// near/5, w/s, pre/3; NEAR/5f as Brandwatch writes "in this order".
  bool with_distance(std::size_t begin, std::size_t end, std::string_view small, std::size_t slash) {
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

  const std::string_view text_;
  const Dialect dialect_;
  std::vector<QueryFinding>& warnings_;
  Lexemes& out_;
  std::size_t at_ = 0;
  std::size_t values_ = 0;  ///< brackets open behind a metadata field
};

}  // namespace

Lexemes lex_query(std::string_view text, Dialect dialect, std::vector<QueryFinding>& warnings) {
  Lexemes out;
  Lexer(text, dialect, warnings, out).run();
  return out;
}

}  // namespace newsmill::score_topics
