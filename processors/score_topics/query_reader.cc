#include "processors/score_topics/query_reader.h"

#include "processors/score_topics/query_check.h"
#include "processors/text/utf8.h"

namespace newsmill::score_topics {

QueryReader::QueryReader(Query& query, std::vector<QueryFinding>& findings) : query_(query), findings_(findings) {
  lexemes_ = lex_query(query.text, query.dialect, findings);
}

QueryReader::Deeper::Deeper(QueryReader& reader) : reader_(reader) {
  if (++reader_.depth_ > kMaxQueryDepth)
    reader_.fail(reader_.peek(), "groups stand in each other more than " + std::to_string(kMaxQueryDepth) + " deep",
                 "split the query into topics and refer to them with $name");
}

bool QueryReader::run() {
  try {
    if (peek().kind == Lex::end && !lexemes_.fault)
      fail(0, 0, "the query is empty; expected a word", "a query without words would match nothing");
    query_.root = expression();
    if (peek().kind == Lex::close)
      fail(peek(), "found ')' that closes nothing; expected an operator or the end",
           "remove it, or open a group before");
    if (peek().kind == Lex::close_some)
      fail(peek(), "found '}' that closes nothing; expected an operator or the end", "remove it, or begin with {2 of:");
    if (peek().kind == Lex::comma) comma();
    if (peek().kind != Lex::end)
      fail(peek(), "found " + name(peek()) + "; expected an operator or the end",
           "put it in quotes if it belongs to the text");
    if (lexemes_.fault) stop_at_fault();
    return true;
  } catch (const Stop&) {
    return false;
  }
}

std::string QueryReader::name(const Lexeme& lexeme) const {
  if (lexeme.kind == Lex::end) return "the end of the query";
  std::string text = query_.text.substr(lexeme.begin, lexeme.end - lexeme.begin);
  if (text.size() > 40) text = std::string(text::prefix(text, 12)) + "…";
  return "'" + text + "'";
}

void QueryReader::fail(std::size_t begin, std::size_t end, std::string message, std::string hint) {
  findings_.push_back(finding(QueryFinding::Severity::error, begin, end, std::move(message), std::move(hint)));
  throw Stop{};
}

void QueryReader::fail(const Lexeme& lexeme, std::string message, std::string hint) {
  if (lexeme.kind == Lex::end && lexemes_.fault) stop_at_fault();
  fail(lexeme.begin, lexeme.end, std::move(message), std::move(hint));
}

void QueryReader::stop_at_fault() {
  QueryFault& fault = *lexemes_.fault;
  fail(fault.begin, fault.end, std::move(fault.message), std::move(fault.hint));
}

void QueryReader::comma() {
  fail(peek(), "found " + name(peek()) + "; expected an operator",
       "write OR between words of which one is enough, AND where all are needed");
}

void QueryReader::warn(std::size_t begin, std::size_t end, std::string message, std::string hint) {
  findings_.push_back(finding(QueryFinding::Severity::warning, begin, end, std::move(message), std::move(hint)));
}

std::uint32_t QueryReader::add(Query::Node node, std::span<const Index> kids) {
  std::uint32_t height = 1;
  for (const Index kid : kids) height = std::max(height, heights_[kid] + 1);
  if (height > kMaxQueryDepth)
    fail(node.begin, node.end, "operators stand in each other more than " + std::to_string(kMaxQueryDepth) + " deep",
         "split the query into topics and refer to them with $name");
  if (!kids.empty()) {
    node.first = static_cast<Index>(query_.kids.size());
    node.count = static_cast<Index>(kids.size());
    query_.kids.insert(query_.kids.end(), kids.begin(), kids.end());
  }
  query_.nodes.push_back(node);
  heights_.push_back(height);
  return static_cast<Index>(query_.nodes.size() - 1);
}

Query::Node QueryReader::between(Kind kind, std::size_t begin, std::size_t end) const {
  Query::Node node;
  node.kind = kind;
  node.begin = static_cast<Index>(begin);
  node.end = static_cast<Index>(end);
  return node;
}

Query::Node QueryReader::over(Kind kind, std::span<const Index> kids) const {
  return between(kind, query_.nodes[kids.front()].begin, query_.nodes[kids.back()].end);
}

std::uint32_t QueryReader::join(Kind kind, std::vector<Index>& kids) {
  return kids.size() == 1 ? kids[0] : add(over(kind, kids), kids);
}

std::uint32_t QueryReader::join(Kind kind, std::vector<Index>& kids, std::size_t begin, std::size_t end) {
  return kids.size() == 1 ? kids[0] : add(between(kind, begin, end), kids);
}

bool QueryReader::opens(Lex kind) {
  switch (kind) {
    case Lex::word: case Lex::quoted: case Lex::open: case Lex::open_some: case Lex::plus: case Lex::minus:
    case Lex::bang: case Lex::op_not: case Lex::zone: case Lex::meta: case Lex::words: case Lex::cs: case Lex::caps:
    case Lex::all_caps: case Lex::no_caps: case Lex::first: case Lex::at_least: case Lex::fn: case Lex::topic:
    case Lex::span:
      return true;
    default: return false;
  }
}

std::uint32_t QueryReader::expression() {
  if (in_meta_ || query_.dialect == Dialect::lucene) return clauses();
  return alternatives().node;
}

std::uint32_t QueryReader::clauses() {
  std::vector<Index> plain, plus, minus;
  const std::size_t begin = peek().begin;
  do {
    const Clause clause = alternatives();
    (clause.sign == Clause::Sign::plus    ? plus
     : clause.sign == Clause::Sign::minus ? minus
                                          : plain)
        .push_back(clause.node);
  } while (opens(peek().kind));
  const std::size_t end = lexemes_.all[at_ > 0 ? at_ - 1 : 0].end;
  if (!plus.empty())
    for (const Index node : plain)
      warn(query_.nodes[node].begin, query_.nodes[node].end,
           "beside words with + this one decides nothing and is left out",
           "put + before it as well, or take the + away");
  std::vector<Index> all;
  if (!plus.empty()) all = plus;
  else if (!plain.empty()) all = {join(Kind::either, plain)};
  for (const Index node : minus) all.push_back(node);
  return join(Kind::both, all, begin, end);
}

QueryReader::Clause QueryReader::alternatives() {
  Clause first = conjunction();
  if (peek().kind != Lex::op_or) return first;
  std::vector<Index> kids{first.node};
  if (first.sign == Clause::Sign::minus) lone_negation(first.node);
  while (peek().kind == Lex::op_or) {
    const Lexeme op = take();
    need_operand(op);
    const Clause next = conjunction();
    if (next.sign == Clause::Sign::minus) lone_negation(next.node);
    kids.push_back(next.node);
  }
  return {join(Kind::either, kids)};
}

void QueryReader::lone_negation(Index node) {
  warn(query_.nodes[node].begin, query_.nodes[node].end, "NOT beside OR matches every article without the word",
       "write AND NOT to exclude it");
}

void QueryReader::need_operand(const Lexeme& op) {
  const Lexeme& next = peek();
  if (opens(next.kind)) return;
  if (next.kind == Lex::end) {
    if (lexemes_.fault) stop_at_fault();
    fail(op, name(op) + " has nothing behind it; expected a word, a phrase or a group",
         "remove it or complete the query");
  }
  fail(next, "found " + name(next) + " behind " + name(op) + "; expected a word, a phrase or a group",
       next.kind == Lex::close ? "remove the operator or complete the group"
                               : "keep one of the operators, or put the word in quotes");
}

QueryReader::Clause QueryReader::conjunction() {
  Clause first = negation();
  std::vector<Index> kids{first.node};
  // NOT NEAR is taken by proximity(); any other NOT here begins the next operand.
  while (true) {
    if (peek().kind == Lex::op_and) {
      const Lexeme op = take();
      need_operand(op);
    } else if (!(query_.dialect == Dialect::strict && !in_meta_ && opens(peek().kind))) {
      break;
    }
    kids.push_back(negation().node);
  }
  if (kids.size() == 1) return first;
  return {join(Kind::both, kids)};
}

QueryReader::Clause QueryReader::negation() {
  const Lexeme op = peek();
  switch (op.kind) {
    case Lex::plus:
      take();
      need_operand(op);
      no_second_sign(op);
      return {proximity(), Clause::Sign::plus};
    case Lex::minus: case Lex::bang: case Lex::op_not: {
      take();
      need_operand(op);
      no_second_sign(op);
      const Index kid = proximity();
      Query::Node node = between(Kind::negation, op.begin, query_.nodes[kid].end);
      return {add(node, std::span(&kid, 1)), Clause::Sign::minus};
    }
    default: return {proximity()};
  }
}

void QueryReader::no_second_sign(const Lexeme& op) {
  const Lex next = peek().kind;
  if (next == Lex::plus || next == Lex::minus || next == Lex::bang || next == Lex::op_not)
    fail(peek(), "found " + name(peek()) + " behind " + name(op) + "; expected a word, a phrase or a group",
         "keep one of the two");
}

std::uint32_t QueryReader::proximity() {
  Index left = weighted();
  while (true) {
    const bool negated = peek().kind == Lex::op_not && (peek(1).kind == Lex::near || peek(1).kind == Lex::ordered);
    if (!negated && !positional(peek().kind)) return left;
    if (negated) take();
    const Lexeme op = take();
    need_operand(op);
    if (const Lex next = peek().kind;
        next == Lex::minus || next == Lex::bang || next == Lex::op_not || next == Lex::plus)
      fail(peek(), "found " + name(peek()) + " behind " + name(op) + "; expected a word, a phrase or a group",
           "write a NOT NEAR/5 b for a without b near it");
    if (negated && op.kind == Lex::ordered)
      fail(op, "found NOT " + name(op) + "; expected NOT NEAR", "NOT NEAR looks on both sides");
    const Index right = weighted();
    need_places(left, op);
    need_places(right, op);
    Kind kind = Kind::near;
    if (negated) kind = Kind::not_near;
    else if (op.kind == Lex::ordered) kind = Kind::ordered;
    else if (op.kind == Lex::sentence) kind = Kind::sentence;
    else if (op.kind == Lex::paragraph) kind = Kind::paragraph;
    const Index kids[] = {left, right};
    Query::Node node = over(kind, kids);
    node.n = op.n;
    left = add(node, kids);
  }
}

void QueryReader::need_places(Index node, const Lexeme& op) {
  const auto bad = placeless(query_, node);
  if (!bad) return;
  const Query::Node& found = query_.nodes[*bad];
  std::string hint = "put it outside: (a " + query_.text.substr(op.begin, op.end - op.begin) + " b) AND …";
  if (found.kind == Kind::both)
    hint =
        "write (a " + query_.text.substr(op.begin, op.end - op.begin) + " c) AND (b …), or use NEAR inside the group";
  fail(found.begin, found.end,
       std::string(placeless_name(found)) + " beside " + name(op) +
           " has no place in the text; expected words, phrases, OR and NEAR",
       std::move(hint));
}

std::uint32_t QueryReader::weighted() {
  Index node = atom();
  while (peek().kind == Lex::weight || peek().kind == Lex::distance) {
    const Lexeme mark = take();
    if (mark.kind == Lex::weight) {
      query_.nodes[node].weight *= mark.weight;
      query_.nodes[node].end = static_cast<Index>(mark.end);
    } else {
      node = distance(node, mark);
    }
  }
  return node;
}

std::uint32_t QueryReader::distance(Index node, const Lexeme& mark) {
  Query::Node& found = query_.nodes[node];
  const std::size_t begin = found.begin;
  if (found.kind == Kind::word && last_was_ != Last::group)
    fail(mark, "found " + name(mark) + " behind one word; expected a phrase or a group before it",
         "words that are only similar are not searched; use the wildcards * and ?");
  if (found.kind == Kind::phrase && last_was_ != Last::group) {
    if (query_.dialect == Dialect::lucene || mark.moves) {
      found.kind = Kind::sloppy;
      found.n = mark.n;
      found.end = static_cast<Index>(mark.end);
      if (found.count > kMaxSloppy)
        fail(mark,
             "the phrase before " + name(mark) + " has " + std::to_string(found.count) + " words; expected " +
                 std::to_string(kMaxSloppy) + " at most",
             "write the words with NEAR/n between them");
      return node;
    }
    // Words stay apart: each within the distance of those before it.
    const Query::Node phrase = found;
    Index left = term_node(phrase, 0);
    for (Index i = 1; i < phrase.count; ++i) left = near(left, term_node(phrase, i), mark, begin);
    return left;
  }
  if (mark.moves)
    fail(mark, "found " + name(mark) + " behind a group; expected a phrase before it",
         "write ~" + std::to_string(mark.n));
  if (last_was_ != Last::group)
    fail(mark, "found " + name(mark) + "; expected a phrase or a group before it",
         "write \"two words\"~5 or (one two)~5");
  std::vector<Index> members = last_group_;
  if (members.size() < 2)
    fail(mark, "found " + name(mark) + " behind a group of one; expected two words or more in it", "write (one two)~5");
  Lexeme op = mark;
  for (const Index member : members) need_places(member, op);
  Index left = members[0];
  for (std::size_t i = 1; i < members.size(); ++i) left = near(left, members[i], mark, begin);
  return left;
}

std::uint32_t QueryReader::term_node(const Query::Node& phrase, Index i) {
  Query::Node node = phrase;
  node.kind = Kind::word;
  node.first = phrase.first + i;
  node.count = 1;
  node.weight = 1;
  query_.nodes.push_back(node);
  heights_.push_back(1);
  return static_cast<Index>(query_.nodes.size() - 1);
}

std::uint32_t QueryReader::near(Index left, Index right, const Lexeme& mark, std::size_t begin) {
  const Index kids[] = {left, right};
  Query::Node node = between(Kind::near, begin, mark.end);
  node.n = mark.n;
  return add(node, kids);
}

}  // namespace newsmill::score_topics
