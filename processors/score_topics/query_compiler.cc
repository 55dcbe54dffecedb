#include <algorithm>
#include <unordered_map>

#include "config/diagnostic.h"
#include "processors/score_topics/candidates.h"
#include "processors/score_topics/document.h"
#include "processors/score_topics/query_check.h"
#include "processors/score_topics/query_program.h"
#include "processors/score_topics/query_set.h"
#include "processors/score_topics/term_shares.h"
#include "processors/text/utf8.h"

namespace newsmill::score_topics {
namespace {

using Kind = Query::Kind;
using Program = QuerySet::Program;

// Of one query with all that its $names stand for: a set of topics that double each other is small as text
// and has no end as a tree.
constexpr std::size_t kMaxOps = 1u << 19;
constexpr std::size_t kMaxDepth = 1000;

struct Named {
  Query query;
  std::string name;
};

/// What stands above a node.
struct Context {
  std::uint8_t zones = 0;
  std::uint32_t first_words = 0;
  CaseRule rule = CaseRule::any;
  bool places = false;  ///< operand of a positional operator
  double weight = 1;
};

class Compiler {
 public:
  Compiler(const std::vector<Named>& queries, Program& program, std::vector<QuerySetBuilder::Finding>& findings)
      : queries_(queries), program_(program), findings_(findings) {
    for (std::uint32_t i = 0; i < queries.size(); ++i)
      if (!queries[i].name.empty()) names_.try_emplace(queries[i].name, i);
  }

  void compile(std::uint32_t number) {
    top_ = number;
    path_.assign(1, number);
    reference_ = nullptr;
    failed_ = false;
    ops_before_ = program_.ops.size();
    if (size_of(number, 0) > kMaxOps) {
      const auto& nodes = queries_[number].query.nodes;
      if (const auto first = std::ranges::find(nodes, Kind::topic, &Query::Node::kind); first != nodes.end())
        reference_ = &*first;
      return too_large();
    }
    const std::uint32_t root = compile(number, queries_[number].query.root, {}, 0);
    program_.queries[number].root = failed_ ? 0 : root;
  }

  std::vector<TermKind> terms;

 private:
  void too_large() { fail("with the topics that it refers to the query is too large", "refer to fewer topics"); }

  /// Nodes of a query with all that its $names stand for, as far as it goes without a circle; each query is
  /// counted once.
  std::size_t size_of(std::uint32_t number, std::size_t depth) {
    if (sizes_.empty()) sizes_.assign(queries_.size(), 0);
    if (sizes_[number] != 0 || depth > kMaxDepth) return sizes_[number];
    const Query& query = queries_[number].query;
    sizes_[number] = 1;  // what a circle sees
    std::size_t sum = query.nodes.size();
    for (const Query::Node& node : query.nodes)
      if (node.kind == Kind::topic)
        if (const auto found = names_.find(query.values[node.value]); found != names_.end())
          sum = std::min(kMaxOps + 1, sum + size_of(found->second, depth + 1));
    return sizes_[number] = sum;
  }

  void fail(std::string message, std::string hint) {
    if (failed_) return;
    failed_ = true;
    const Query::Node& at = reference_ ? *reference_ : queries_[top_].query.nodes[queries_[top_].query.root];
    findings_.push_back(
        {QueryId{top_}, finding(QueryFinding::Severity::error, at.begin, at.end, std::move(message), std::move(hint))});
  }

