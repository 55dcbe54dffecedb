#include "processors/score_topics/query_parser.h"

#include <algorithm>

#include "config/diagnostic.h"
#include "processors/score_topics/query_check.h"
#include "processors/score_topics/query_lexer.h"
#include "processors/score_topics/query_words.h"
#include "processors/text/unicode.h"
#include "processors/text/utf8.h"

namespace newsmill::score_topics {
namespace {

using Kind = Query::Kind;
using Lex = Lexeme::Kind;
using Index = std::uint32_t;

/// Unwinds to parse_query(); never leaves this file.
struct Stop {};

class Parser {
 public:
  Parser(Query& query, std::vector<QueryFinding>& findings) : query_(query), findings_(findings) {
    lexemes_ = lex_query(query.text, query.dialect, findings);
  }

  bool run() {
    try {
      if (peek().kind == Lex::end && !lexemes_.fault)
        fail(0, 0, "the query is empty; expected a word", "a query without words would match nothing");
      query_.root = expression();
      if (peek().kind == Lex::close) fail(peek(), "found ')' that closes nothing; expected an operator or the end", "remove it, or open a group before");
      if (peek().kind == Lex::close_some) fail(peek(), "found '}' that closes nothing; expected an operator or the end", "remove it, or begin with {2 of:");
      if (peek().kind == Lex::comma) comma();
      if (peek().kind != Lex::end) fail(peek(), "found " + name(peek()) + "; expected an operator or the end", "");
      if (lexemes_.fault) stop_at_fault();
      return true;
    } catch (const Stop&) {
      return false;
    }
  }

 private:
  // ---- lexemes
  const Lexeme& peek(std::size_t ahead = 0) const { return lexemes_.all[std::min(at_ + ahead, lexemes_.all.size() - 1)]; }
  Lexeme take() { return lexemes_.all[at_ + 1 < lexemes_.all.size() ? at_++ : at_]; }
  std::string name(const Lexeme& lexeme) const {
    if (lexeme.kind == Lex::end) return "the end of the query";
    std::string text = query_.text.substr(lexeme.begin, lexeme.end - lexeme.begin);
    if (text.size() > 40) text = std::string(text::prefix(text, 12)) + "…";
    return "'" + text + "'";
  }

  // ---- findings
  [[noreturn]] void fail(std::size_t begin, std::size_t end, std::string message, std::string hint) {
    findings_.push_back(finding(QueryFinding::Severity::error, begin, end, std::move(message), std::move(hint)));
    throw Stop{};
  }
  [[noreturn]] void fail(const Lexeme& lexeme, std::string message, std::string hint) {
    if (lexeme.kind == Lex::end && lexemes_.fault) stop_at_fault();
    fail(lexeme.begin, lexeme.end, std::move(message), std::move(hint));
  }
  [[noreturn]] void stop_at_fault() {
    QueryFault& fault = *lexemes_.fault;
    fail(fault.begin, fault.end, std::move(fault.message), std::move(fault.hint));
  }
  [[noreturn]] void comma() {
    fail(peek(), "found " + name(peek()) + "; expected an operator", "write OR between words of which one is enough, AND where all are needed");
  }
  void warn(std::size_t begin, std::size_t end, std::string message, std::string hint) {
    findings_.push_back(finding(QueryFinding::Severity::warning, begin, end, std::move(message), std::move(hint)));
  }

  // ---- nodes
  Index add(Query::Node node, std::span<const Index> kids = {}) {
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
  Query::Node between(Kind kind, std::size_t begin, std::size_t end) const {
    Query::Node node;
    node.kind = kind;
    node.begin = static_cast<Index>(begin);
    node.end = static_cast<Index>(end);
    return node;
  }
  Query::Node over(Kind kind, std::span<const Index> kids) const {
    return between(kind, query_.nodes[kids.front()].begin, query_.nodes[kids.back()].end);
  }
  Index join(Kind kind, std::vector<Index>& kids) { return kids.size() == 1 ? kids[0] : add(over(kind, kids), kids); }
  Index join(Kind kind, std::vector<Index>& kids, std::size_t begin, std::size_t end) {
    return kids.size() == 1 ? kids[0] : add(between(kind, begin, end), kids);
  }

  struct Deeper {
    explicit Deeper(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > kMaxQueryDepth)
        parser_.fail(parser_.peek(), "groups stand in each other more than " + std::to_string(kMaxQueryDepth) + " deep",
                     "split the query into topics and refer to them with $name");
    }
    ~Deeper() { --parser_.depth_; }
    Parser& parser_;
  };

