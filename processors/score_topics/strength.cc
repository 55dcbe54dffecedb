#include "processors/score_topics/strength.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <tuple>
#include <vector>

namespace newsmill::score_topics {
namespace {

constexpr int kMostIncludes = 16;  // the builder refuses circles; this bounds chains

/// Clauses are views into the text of their query, so their addresses order them by place.
std::tuple<const char*, text::Field, std::uint32_t, std::uint32_t> clause_order(const Hit* hit) {
  return {hit->clause.data(), hit->field, hit->begin, hit->end};
}
std::tuple<text::Field, std::uint32_t, std::uint32_t, std::string_view, std::string_view> place_order(const Hit* hit) {
  return {hit->field, hit->begin, hit->end, hit->kind, hit->value};
}

}  // namespace

Strength Strengths::of(QueryId id, std::span<const Hit> hits) {
  hits_.clear();
  for (const Hit& hit : hits) hits_.push_back(&hit);
  std::ranges::sort(hits_, {}, clause_order);
  return of_query(id, 0).value_or(Strength{1, 1, false});
}

bool Strengths::needs_tree(const Query& query) {
  return std::ranges::any_of(query.nodes, [](const Query::Node& node) {
    return node.kind == Query::Kind::both || node.kind == Query::Kind::at_least || node.kind == Query::Kind::topic;
  });
}

std::optional<Strength> Strengths::of_query(QueryId id, int includes) {
  const std::string_view text = topics_.queries()->text(id);
  const Query* const query = topics_.tree(id);
  if (query == nullptr) return inside(text.data(), text.data() + text.size());
  return of_node({*query, text.data(), includes}, query->root);
}

/// Nothing for what gives no evidence: NOT, metadata beside others, lengths, and kids without a hit.
std::optional<Strength> Strengths::of_node(const Tree& tree, std::uint32_t index) {
  const Query& query = tree.query;
  const Query::Node& node = query.nodes[index];
  switch (node.kind) {
    case Query::Kind::negation: case Query::Kind::longer: case Query::Kind::shorter: return std::nullopt;
    case Query::Kind::both: return least(tree, node);
    case Query::Kind::either: return sum(tree, node);
    case Query::Kind::n_of: return sum(tree, node);
    case Query::Kind::zone: case Query::Kind::cased: case Query::Kind::first:
      return conjunctive(query, index) ? of_node(tree, query.kids_of(node)[0])
                                       : inside(tree.text + node.begin, tree.text + node.end);
    case Query::Kind::at_least: {
      std::optional<Strength> kid = of_node(tree, query.kids_of(node)[0]);
      if (kid) kid->count = std::max(1.0, std::floor(kid->count / std::max(1u, node.n)));
      return kid;
    }
    case Query::Kind::topic: {
      const Topic* other = topics_.find(query.values[node.value]);
      if (other == nullptr || !other->match || tree.includes >= kMostIncludes) return std::nullopt;
      return of_query(*other->match, tree.includes + 1);
    }
    default: return inside(tree.text + node.begin, tree.text + node.end);
  }
}

std::optional<Strength> Strengths::least(const Tree& tree, const Query::Node& node) {
  std::optional<Strength> of_words, of_values;
  for (const std::uint32_t kid : tree.query.kids_of(node)) {
    const std::optional<Strength> found = of_node(tree, kid);
    if (!found) continue;
    std::optional<Strength>& into = found->placed ? of_words : of_values;
    into = into ? Strength{std::min(into->count, found->count), std::min(into->boost, found->boost), found->placed}
                : *found;
  }
  return of_words ? of_words : of_values;
}

std::optional<Strength> Strengths::sum(const Tree& tree, const Query::Node& node) {
  const Query& query = tree.query;
  const bool plain =
      std::ranges::none_of(query.kids_of(node), [&](std::uint32_t kid) { return conjunctive(query, kid); });
  if (plain)
    return inside(tree.text + node.begin, tree.text + node.end);  // so that a place that two of them hit counts once
  std::optional<Strength> total;
  for (const std::uint32_t kid : query.kids_of(node)) {
    const std::optional<Strength> found = of_node(tree, kid);
    if (!found) continue;
    total = total ? Strength{total->count + found->count, std::max(total->boost, found->boost),
                             total->placed || found->placed}
                  : *found;
  }
  return total;
}

/// Whether hits below this node cannot simply be counted.
bool Strengths::conjunctive(const Query& query, std::uint32_t index) {
  waiting_.assign(1, index);
  while (!waiting_.empty()) {
    const Query::Node& node = query.nodes[waiting_.back()];
    waiting_.pop_back();
    switch (node.kind) {
      case Query::Kind::both: case Query::Kind::at_least: case Query::Kind::topic: case Query::Kind::negation:
        return true;
      case Query::Kind::word: case Query::Kind::phrase: case Query::Kind::sloppy: case Query::Kind::meta:
      case Query::Kind::longer: case Query::Kind::shorter:
        break;
      default:
        for (const std::uint32_t kid : query.kids_of(node)) waiting_.push_back(kid);
    }
  }
  return false;
}

/// The hits whose clause stands in [begin, end) of a query's text.
std::optional<Strength> Strengths::inside(const char* begin, const char* end) {
  const auto address = [](const Hit* hit) { return hit->clause.data(); };
  inside_.assign(std::ranges::lower_bound(hits_, begin, std::less<>{}, address),
                 std::ranges::lower_bound(hits_, end, std::less<>{}, address));
  if (inside_.empty()) return std::nullopt;
  Strength strength;
  for (const Hit* hit : inside_) {
    strength.boost = std::max(strength.boost, boost_of(*hit));
    strength.placed = strength.placed || hit->end > hit->begin;
  }
  std::ranges::sort(inside_, {}, place_order);
  const auto doubles = std::ranges::unique(inside_, {}, place_order);
  strength.count = static_cast<double>(inside_.size() - doubles.size());
  return strength;
}

double boost_of(const Hit& hit) {
  const bool placed = hit.end > hit.begin;
  const double place = placed && hit.field == text::Field::headline ? kTitleBoost : placed && hit.lead ? kLeadBoost : 1;
  return place * hit.weight;
}

double evidence_of(double weight, std::uint32_t most, const Strength& strength) {
  const double count = most == 0 ? strength.count : std::min(strength.count, static_cast<double>(most));
  return weight * std::sqrt(count) * strength.boost;
}

double share_of(double sum, double threshold) { return sum > 0 ? sum / (sum + threshold) : 0; }

}  // namespace newsmill::score_topics