  std::uint32_t compile(std::uint32_t number, std::uint32_t at, Context context, std::size_t depth) {
    if (failed_) return 0;
    const Query& query = queries_[number].query;
    const Query::Node& node = query.nodes[at];
    if (program_.ops.size() - ops_before_ > kMaxOps || depth > kMaxDepth) {
      too_large();
      return 0;
    }
    context.weight *= node.weight;
    const auto below = [&](std::uint32_t kid, const Context& inner) { return compile(number, kid, inner, depth + 1); };
    const auto kids = query.kids_of(node);
    switch (node.kind) {
      case Kind::zone:
        context.zones |= static_cast<std::uint8_t>(1U << static_cast<unsigned>(node.zone));
        return below(kids[0], context);
      case Kind::first:
        context.first_words = context.first_words == 0 ? node.n : std::min(context.first_words, node.n);
        return below(kids[0], context);
      case Kind::cased:
        context.rule = node.rule;  // the innermost counts
        return below(kids[0], context);
      case Kind::topic: return refer(query.values[node.value], node, number, context, depth);
      default: break;
    }
    if (context.places && placeless_here(node.kind)) {
      fail(std::string(placeless_name(node)) + " in " + (reference_ ? "the topic that stands" : "a group") +
               " beside an operator like NEAR has no place in the text; expected words, phrases, OR and NEAR",
           "refer to a topic without it");
      return 0;
    }
    Op op;
    op.kind = node.kind;
    op.n = node.n;
    op.query = number;
    op.begin = node.begin;
    op.end = node.end;
    op.weight = static_cast<float>(context.weight);
    switch (node.kind) {
      case Kind::word: case Kind::phrase: case Kind::sloppy:
        bound(op, context);
        op.first = static_cast<std::uint32_t>(program_.uses.size());
        op.count = node.count;
        for (const QueryTerm& term : query.terms_of(node)) use(term, context.rule);
        return push(op);
      case Kind::meta:
        op.meta = node.meta;
        op.wildcard = node.wildcard;
        op.first = value(node, query.values[node.value]);
        return push(op);
      case Kind::longer: case Kind::shorter: return push(op);
      default: break;
    }
    // The bounds of what has places are kept by the outermost operator; its kids are free, so that NOT NEAR sees
    // what stands outside.
    Context inner = context;
    if (positional(node.kind)) {
      bound(op, context);
      inner.zones = 0;
      inner.first_words = 0;
      inner.places = true;
    } else if (node.kind == Kind::at_least) {
      inner.places = true;
    }
    std::vector<std::uint32_t> compiled;
    for (const std::uint32_t kid : kids) compiled.push_back(below(kid, inner));
    op.first = static_cast<std::uint32_t>(program_.kids.size());
    op.count = static_cast<std::uint32_t>(compiled.size());
    program_.kids.insert(program_.kids.end(), compiled.begin(), compiled.end());
    return push(op);
  }

  static bool positional(Kind kind) {
    return kind == Kind::near || kind == Kind::ordered || kind == Kind::not_near || kind == Kind::sentence ||
           kind == Kind::paragraph;
  }
  static bool placeless_here(Kind kind) {
    return kind == Kind::both || kind == Kind::negation || kind == Kind::at_least || kind == Kind::n_of ||
           kind == Kind::meta || kind == Kind::longer || kind == Kind::shorter;
  }
  static void bound(Op& op, const Context& context) {
    op.zones = context.zones;
    op.first_words = context.first_words;
  }
  std::uint32_t push(const Op& op) {
    program_.ops.push_back(op);
    return static_cast<std::uint32_t>(program_.ops.size() - 1);
  }

  std::uint32_t refer(const std::string& name, const Query::Node& node, std::uint32_t from, const Context& context,
                      std::size_t depth) {
    const Query::Node* outer = reference_;
    if (!reference_ && from == top_) reference_ = &node;
    std::uint32_t compiled = 0;
    const auto found = names_.find(name);
    if (found == names_.end()) {
      std::vector<std::string> known;
      for (const auto& [one, number] : names_) known.push_back(one);
      const std::string near = config::nearest(name, known);
      fail("unknown topic '$" + name + "'",
           near.empty() ? "expected the id of a topic with a query" : "did you mean '$" + near + "'?");
    } else if (std::ranges::find(path_, found->second) != path_.end()) {
      std::string circle;
      for (auto step = std::ranges::find(path_, found->second); step != path_.end(); ++step)
        circle += "$" + queries_[*step].name + " → ";
      fail("topics refer to each other in a circle: " + circle + "$" + name, "take one of the references out");
    } else {
      path_.push_back(found->second);
      compiled = compile(found->second, queries_[found->second].query.root, context, depth + 1);
      path_.pop_back();
    }
    reference_ = outer;
    return compiled;
  }