  // ---- grammar, loosest first
  static bool opens(Lex kind) {
    switch (kind) {
      case Lex::word: case Lex::quoted: case Lex::open: case Lex::open_some: case Lex::plus: case Lex::minus:
      case Lex::bang: case Lex::op_not: case Lex::zone: case Lex::meta: case Lex::words: case Lex::cs: case Lex::caps:
      case Lex::all_caps: case Lex::no_caps: case Lex::first: case Lex::at_least: case Lex::fn: case Lex::topic:
      case Lex::span:
        return true;
      default: return false;
    }
  }
  static bool positional(Lex kind) {
    return kind == Lex::near || kind == Lex::ordered || kind == Lex::sentence || kind == Lex::paragraph;
  }
  bool any_of_values() const { return in_meta_; }

  Index expression() {
    if (any_of_values() || query_.dialect == Dialect::lucene) return clauses();
    return alternatives().node;
  }

  struct Clause {
    Index node;
    enum class Sign : std::uint8_t { plain, plus, minus } sign = Sign::plain;
  };

  /// Words side by side in lucene: one of them, or all with a plus, and none with a minus. Between values of a
  /// metadata field side by side means OR in every dialect.
  Index clauses() {
    std::vector<Index> plain, plus, minus;
    const std::size_t begin = peek().begin;
    do {
      const Clause clause = alternatives();
      (clause.sign == Clause::Sign::plus ? plus : clause.sign == Clause::Sign::minus ? minus : plain).push_back(clause.node);
    } while (opens(peek().kind));
    const std::size_t end = lexemes_.all[at_ > 0 ? at_ - 1 : 0].end;
    if (!plus.empty())
      for (const Index node : plain)
        warn(query_.nodes[node].begin, query_.nodes[node].end, "beside words with + this one decides nothing and is left out",
             "put + before it as well, or take the + away");
    std::vector<Index> all;
    if (!plus.empty()) all = plus;
    else if (!plain.empty()) all = {join(Kind::either, plain)};
    for (const Index node : minus) all.push_back(node);
    return join(Kind::both, all, begin, end);
  }

