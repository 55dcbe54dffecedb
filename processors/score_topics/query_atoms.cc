#include "processors/score_topics/query_reader.h"

#include "processors/score_topics/query_words.h"
#include "processors/text/utf8.h"

namespace newsmill::score_topics {

std::uint32_t QueryReader::atom() {
  last_was_ = Last::other;
  const Lexeme lexeme = take();
  if (in_meta_ && opens(lexeme.kind) && lexeme.kind != Lex::word && lexeme.kind != Lex::quoted &&
      lexeme.kind != Lex::open)
    fail(lexeme, "found " + name(lexeme) + " among the values of a field; expected a value",
         "close the brackets before it");
  switch (lexeme.kind) {
    case Lex::word: case Lex::quoted: return in_meta_ ? value(lexeme) : words(lexeme);
    case Lex::open: return group(lexeme);
    case Lex::open_some: return some_of(lexeme);
    case Lex::zone: return zone(lexeme);
    case Lex::meta: return meta(lexeme);
    case Lex::words: {
      Query::Node node = between(lexeme.more ? Kind::longer : Kind::shorter, lexeme.begin, lexeme.end);
      node.n = lexeme.n;
      return add(node);
    }
    case Lex::cs: case Lex::caps: case Lex::all_caps: case Lex::no_caps: case Lex::first: case Lex::at_least:
      return function(lexeme);
    case Lex::fn: return interval_function(lexeme);
    case Lex::topic: {
      Query::Node node = between(Kind::topic, lexeme.begin, lexeme.end);
      node.value = text_value(std::string(lexeme.text));
      return add(node);
    }
    case Lex::span: return span_form(lexeme);
    case Lex::op_or: case Lex::op_and: case Lex::near: case Lex::ordered: case Lex::sentence: case Lex::paragraph:
      fail(lexeme, name(lexeme) + " has nothing before it; expected a word, a phrase or a group",
           "put it in quotes if the word is meant");
    case Lex::comma: --at_; comma();
    default:
      fail(lexeme, "found " + name(lexeme) + "; expected a word, a phrase or a group",
           lexeme.kind == Lex::end ? "complete the query" : "remove it, or put it in quotes with the words around it");
  }
}

std::uint32_t QueryReader::text_value(std::string text) {
  query_.values.push_back(std::move(text));
  return static_cast<Index>(query_.values.size() - 1);
}

std::uint32_t QueryReader::words(const Lexeme& lexeme) {
  CutWords cut = cut_words(lexeme.text);
  if (cut.fault == CutWords::Fault::star_inside_script)
    fail(lexeme, "found '*' between letters of a script without spaces in " + name(lexeme),
         "write the two parts with ONEAR/3 between them");
  if (cut.fault == CutWords::Fault::no_word)
    fail(lexeme, "found no letter and no digit in " + name(lexeme) + "; expected a word",
         lexeme.kind == Lex::quoted ? "remove it, or write a word in it"
                                    : "remove it, or put it in quotes with the words around it");
  Query::Node node = between(cut.terms.size() == 1 ? Kind::word : Kind::phrase, lexeme.begin, lexeme.end);
  node.first = static_cast<Index>(query_.terms.size());
  node.count = static_cast<Index>(cut.terms.size());
  if (node.kind == Kind::word && cut.terms[0].wildcard) short_pattern(lexeme, cut.terms[0]);
  for (QueryTerm& term : cut.terms) query_.terms.push_back(std::move(term));
  return add(node);
}

void QueryReader::short_pattern(const Lexeme& lexeme, const QueryTerm& term) {
  std::size_t letters = 0;
  for (std::size_t at = 0; at < term.folded.size();) {
    const char32_t c = text::next(term.folded, at);
    letters += c != '*' && c != '?';
  }
  if (term.folded == "*")
    warn(lexeme.begin, lexeme.end, "'*' matches every article that has a word", "write the words that are searched");
  else if (letters < 2)
    warn(lexeme.begin, lexeme.end, name(lexeme) + " matches very many words", "write more letters beside the wildcard");
}

std::uint32_t QueryReader::group(const Lexeme& open) {
  const Deeper deeper(*this);
  if (peek().kind == Lex::close)
    fail(open.begin, peek().end, "found an empty group; expected a word, a phrase or a group in it",
         "remove the brackets");
  const Index kid = expression();
  close(open, Lex::close);
  Query::Node& node = query_.nodes[kid];
  inner_begin_ = node.begin;
  inner_end_ = node.end;
  node.begin = static_cast<Index>(open.begin);  // a clause is shown with its brackets
  node.end = static_cast<Index>(previous_end());
  last_group_.assign(1, kid);
  if (node.kind == (query_.dialect == Dialect::strict ? Kind::both : Kind::either)) {
    const auto kids = query_.kids_of(node);
    last_group_.assign(kids.begin(), kids.end());
  }
  last_was_ = Last::group;
  return kid;
}

void QueryReader::unwrap(Index kid) {
  if (last_was_ != Last::group) return;
  query_.nodes[kid].begin = inner_begin_;
  query_.nodes[kid].end = inner_end_;
}

void QueryReader::close(const Lexeme& open, Lex kind) {
  if (peek().kind == kind) {
    take();
    return;
  }
  if (peek().kind == Lex::comma) comma();
  if (peek().kind != Lex::end)
    fail(peek(), "found " + name(peek()) + "; expected an operator or '" + (kind == Lex::close ? ")" : "}") + "'",
         "put it in quotes if it belongs to the text");
  fail(lexemes_.fault ? peek() : open,
       "the '" + query_.text.substr(open.begin, open.end - open.begin) + "' is never closed",
       kind == Lex::close ? "add ')' where the group ends" : "add '}' where the list ends");
}

std::uint32_t QueryReader::some_of(const Lexeme& open) {
  const Deeper deeper(*this);
  std::vector<Index> kids;
  do {
    if (!kids.empty()) take();
    if (!opens(peek().kind)) {
      if (peek().kind == Lex::end) close(open, Lex::close_some);
      fail(peek(), "found " + name(peek()) + "; expected a word, a phrase or a group",
           "remove the comma or add what it announces");
    }
    kids.push_back(expression());
  } while (peek().kind == Lex::comma);
  close(open, Lex::close_some);
  if (kids.size() < open.n)
    fail(open,
         "asks for " + std::to_string(open.n) + " of " + std::to_string(kids.size()) +
             "; expected no more than the list has",
         "lower the number or add to the list");
  Query::Node node = between(Kind::n_of, open.begin, previous_end());
  node.n = open.n;
  last_was_ = Last::other;
  return add(node, kids);
}

std::uint32_t QueryReader::zone(const Lexeme& field) {
  const Deeper deeper(*this);
  need_operand_of_field(field);
  Index kid = atom();
  unwrap(kid);
  while (peek().kind == Lex::distance) kid = distance(kid, take());
  Query::Node node = between(Kind::zone, field.begin, previous_end());
  node.zone = field.zone;
  last_was_ = Last::other;
  return add(node, std::span(&kid, 1));
}

void QueryReader::need_operand_of_field(const Lexeme& field) {
  const Lex next = peek().kind;
  if (next == Lex::end && lexemes_.fault) stop_at_fault();
  if (next == Lex::word || next == Lex::quoted || next == Lex::open ||
      (!in_meta_ && field.kind == Lex::zone && opens(next) && next != Lex::plus && next != Lex::minus &&
       next != Lex::bang && next != Lex::op_not))
    return;
  fail(next == Lex::end ? field : peek(),
       "found " + name(peek()) + " behind " + name(field) + "; expected a word, a phrase or a group",
       "write " + name(field).substr(1, name(field).size() - 2) + "word");
}

std::uint32_t QueryReader::meta(const Lexeme& field) {
  const Deeper deeper(*this);
  need_operand_of_field(field);
  in_meta_ = true;
  meta_ = field.meta;
  const Index kid = atom();
  in_meta_ = false;
  query_.nodes[kid].begin = static_cast<Index>(field.begin);
  query_.nodes[kid].end = static_cast<Index>(previous_end());
  last_was_ = Last::other;
  return kid;
}

std::uint32_t QueryReader::value(const Lexeme& lexeme) {
  bool wildcard = false;
  std::string folded = fold_value(lexeme.text, wildcard);
  if (meta_ == MetaField::site) {  // an address stands for its host
    if (const std::size_t scheme = folded.find("://"); scheme != std::string::npos) folded.erase(0, scheme + 3);
    folded.erase(std::min(folded.find('/'), folded.size()));
    if (folded.starts_with("www.")) folded.erase(0, 4);
  }
  if (folded.empty())
    fail(lexeme, "found " + name(lexeme) + "; expected a value", "remove the field or write its value");
  Query::Node node = between(Kind::meta, lexeme.begin, lexeme.end);
  node.meta = meta_;
  node.wildcard = wildcard;
  node.value = text_value(std::move(folded));
  return add(node);
}

std::uint32_t QueryReader::function(const Lexeme& call) {
  const Deeper deeper(*this);
  if (peek().kind != Lex::open)
    fail(call, name(call) + " without brackets; expected '(' behind it",
         "write " + query_.text.substr(call.begin, call.end - call.begin) + "(words)");
  const Index kid = atom();
  unwrap(kid);
  Query::Node node = between(Kind::cased, call.begin, previous_end());
  switch (call.kind) {
    case Lex::cs: node.rule = CaseRule::exact; break;
    case Lex::caps: node.rule = CaseRule::caps; break;
    case Lex::all_caps: node.rule = CaseRule::all_caps; break;
    case Lex::no_caps: node.rule = CaseRule::no_caps; break;
    default:
      node.kind = call.kind == Lex::first ? Kind::first : Kind::at_least;
      node.n = call.n;
      if (call.kind == Lex::at_least) need_places(kid, call);
  }
  last_was_ = Last::other;
  return add(node, std::span(&kid, 1));
}

}  // namespace newsmill::score_topics