  TermId term_of(TermId number, const TermKind& kind) {
    if (number == terms.size()) terms.push_back(kind);
    ++terms[number].uses;
    return number;
  }

  void use(const QueryTerm& term, CaseRule rule) {
    TermUse made;
    made.rule = rule;
    made.initials = term.initials && rule == CaseRule::any;
    made.wildcard = term.wildcard;
    TermKind kind;
    for (std::size_t at = 0; at < term.folded.size();) {
      const char32_t c = text::next(term.folded, at);
      kind.letters += c != '*' && c != '?';
    }
    const auto next = static_cast<TermId>(terms.size());
    if (term.wildcard) {
      kind.kind = TermKind::Kind::pattern;
      const auto [place, fresh] = patterns_.try_emplace(term.folded, next);
      if (fresh) program_.patterns.add(term.folded, next);
      made.term = term_of(place->second, kind);
    } else {
      kind.hash = term.hash;
      made.term = term_of(program_.words.add(term.hash, next), kind);
    }
    if (rule == CaseRule::exact) {
      made.exact = static_cast<std::uint32_t>(program_.exact_words.size());
      program_.exact_words.push_back(term.text);
    }
    program_.uses.push_back(made);
  }

  std::uint32_t value(const Query::Node& node, const std::string& text) {
    if (node.wildcard) {
      program_.meta_patterns.push_back(text);
      return static_cast<std::uint32_t>(program_.meta_patterns.size() - 1);
    }
    TermKind kind;
    kind.kind = TermKind::Kind::value;
    kind.field = node.meta;
    return term_of(program_.values.add(meta_key(node.meta, text), static_cast<TermId>(terms.size())), kind);
  }

  const std::vector<Named>& queries_;
  Program& program_;
  std::vector<QuerySetBuilder::Finding>& findings_;
  std::unordered_map<std::string, std::uint32_t> names_;
  std::unordered_map<std::string, TermId> patterns_;
  std::uint32_t top_ = 0;
  std::vector<std::uint32_t> path_;  ///< of queries, from the one that is compiled to the one that is read
  const Query::Node* reference_ = nullptr;
  bool failed_ = false;
  std::size_t ops_before_ = 0;
  std::vector<std::size_t> sizes_;
};

}  // namespace

struct QuerySetBuilder::State {
  std::vector<Named> queries;
};

QuerySetBuilder::QuerySetBuilder() : state_(std::make_unique<State>()) {}
QuerySetBuilder::~QuerySetBuilder() = default;
QuerySetBuilder::QuerySetBuilder(QuerySetBuilder&&) noexcept = default;
QuerySetBuilder& QuerySetBuilder::operator=(QuerySetBuilder&&) noexcept = default;

QueryId QuerySetBuilder::add(Query query, std::string name) {
  state_->queries.push_back({std::move(query), std::move(name)});
  return QueryId{static_cast<std::uint32_t>(state_->queries.size() - 1)};
}

QuerySetBuilder::Built QuerySetBuilder::build(const Frequency& frequency) {
  const std::vector<Named> queries = std::move(state_->queries);
  state_->queries.clear();
  Built built;
  auto program = std::make_unique<Program>();
  program->queries.resize(queries.size());
  Compiler compiler(queries, *program, built.findings);
  for (std::uint32_t i = 0; i < queries.size(); ++i) compiler.compile(i);
  for (Finding& found : built.findings) {
    std::vector<QueryFinding> one{std::move(found.finding)};
    place(one, queries[static_cast<std::size_t>(found.query)].query.text);
    found.finding = std::move(one[0]);
  }
  if (!built.findings.empty()) return built;
  for (std::uint32_t i = 0; i < queries.size(); ++i) program->queries[i].text = queries[i].query.text;
  program->terms = static_cast<TermId>(compiler.terms.size());
  file_queries(*program, term_shares(compiler.terms, queries.size(), frequency));
  program->ops.shrink_to_fit();
  program->kids.shrink_to_fit();
  program->uses.shrink_to_fit();
  built.set = std::make_shared<const QuerySet>(std::move(program));
  return built;
}

}  // namespace newsmill::score_topics