  Clause alternatives() {
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
  void lone_negation(Index node) {
    warn(query_.nodes[node].begin, query_.nodes[node].end, "NOT beside OR matches every article without the word",
         "write AND NOT to exclude it");
  }
  void need_operand(const Lexeme& op) {
    const Lexeme& next = peek();
    if (opens(next.kind)) return;
    if (next.kind == Lex::end) {
      if (lexemes_.fault) stop_at_fault();
      fail(op, name(op) + " has nothing behind it; expected a word, a phrase or a group", "remove it or complete the query");
    }
    fail(next, "found " + name(next) + " behind " + name(op) + "; expected a word, a phrase or a group",
         next.kind == Lex::close ? "remove the operator or complete the group" : "keep one of the operators, or put the word in quotes");
  }

  Clause conjunction() {
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

  Clause negation() {
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
  void no_second_sign(const Lexeme& op) {
    const Lex next = peek().kind;
    if (next == Lex::plus || next == Lex::minus || next == Lex::bang || next == Lex::op_not)
      fail(peek(), "found " + name(peek()) + " behind " + name(op) + "; expected a word, a phrase or a group", "keep one of the two");
  }

  Index proximity() {
    Index left = weighted();
    while (true) {
      const bool negated = peek().kind == Lex::op_not && (peek(1).kind == Lex::near || peek(1).kind == Lex::ordered);
      if (!negated && !positional(peek().kind)) return left;
      if (negated) take();
      const Lexeme op = take();
      need_operand(op);
      if (const Lex next = peek().kind; next == Lex::minus || next == Lex::bang || next == Lex::op_not || next == Lex::plus)
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
  void need_places(Index node, const Lexeme& op) {
    const auto bad = placeless(query_, node);
    if (!bad) return;
    const Query::Node& found = query_.nodes[*bad];
    std::string hint = "put it outside: (a " + query_.text.substr(op.begin, op.end - op.begin) + " b) AND …";
    if (found.kind == Kind::both) hint = "write (a " + query_.text.substr(op.begin, op.end - op.begin) + " c) AND (b …), or use NEAR inside the group";
    fail(found.begin, found.end, std::string(placeless_name(found)) + " beside " + name(op) + " has no place in the text; expected words, phrases, OR and NEAR",
         std::move(hint));
  }

  Index weighted() {
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

  /// "a b"~5 and (a b c)~5.
  Index distance(Index node, const Lexeme& mark) {
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
          fail(mark, "the phrase before " + name(mark) + " has " + std::to_string(found.count) + " words; expected " + std::to_string(kMaxSloppy) + " at most", "");
        return node;
      }
      // Words stay apart: each within the distance of those before it.
      const Query::Node phrase = found;
      Index left = term_node(phrase, 0);
      for (Index i = 1; i < phrase.count; ++i) left = near(left, term_node(phrase, i), mark, begin);
      return left;
    }
    if (mark.moves) fail(mark, "found " + name(mark) + " behind a group; expected a phrase before it", "write ~" + std::to_string(mark.n));
    if (last_was_ != Last::group)
      fail(mark, "found " + name(mark) + "; expected a phrase or a group before it", "write \"two words\"~5 or (one two)~5");
    std::vector<Index> members = last_group_;
    if (members.size() < 2)
      fail(mark, "found " + name(mark) + " behind a group of one; expected two words or more in it", "write (one two)~5");
    Lexeme op = mark;
    for (const Index member : members) need_places(member, op);
    Index left = members[0];
    for (std::size_t i = 1; i < members.size(); ++i) left = near(left, members[i], mark, begin);
    return left;
  }
  Index term_node(const Query::Node& phrase, Index i) {
    Query::Node node = phrase;
    node.kind = Kind::word;
    node.first = phrase.first + i;
    node.count = 1;
    node.weight = 1;
    query_.nodes.push_back(node);
    heights_.push_back(1);
    return static_cast<Index>(query_.nodes.size() - 1);
  }
  Index near(Index left, Index right, const Lexeme& mark, std::size_t begin) {
    const Index kids[] = {left, right};
    Query::Node node = between(Kind::near, begin, mark.end);
    node.n = mark.n;
    return add(node, kids);
  }

  Index atom() {
    last_was_ = Last::other;
    const Lexeme lexeme = take();
    if (in_meta_ && opens(lexeme.kind) && lexeme.kind != Lex::word && lexeme.kind != Lex::quoted && lexeme.kind != Lex::open)
      fail(lexeme, "found " + name(lexeme) + " among the values of a field; expected a value", "close the brackets before it");
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
        fail(lexeme, name(lexeme) + " has nothing before it; expected a word, a phrase or a group", "put it in quotes if the word is meant");
      case Lex::comma: --at_; comma();
      default: fail(lexeme, "found " + name(lexeme) + "; expected a word, a phrase or a group", "");
    }
  }

  Index text_value(std::string text) {
    query_.values.push_back(std::move(text));
    return static_cast<Index>(query_.values.size() - 1);
  }

  Index words(const Lexeme& lexeme) {
    CutWords cut = cut_words(lexeme.text);
    if (cut.fault == CutWords::Fault::star_inside_script)
      fail(lexeme, "found '*' between letters of a script without spaces in " + name(lexeme), "write the two parts with ONEAR/3 between them");
    if (cut.fault == CutWords::Fault::no_word)
      fail(lexeme, "found no letter and no digit in " + name(lexeme) + "; expected a word", lexeme.kind == Lex::quoted ? "" : "remove it, or put it in quotes with the words around it");
    Query::Node node = between(cut.terms.size() == 1 ? Kind::word : Kind::phrase, lexeme.begin, lexeme.end);
    node.first = static_cast<Index>(query_.terms.size());
    node.count = static_cast<Index>(cut.terms.size());
    if (node.kind == Kind::word && cut.terms[0].wildcard) short_pattern(lexeme, cut.terms[0]);
    for (QueryTerm& term : cut.terms) query_.terms.push_back(std::move(term));
    return add(node);
  }
  void short_pattern(const Lexeme& lexeme, const QueryTerm& term) {
    std::size_t letters = 0;
    for (std::size_t at = 0; at < term.folded.size();) {
      const char32_t c = text::next(term.folded, at);
      letters += c != '*' && c != '?';
    }
    if (term.folded == "*") warn(lexeme.begin, lexeme.end, "'*' matches every article that has a word", "write the words that are searched");
    else if (letters < 2) warn(lexeme.begin, lexeme.end, name(lexeme) + " matches very many words", "write more letters beside the wildcard");
  }

  Index group(const Lexeme& open) {
    const Deeper deeper(*this);
    if (peek().kind == Lex::close)
      fail(open.begin, peek().end, "found an empty group; expected a word, a phrase or a group in it", "remove the brackets");
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
  /// Takes the brackets of a call or a field from the clause inside them.
  void unwrap(Index kid) {
    if (last_was_ != Last::group) return;
    query_.nodes[kid].begin = inner_begin_;
    query_.nodes[kid].end = inner_end_;
  }
  void close(const Lexeme& open, Lex kind) {
    if (peek().kind == kind) {
      take();
      return;
    }
    if (peek().kind == Lex::comma) comma();
    if (peek().kind != Lex::end) fail(peek(), "found " + name(peek()) + "; expected an operator or '" + (kind == Lex::close ? ")" : "}") + "'", "");
    fail(lexemes_.fault ? peek() : open, "the '" + query_.text.substr(open.begin, open.end - open.begin) + "' is never closed",
         kind == Lex::close ? "add ')' where the group ends" : "add '}' where the list ends");
  }

  Index some_of(const Lexeme& open) {
    const Deeper deeper(*this);
    std::vector<Index> kids;
    do {
      if (!kids.empty()) take();
      if (!opens(peek().kind)) {
        if (peek().kind == Lex::end) close(open, Lex::close_some);
        fail(peek(), "found " + name(peek()) + "; expected a word, a phrase or a group", "remove the comma or add what it announces");
      }
      kids.push_back(expression());
    } while (peek().kind == Lex::comma);
    close_list(open);
    if (kids.size() < open.n)
      fail(open, "asks for " + std::to_string(open.n) + " of " + std::to_string(kids.size()) + "; expected no more than the list has", "lower the number or add to the list");
    Query::Node node = between(Kind::n_of, open.begin, previous_end());
    node.n = open.n;
    last_was_ = Last::other;
    return add(node, kids);
  }
  void close_list(const Lexeme& open) { close(open, Lex::close_some); }
  std::size_t previous_end() const { return lexemes_.all[at_ - 1].end; }

  Index zone(const Lexeme& field) {
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
  void need_operand_of_field(const Lexeme& field) {
    const Lex next = peek().kind;
    if (next == Lex::end && lexemes_.fault) stop_at_fault();
    if (next == Lex::word || next == Lex::quoted || next == Lex::open || (!in_meta_ && field.kind == Lex::zone && opens(next) && next != Lex::plus && next != Lex::minus && next != Lex::bang && next != Lex::op_not)) return;
    fail(next == Lex::end ? field : peek(), "found " + name(peek()) + " behind " + name(field) + "; expected a word, a phrase or a group", "write " + name(field).substr(1, name(field).size() - 2) + "word");
  }

  Index meta(const Lexeme& field) {
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
  Index value(const Lexeme& lexeme) {
    bool wildcard = false;
    std::string folded = fold_value(lexeme.text, wildcard);
    if (meta_ == MetaField::site) {  // an address stands for its host
      if (const std::size_t scheme = folded.find("://"); scheme != std::string::npos) folded.erase(0, scheme + 3);
      folded.erase(std::min(folded.find('/'), folded.size()));
      if (folded.starts_with("www.")) folded.erase(0, 4);
    }
    if (folded.empty()) fail(lexeme, "found " + name(lexeme) + "; expected a value", "");
    Query::Node node = between(Kind::meta, lexeme.begin, lexeme.end);
    node.meta = meta_;
    node.wildcard = wildcard;
    node.value = text_value(std::move(folded));
    return add(node);
  }

  Index function(const Lexeme& call) {
    const Deeper deeper(*this);
    if (peek().kind != Lex::open)
      fail(call, name(call) + " without brackets; expected '(' behind it", "write " + query_.text.substr(call.begin, call.end - call.begin) + "(words)");
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

  /// Lucene's near//a b (span near) and ordered//a b (ordered interval) of its nightly benchmark, both in
  /// order with ten words between at most.
  Index span_form(const Lexeme& form) {
    if (query_.dialect != Dialect::lucene)
      fail(form, "found " + name(form) + "; expected a query of the dialect strict", "write a ONEAR/10 b");
    Index kids[2];
    for (Index& kid : kids) {
      if (peek().kind != Lex::word) fail(peek(), "found " + name(peek()) + " behind " + name(form) + "; expected two words", "");
      kid = words(take());
    }
    Query::Node node = between(Kind::ordered, form.begin, previous_end());
    node.n = 10;
    return add(node, kids);
  }

  /// Lucene's interval functions, arguments apart by white space: fn:maxgaps(3 fn:ordered(a b)).
  Index interval_function(const Lexeme& call) {
    const Deeper deeper(*this);
    static const std::vector<std::string> known{"or", "phrase", "ordered", "unordered", "unorderedNoOverlaps", "maxgaps", "notWithin"};
    const std::string called(call.text);
    if (std::ranges::find(known, called) == known.end()) {
      const std::string near = config::nearest(called, known);
      fail(call, "unknown function " + name(call) + "; expected fn:or, phrase, ordered, unordered, unorderedNoOverlaps, maxgaps or notWithin",
           near.empty() ? "write it with NEAR/n, ONEAR/n and NOT NEAR/n" : "did you mean fn:" + near + "?");
    }
    const Lexeme open = peek();
    if (open.kind != Lex::open) fail(call, name(call) + " without brackets; expected '(' behind it", "");
    take();
    const auto number = [&] {
      const Lexeme given = take();
      std::uint32_t n = 0;
      if (given.kind != Lex::word || given.text.size() > 5 || !std::ranges::all_of(given.text, [](char c) { return c >= '0' && c <= '9'; }))
        fail(given, "found " + name(given) + " in " + name(call) + "; expected a number", "");
      for (const char c : given.text) n = n * 10 + static_cast<std::uint32_t>(c - '0');
      if (n > kMaxDistance) fail(given, "found the number " + std::string(given.text) + "; expected 0 to " + std::to_string(kMaxDistance), "");
      return n;
    };
    std::vector<Index> kids;
    std::uint32_t n = 0;
    const auto argument = [&] {
      if (peek().kind == Lex::end) close(open, Lex::close);
      kids.push_back(atom());
      need_places(kids.back(), call);
    };
    if (called == "maxgaps") {
      n = number();
      argument();
      Query::Node& kid = query_.nodes[kids[0]];
      if ((kid.kind != Kind::near && kid.kind != Kind::ordered) || kid.n != kMaxDistance)
        fail(kid.begin, kid.end, "fn:maxgaps over something else than fn:ordered or fn:unordered of two", "write a NEAR/n b or a ONEAR/n b");
      for (const Index inner : query_.kids_of(kid))
        if (const auto& node = query_.nodes[inner]; (node.kind == Kind::near || node.kind == Kind::ordered) && node.n == kMaxDistance && node.begin == kid.begin)
          fail(kid.begin, kid.end, "fn:maxgaps over more than two arguments", "write a NEAR/n b NEAR/n c");
      kid.n = n;
    } else if (called == "notWithin") {
      argument();
      n = number();
      argument();
    } else {
      while (peek().kind != Lex::close) argument();
      if (kids.empty()) fail(call, name(call) + " without arguments", "");
    }
    close(open, Lex::close);
    last_was_ = Last::other;
    if (called == "maxgaps" || kids.size() == 1) {
      query_.nodes[kids[0]].begin = static_cast<Index>(call.begin);
      query_.nodes[kids[0]].end = static_cast<Index>(previous_end());
      return kids[0];
    }
    if (called == "or") return join(Kind::either, kids, call.begin, previous_end());
    Query::Node node = between(Kind::near, call.begin, previous_end());
    node.n = kMaxDistance;
    if (called == "phrase") { node.kind = Kind::ordered; node.n = 0; }
    if (called == "ordered") node.kind = Kind::ordered;
    if (called == "notWithin") { node.kind = Kind::not_near; node.n = n; }
    Index left = kids[0];
    for (std::size_t i = 1; i < kids.size(); ++i) {
      const Index pair[] = {left, kids[i]};
      left = add(node, pair);
    }
    return left;
  }

  static constexpr Index kMaxSloppy = 64;
  Query& query_;
  std::vector<QueryFinding>& findings_;
  Lexemes lexemes_;
  std::vector<std::uint32_t> heights_;
  std::size_t at_ = 0, depth_ = 0;
  bool in_meta_ = false;
  MetaField meta_ = MetaField::source;
  enum class Last : std::uint8_t { other, group } last_was_ = Last::other;
  Index inner_begin_ = 0, inner_end_ = 0;  ///< of the group that was closed last, without its brackets
  std::vector<Index> last_group_;  ///< members of the group that was closed last
};

void judge(const Query& query, std::vector<QueryFinding>& findings) {
  const auto warn = [&](std::string message, std::string hint) {
    const Query::Node& root = query.nodes[query.root];
    findings.push_back(finding(QueryFinding::Severity::warning, root.begin, root.end, std::move(message), std::move(hint)));
  };
  if (query.nodes[query.root].kind == Query::Kind::word) return;  // a lone star has been reported
  switch (matches_without_words(query, query.root)) {
    case Emptiness::none: return;
    case Emptiness::some:
      return warn("the query can match articles that hold none of its words, so it is tried on every article",
                  "add a word, a phrase or a field that has to be there");
    case Emptiness::all:
      return warn("the query matches every article", "add a word, a phrase or a field that has to be there");
  }
}

}  // namespace

bool ParsedQuery::ok() const {
  return std::ranges::none_of(findings, [](const QueryFinding& f) { return f.severity == QueryFinding::Severity::error; });
}

ParsedQuery parse_query(std::string_view text, Dialect dialect) {
  ParsedQuery parsed;
  parsed.query.dialect = dialect;
  const auto refuse = [&](std::size_t offset, std::string message, std::string hint) {
    parsed.findings.push_back(finding(QueryFinding::Severity::error, offset, offset + 1, std::move(message), std::move(hint)));
    return parsed;
  };
  if (text.size() > kMaxQueryBytes)
    return refuse(0, "the query has " + std::to_string(text.size()) + " bytes; expected " + std::to_string(kMaxQueryBytes) + " at most",
                  "split it into topics and refer to them with $name");
  if (!text::valid_utf8(text)) {
    std::size_t good = 0;
    for (std::size_t length = 1; good < text.size(); good += length) {
      const auto lead = static_cast<unsigned char>(text[good]);
      length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
      if (!text::valid_utf8(text.substr(good, length))) break;
    }
    const std::string_view before = text.substr(0, good);
    ParsedQuery damaged = refuse(good, "found bytes that are not UTF-8", "save the file as UTF-8");
    damaged.findings[0].line = 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
    const std::size_t line = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    damaged.findings[0].column = 1 + text::code_points(before.substr(line));
    return damaged;
  }
  parsed.query.text = text;
  const bool sound = Parser(parsed.query, parsed.findings).run();
  if (sound) judge(parsed.query, parsed.findings);
  place(parsed.findings, text);
  return parsed;
}

}  // namespace newsmill::score_topics
