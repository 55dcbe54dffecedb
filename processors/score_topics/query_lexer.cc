#include "processors/score_topics/query_lexer.h"

#include <algorithm>
#include <charconv>

#include "processors/score_topics/query_scanner.h"

namespace newsmill::score_topics {

bool is_quote(char32_t c) {
  switch (c) {
    case '"': case 0x201C: case 0x201D: case 0x201E: case 0x201F: case 0xAB: case 0xBB: case 0x2033: case 0xFF02:
    case 0x300C: case 0x300D: case 0x300E: case 0x300F:
      return true;
    default: return false;
  }
}

std::string lower_ascii(std::string_view word) {
  std::string out(word);
  std::ranges::transform(out, out.begin(), text::ascii_lower);
  return out;
}

void QueryScanner::run() {
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

bool QueryScanner::gershayim(std::size_t at, std::size_t after) const {
  if (at < 2 || after >= text_.size() || text_[at] != '"') return false;
  std::size_t before = at - 1;
  while (before > 0 && (static_cast<unsigned char>(text_[before]) & 0xC0) == 0x80) --before;
  return text::script(peek(before)) == text::Script::hebrew && text::script(peek(after)) == text::Script::hebrew;
}

char32_t QueryScanner::peek(std::size_t at, std::size_t& after) const {
  after = at;
  return at < text_.size() ? text::next(text_, after) : 0;
}

Lexeme& QueryScanner::push(Kind kind, std::size_t begin, std::size_t end) {
  at_ = end;
  Lexeme& made = out_.all.emplace_back();
  made.kind = kind;
  made.begin = begin;
  made.end = end;
  made.text = slice(begin, end);
  return made;
}

void QueryScanner::fail(std::size_t begin, std::size_t end, std::string message, std::string hint) {
  out_.fault = QueryFault{begin, end, std::move(message), std::move(hint)};
}

void QueryScanner::warn(std::size_t begin, std::size_t end, std::string message, std::string hint) {
  warnings_.push_back(finding(QueryFinding::Severity::warning, begin, end, std::move(message), std::move(hint)));
}

bool QueryScanner::behind_sign(std::size_t begin) const {
  if (out_.all.empty() || out_.all.back().end != begin) return false;
  const Kind kind = out_.all.back().kind;
  return kind == Kind::plus || kind == Kind::minus || kind == Kind::bang;
}

bool QueryScanner::skip_space() {
  const std::size_t begin = at_;
  while (at_ < text_.size()) {
    std::size_t after = at_;
    const char32_t c = peek(at_, after);
    if (is_query_space(c)) at_ = after;
    else if (c == '#' && comment(at_)) at_ = std::min(text_.find('\n', at_), text_.size());
    else break;
  }
  return at_ != begin;
}

bool QueryScanner::comment(std::size_t at) const {
  return white_or_end(at + 1) || text_[at + 1] == '#' || text_[at + 1] == '!';
}

void QueryScanner::next() {
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
    case '>':
      return fail(begin, after, "found '>' that closes nothing; expected a word",
                  "write wc>500 for more than 500 words, or put the text in quotes");
    case '[': case ']':
      return fail(begin, after, "found '" + std::string(slice(begin, after)) + "'; ranges are not part of the language",
                  "put the text in quotes if the bracket belongs to it");
    case '+': case '-': case '!': case 0x2212: {
      if (white_or_end(after))
        return fail(begin, after,
                    "found '" + std::string(slice(begin, after)) + "' standing alone; expected a word right behind it",
                    c == '+' ? "write +word, AND, or put the text in quotes"
                             : "write -word or NOT word, or put the text in quotes");
      return void(push(c == '+' ? Kind::plus : c == '!' ? Kind::bang : Kind::minus, begin, after));
    }
    case 0x2013: case 0x2014:
      return fail(begin, after, "found a dash in front of a word; expected a word or an operator",
                  "write - or NOT to exclude the word, or put the text in quotes");
    case '#':
      warn(begin, after, "'#' is not looked at: the word behind it is searched",
           "for a comment put a space behind the '#'");
      at_ = after;
      if (!white_or_end(at_)) chunk(begin);
      return;
    case '/':
      return fail(begin, after, "found '/' in front of a word; regular expressions are not part of the language",
                  "use the wildcards * and ?, or put the text in quotes");
    default: return chunk(begin);
  }
}

void QueryScanner::quoted(std::size_t begin, std::size_t inside, char32_t closer) {
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

void QueryScanner::some(std::size_t begin) {
  std::size_t at = begin + 1;
  const auto skip = [&] { while (at < text_.size() && is_query_space(peek(at))) peek(at, at); };
  skip();
  const std::size_t digits = at;
  while (at < text_.size() && is_figure(text_[at])) ++at;
  const std::size_t digits_end = at;
  skip();
  if (digits_end > digits && at > digits_end && lower_ascii(text_.substr(at, 2)) == "of") {
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
      return fail(begin, of_end,
                  "found '" + std::string(slice(begin, of_end)) + "' without a colon; expected ':' behind it",
                  "write {2 of: one, two, three}, or put a phrase in quotes");
  }
  quoted(begin, begin + 1, '}');
}

bool QueryScanner::count(std::size_t begin, std::size_t end, std::uint32_t least, std::uint32_t most,
                         std::uint32_t& n) {
  const auto [stop, error] = std::from_chars(text_.data() + begin, text_.data() + end, n);
  if (error == std::errc() && stop == text_.data() + end && n >= least && n <= most) return true;
  fail(begin, end,
       "found the number " + std::string(slice(begin, end)) + "; expected " + std::to_string(least) + " to " +
           std::to_string(most),
       "write a number that lies between");
  return false;
}

std::size_t QueryScanner::figures(std::size_t at, bool point) const {
  while (at < text_.size() && (is_figure(text_[at]) || (point && text_[at] == '.'))) ++at;
  return at;
}

void QueryScanner::weight(std::size_t begin, std::size_t digits) {
  const std::size_t end = figures(digits, true);
  double value = 0;
  const auto [stop, error] = std::from_chars(text_.data() + digits, text_.data() + end, value);
  if (end == digits || error != std::errc() || stop != text_.data() + end || value > 1e6)
    return fail(begin, std::max(end, begin + 1), "found '^' without a weight; expected a number from 0 to 1000000",
                "write word^2 or word^0.5");
  push(Kind::weight, begin, end).weight = value;
}

void QueryScanner::distance(std::size_t begin, std::size_t digits) {
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

void QueryScanner::topic(std::size_t begin, std::size_t name) {
  std::size_t end = name;
  while (end < text_.size() && is_label(text_[end])) ++end;
  while (end > name && (text_[end - 1] == '.' || text_[end - 1] == '/')) --end;
  if (end == name)
    return fail(begin, name, "found '$' without a name; expected the id of another topic",
                "write $topic-id, or put the text in quotes if the sign belongs to it");
  push(Kind::topic, begin, end).text = slice(name, end);
}

Lexemes lex_query(std::string_view text, Dialect dialect, std::vector<QueryFinding>& warnings) {
  Lexemes out;
  QueryScanner(text, dialect, warnings, out).run();
  return out;
}

}  // namespace newsmill::score_topics
