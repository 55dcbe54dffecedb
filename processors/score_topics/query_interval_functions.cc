#include "processors/score_topics/query_reader.h"

#include "config/diagnostic.h"

namespace newsmill::score_topics {

std::uint32_t QueryReader::span_form(const Lexeme& form) {
  if (query_.dialect != Dialect::lucene)
    fail(form, "found " + name(form) + "; expected a query of the dialect strict", "write a ONEAR/10 b");
  Index kids[2];
  for (Index& kid : kids) {
    if (peek().kind != Lex::word)
      fail(peek(), "found " + name(peek()) + " behind " + name(form) + "; expected two words",
           "write a ONEAR/10 b for phrases and groups");
    kid = words(take());
  }
  Query::Node node = between(Kind::ordered, form.begin, previous_end());
  node.n = 10;
  return add(node, kids);
}

std::uint32_t QueryReader::interval_function(const Lexeme& call) {
  const Deeper deeper(*this);
  static const std::vector<std::string> known{"or",      "phrase",   "ordered", "unordered", "unorderedNoOverlaps",
                                              "maxgaps", "notWithin"};
  const std::string called(call.text);
  if (std::ranges::find(known, called) == known.end()) {
    const std::string near = config::nearest(called, known);
    fail(call,
         "unknown function " + name(call) +
             "; expected fn:or, phrase, ordered, unordered, unorderedNoOverlaps, maxgaps or notWithin",
         near.empty() ? "write it with NEAR/n, ONEAR/n and NOT NEAR/n" : "did you mean fn:" + near + "?");
  }
  const Lexeme open = peek();
  if (open.kind != Lex::open) fail(call, name(call) + " without brackets; expected '(' behind it",
                                      "write " + query_.text.substr(call.begin, call.end - call.begin) + "(a b)");
  take();
  const auto number = [&] {
    const Lexeme given = take();
    std::uint32_t n = 0;
    if (given.kind != Lex::word || given.text.size() > 5 ||
        !std::ranges::all_of(given.text, [](char c) { return c >= '0' && c <= '9'; }))
      fail(given, "found " + name(given) + " in " + name(call) + "; expected a number",
           called == "maxgaps" ? "write fn:maxgaps(3 fn:ordered(a b))" : "write fn:notWithin(a 3 b)");
    for (const char c : given.text) n = n * 10 + static_cast<std::uint32_t>(c - '0');
    if (n > kMaxDistance)
      fail(given, "found the number " + std::string(given.text) + "; expected 0 to " + std::to_string(kMaxDistance),
           "lower the number");
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
      fail(kid.begin, kid.end, "fn:maxgaps over something else than fn:ordered or fn:unordered of two",
           "write a NEAR/n b or a ONEAR/n b");
    for (const Index inner : query_.kids_of(kid))
      if (const auto& node = query_.nodes[inner];
          (node.kind == Kind::near || node.kind == Kind::ordered) && node.n == kMaxDistance && node.begin == kid.begin)
        fail(kid.begin, kid.end, "fn:maxgaps over more than two arguments", "write a NEAR/n b NEAR/n c");
    kid.n = n;
  } else if (called == "notWithin") {
    argument();
    n = number();
    argument();
  } else {
    while (peek().kind != Lex::close) argument();
    if (kids.empty())
      fail(call, name(call) + " without arguments; expected words", "write what it is about in its brackets");
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

}  // namespace newsmill::score_topics
