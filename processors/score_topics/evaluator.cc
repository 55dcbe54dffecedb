#include "processors/score_topics/evaluator.h"

#include <algorithm>
#include <tuple>

#include "processors/score_topics/node_evaluator.h"

namespace newsmill::score_topics {
namespace {

using Kind = Query::Kind;

Error used_up() {
  return {Code::budget, "the work units of one article are used up by its topics",
          "queries that are cheaper on this text", "score_topics"};
}

}  // namespace

struct Evaluator::State {
  explicit State(std::shared_ptr<const QuerySet> all)
      : set(std::move(all)), program(set->program()), nodes(program), asked(program.queries.size(), 0) {}

  /// False when the budget is used up.
  [[nodiscard]] bool decide(std::uint32_t query, Budget& budget) {
    ++work.candidates;
    nodes.allow(budget.left());
    if (nodes.matches(program.queries[query].root)) matched.push_back(QueryId{query});
    return budget.spend(nodes.take_work());
  }

  /// Appends the hits below a node that matches.
  [[nodiscard]] bool collect(std::uint32_t at, std::vector<Hit>& hits, Budget& budget) {
    const Op& op = program.ops[at];
    nodes.allow(budget.left());
    switch (op.kind) {
      case Kind::both: case Kind::either: case Kind::n_of:
        for (std::uint32_t i = op.first; i < op.first + op.count; ++i) {
          const std::uint32_t kid = program.kids[i];
          nodes.allow(budget.left());
          const bool met = op.kind == Kind::both || nodes.matches(kid);
          if (!budget.spend(nodes.take_work())) return false;
          if (met && !collect(kid, hits, budget)) return false;
        }
        return true;
      case Kind::at_least: return collect(program.kids[op.first], hits, budget);
      case Kind::negation: case Kind::longer: case Kind::shorter: return true;
      case Kind::meta: {
        const Document::Value* value = nodes.value(op);
        if (value) {
          Hit hit = of(op);
          hit.kind = meta_field_name(op.meta);
          hit.value = value->written;
          hits.push_back(hit);
        }
        return budget.spend(nodes.document().values().size());
      }
      default: break;
    }
    const Document& document = nodes.document();
    const Interval lead = document.zone(Zone::lead);
    std::size_t count = 0;
    for (const Interval& interval : nodes.intervals(at)) {
      if (++count > kHitsPerClause) {
        cut = true;
        break;
      }
      const text::Token& first = document.tokens()[document.token(interval.first)];
      const text::Token& last = document.tokens()[document.token(interval.last)];
      Hit hit = of(op);
      hit.field = first.field;
      hit.begin = first.begin;
      hit.end = last.end;
      hit.sentence = first.sentence;
      hit.lead = interval.first >= lead.first && interval.last <= lead.last;
      hits.push_back(hit);
    }
    nodes.drop();
    return budget.spend(nodes.take_work() + 16 * count);
  }

  Hit of(const Op& op) const {
    Hit hit;
    hit.clause = std::string_view(program.queries[op.query].text).substr(op.begin, op.end - op.begin);
    hit.weight = op.weight;
    return hit;
  }

  std::shared_ptr<const QuerySet> set;
  const QuerySet::Program& program;
  NodeEvaluator nodes;
  std::vector<QueryId> matched;
  std::vector<std::uint32_t> asked;  ///< epoch in which a query was decided
  std::uint32_t epoch = 0;
  Work work;
  bool cut = false;
};

Evaluator::Evaluator(std::shared_ptr<const QuerySet> set) : state_(std::make_unique<State>(std::move(set))) {}
Evaluator::~Evaluator() = default;
Evaluator::Evaluator(Evaluator&&) noexcept = default;

Result<std::span<const QueryId>> Evaluator::match(const Document& document, Budget& budget) {
  State& state = *state_;
  state.matched.clear();
  state.work = {};
  if (++state.epoch == 0) {
    std::ranges::fill(state.asked, 0);
    state.epoch = 1;
  }
  if (!state.nodes.assign(document, budget)) return used_up();
  const QuerySet::Program& program = state.program;
  const TermPositions& terms = state.nodes.terms();
  for (const TermId term : terms.present()) {
    const std::uint32_t begin = program.posting_begin[term], end = program.posting_begin[term + 1];
    if (!budget.spend(1 + (end - begin))) return used_up();
    for (std::uint32_t i = begin; i < end; ++i) {
      const Posting& posting = program.postings[i];
      if (posting.second != kNoTerm && !terms.has(posting.second)) continue;
      if (state.asked[posting.query] == state.epoch) continue;
      state.asked[posting.query] = state.epoch;
      if (!state.decide(posting.query, budget)) return used_up();
    }
    state.work.seen += end - begin;
  }
  for (const std::uint32_t query : program.always)
    if (!state.decide(query, budget)) return used_up();
  std::ranges::sort(state.matched);
  return std::span<const QueryId>(state.matched);
}

Result<std::span<const QueryId>> Evaluator::match_all(const Document& document, Budget& budget) {
  State& state = *state_;
  state.matched.clear();
  state.work = {};
  if (!state.nodes.assign(document, budget)) return used_up();
  for (std::uint32_t query = 0; query < state.program.queries.size(); ++query)
    if (!state.decide(query, budget)) return used_up();
  return std::span<const QueryId>(state.matched);
}

Result<bool> Evaluator::matches(QueryId id, Budget& budget) {
  state_->nodes.allow(budget.left());
  const bool met = state_->nodes.matches(state_->program.queries[static_cast<std::size_t>(id)].root);
  if (!budget.spend(state_->nodes.take_work())) return used_up();
  return met;
}

Result<Evaluator::Found> Evaluator::hits(QueryId id, std::size_t limit, std::vector<Hit>& hits, Budget& budget) {
  State& state = *state_;
  state.cut = false;
  const auto from = static_cast<std::ptrdiff_t>(hits.size());
  if (!state.collect(state.program.queries[static_cast<std::size_t>(id)].root, hits, budget)) {
    hits.resize(static_cast<std::size_t>(from));
    return used_up();
  }
  const auto place = [](const Hit& hit) {
    return std::tuple(!hit.kind.empty(), hit.field, hit.begin, hit.end, hit.kind, hit.value);
  };
  std::sort(hits.begin() + from, hits.end(), [&](const Hit& x, const Hit& y) {
    const auto left = place(x), right = place(y);
    return left != right ? left < right : x.weight != y.weight ? x.weight > y.weight : x.clause < y.clause;
  });
  hits.erase(
      std::unique(hits.begin() + from, hits.end(), [&](const Hit& x, const Hit& y) { return place(x) == place(y); }),
      hits.end());
  Found found;
  if (hits.size() - static_cast<std::size_t>(from) > limit) {
    hits.resize(static_cast<std::size_t>(from) + limit);
    state.cut = true;
  }
  found.complete = !state.cut;
  return found;
}

const Evaluator::Work& Evaluator::work() const { return state_->work; }

}  // namespace newsmill::score_topics
