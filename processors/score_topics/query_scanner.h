#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "processors/score_topics/query_lexer.h"
#include "processors/text/ascii.h"
#include "processors/text/unicode.h"
#include "processors/text/utf8.h"

namespace newsmill::score_topics {

// Signs of the language. Brackets may be full-width, and any quotation mark opens a phrase and closes it: word
// processors turn them as they like.
inline bool is_query_space(char32_t c) { return text::is_space(c) || c == 0x200B || c == 0xFEFF || c == 0x2060; }
inline bool is_open(char32_t c) { return c == '(' || c == 0xFF08; }
inline bool is_close(char32_t c) { return c == ')' || c == 0xFF09; }
bool is_quote(char32_t c);

inline bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool is_figure(char c) { return c >= '0' && c <= '9'; }
inline bool is_label(char c) { return is_name(c) || is_figure(c) || c == '_' || c == '-' || c == '.' || c == '/'; }
std::string lower_ascii(std::string_view word);

/// Cuts one query into lexemes: what lex_query() is made of. Each function reads from `at_` and leaves it
/// behind what it read; a fault ends the reading.
class QueryScanner {
 public:
  QueryScanner(std::string_view text, Dialect dialect, std::vector<QueryFinding>& warnings, Lexemes& out)
      : text_(text), dialect_(dialect), warnings_(warnings), out_(out) {}
  void run();

 private:
  using Kind = Lexeme::Kind;

  // Signs, numbers and names (query_lexer.cc).
  /// A mark between two Hebrew letters is the gershayim of an acronym and no quotation mark.
  bool gershayim(std::size_t at, std::size_t after) const;
  char32_t peek(std::size_t at) const { return at < text_.size() ? text::next(text_, at) : 0; }
  char32_t peek(std::size_t at, std::size_t& after) const;
  bool white_or_end(std::size_t at) const { return at >= text_.size() || is_query_space(peek(at)); }
  std::string_view slice(std::size_t begin, std::size_t end) const { return text_.substr(begin, end - begin); }
  Lexeme& push(Kind kind, std::size_t begin, std::size_t end);
  void fail(std::size_t begin, std::size_t end, std::string message, std::string hint);
  void warn(std::size_t begin, std::size_t end, std::string message, std::string hint);
  bool behind_sign(std::size_t begin) const;
  bool value_next() const { return !out_.all.empty() && out_.all.back().kind == Kind::meta; }
  /// True when there was white space or a comment.
  bool skip_space();
  /// A # with white space (or the end, or another #) behind it; #word is a word.
  bool comment(std::size_t at) const;
  void next();
  /// `closer` 0: any quotation mark.
  void quoted(std::size_t begin, std::size_t inside, char32_t closer);
  /// "{2 of:", or {a phrase} as Scopus writes it.
  void some(std::size_t begin);
  bool count(std::size_t begin, std::size_t end, std::uint32_t least, std::uint32_t most, std::uint32_t& n);
  std::size_t figures(std::size_t at, bool point) const;
  void weight(std::size_t begin, std::size_t digits);
  void distance(std::size_t begin, std::size_t digits);
  void topic(std::size_t begin, std::size_t name);

  // What letters begin (query_keywords.cc): words, and the operators, functions and fields among them.
  /// wc>100, wc:<=50
  bool words(std::size_t begin, std::size_t at);
  void chunk(std::size_t begin);
  /// True when a field, a faulty one, or a span form was found at the colon (or slashes).
  bool field(std::size_t begin, std::size_t from, std::size_t colon, std::size_t after);
  /// name( and name/n(, and title(…) for title:(…)
  bool function(std::size_t begin, std::size_t end);
  bool op(std::size_t begin, std::size_t end);
  /// near/5, w/s, pre/3; NEAR/5f as Brandwatch writes "in this order".
  bool with_distance(std::size_t begin, std::size_t end, std::string_view small, std::size_t slash);

  const std::string_view text_;
  const Dialect dialect_;
  std::vector<QueryFinding>& warnings_;
  Lexemes& out_;
  std::size_t at_ = 0;
  std::size_t values_ = 0;  ///< brackets open behind a metadata field
};

}  // namespace newsmill::score_topics
