#include "processors/score_topics/scorer.h"

#include <algorithm>
#include <utility>

namespace newsmill::score_topics {
namespace {

// Work units, measured in nanoseconds: about what a hit costs to place and a node to visit.
constexpr std::uint64_t kHitUnits = 30, kNodeUnits = 5, kEntityUnits = 10;

Error used_up() {
  return {Code::budget, "more hits of topics than one article may cost", "an article within its work units", "topics"};
}

/// Whether an entity is the one that a condition names.
bool is(const Entity& entity, std::string_view id) {
  if (entity.id == id) return true;
  const std::size_t colon = id.find(':');
  const std::string_view scheme = id.substr(0, colon), value = id.substr(colon + 1);
  const EntityIds& ids = entity.ids;
  const std::string_view known = scheme == "wd"       ? ids.wikidata
                                 : scheme == "gn"     ? ids.geonames
                                 : scheme == "iso"    ? ids.iso3166
                                 : scheme == "watch"  ? ids.watchlist
                                 : scheme == "lei"    ? ids.lei
                                 : scheme == "cik"    ? ids.cik
                                 : scheme == "domain" ? ids.domain
                                 : scheme == "enwiki" ? ids.enwiki
                                                      : std::string_view{};
  return !known.empty() && known == value;
}

}  // namespace

void Scoring::clear() {
  clauses.clear(), hits.clear(), named.clear();
  veto.reset();
  entities_met = true;
  sum = score = 0;
  parts = {};
}

Scorer::Scorer(std::shared_ptr<const Topics> topics)
    : topics_(std::move(topics)), evaluator_(topics_->queries()), strengths_(*topics_) {}

Status Scorer::look(const Article& article, std::string_view country, Budget& budget) {
  article_ = &article;
  document_.assign(article, country);
  const Interval lead = document_.zone(Zone::lead);
  lead_end_ = lead.first > lead.last ? 0 : document_.tokens()[document_.token(lead.last)].end;
  const Result<std::span<const QueryId>> matched = evaluator_.match(document_, budget);
  if (!matched) return matched.error();
  matched_.assign(matched.value().begin(), matched.value().end());
  candidates_.clear();
  for (const QueryId id : matched_) {
    const Topics::Use& use = topics_->use(id);
    if (use.role != Topics::Use::Role::veto && (candidates_.empty() || candidates_.back() != use.topic))
      candidates_.push_back(use.topic);
  }
  const auto of_queries = static_cast<std::ptrdiff_t>(candidates_.size());
  const auto alone = topics_->of_entities_alone();
  if (!budget.spend(alone.size() * article.entities.size() * kEntityUnits)) return used_up();
  for (const std::uint32_t topic : alone)
    if (speaks_for(topics_->all()[topic])) candidates_.push_back(topic);
  std::ranges::inplace_merge(candidates_, candidates_.begin() + of_queries);
  candidates_.erase(std::ranges::unique(candidates_).begin(), candidates_.end());
  return ok;
}

bool Scorer::speaks_for(const Topic& topic) const {
  const auto named = [&](const std::string& id) {
    return std::ranges::any_of(article_->entities, [&](const Entity& entity) { return is(entity, id); });
  };
  return std::ranges::any_of(topic.entities.any, named) || std::ranges::any_of(topic.entities.all, named);
}

std::span<const QueryId> Scorer::matched_of(std::uint32_t topic) const {
  const auto of = [&](QueryId id) { return topics_->use(id).topic; };
  const auto range = std::ranges::equal_range(matched_, topic, {}, of);
  return {range.begin(), range.end()};
}

Status Scorer::score(std::uint32_t index, Scoring& scoring, Budget& budget) {
  const Topic& topic = topics_->all()[index];
  scoring.clear();
  const bool has_query = topic.match && !topic.denies_only;
  if (has_query) scoring.parts.query = 0;
  if (!topic.terms.empty()) scoring.parts.terms = 0;
  for (const QueryId id : matched_of(index)) {
    const Topics::Use& use = topics_->use(id);
    if (use.role == Topics::Use::Role::veto) {
      if (!scoring.veto) scoring.veto = id;
      continue;
    }
    const bool is_term = use.role == Topics::Use::Role::term;
    if (!is_term && !has_query) continue;
    Scoring::Clause clause;
    clause.first = static_cast<std::uint32_t>(scoring.hits.size());
    const Result<Evaluator::Found> found = evaluator_.hits(id, kMostHits, scoring.hits, budget);
    if (!found) return found.error();
    clause.count = static_cast<std::uint32_t>(scoring.hits.size()) - clause.first;
    const Query* const tree = topics_->tree(id);
    if (!budget.spend(clause.count * kHitUnits + (tree ? tree->nodes.size() * kNodeUnits : 0))) return used_up();
    clause.strength = strengths_.of(id, std::span(scoring.hits).subspan(clause.first, clause.count));
    if (is_term) {
      const TopicTerm& term = topic.terms[use.term];
      clause.term = use.term;
      clause.evidence = evidence_of(term.weight, term.most, clause.strength);
      scoring.sum += clause.evidence;
    } else {
      clause.evidence = evidence_of(1, 0, clause.strength);
      scoring.parts.query = share_of(clause.evidence, 1);
    }
    scoring.clauses.push_back(clause);
  }
  if (!topic.terms.empty()) scoring.parts.terms = share_of(scoring.sum, topic.threshold);
  look_at_entities(topic, scoring);

  const auto& [query, terms, entities, model] = scoring.parts;
  if (scoring.veto || !scoring.entities_met) scoring.score = 0;
  else if (query && terms)
    scoring.score = topic.combine == Topic::Combine::all ? std::min(*query, *terms) : 1 - (1 - *query) * (1 - *terms);
  else scoring.score = query ? *query : terms ? *terms : entities.value_or(0);
  return ok;
}

Strength Scorer::strength_of(const Entity& entity) const {
  Strength strength{static_cast<double>(entity.mentions.size()), 1, true};
  for (const Mention& mention : entity.mentions) {
    const bool lead = mention.field == text::Field::body && mention.end <= lead_end_;
    strength.boost = std::max(strength.boost, mention.field == text::Field::headline ? kTitleBoost
                                              : lead                                 ? kLeadBoost
                                                                                     : 1);
  }
  return strength;
}

/// As with queries: `any` adds up, `all` is as strong as its weakest.
void Scorer::look_at_entities(const Topic& topic, Scoring& scoring) const {
  const EntityConditions& asked = topic.entities;
  if (!asked.asks() && asked.none.empty()) return;
  const auto find = [&](const std::string& id, bool denied) -> std::optional<Strength> {
    for (const Entity& entity : article_->entities) {
      if (!is(entity, id)) continue;
      const bool counts = entity.salience >= asked.min_salience;
      scoring.named.push_back({id, &entity, counts, denied});
      if (counts) return strength_of(entity);
    }
    return std::nullopt;
  };
  Strength any, least;
  bool missing = false;
  for (const std::string& id : asked.any) {
    if (const auto found = find(id, false)) any = {any.count + found->count, std::max(any.boost, found->boost), true};
  }
  if (!asked.any.empty()) {
    least = any;
    missing = any.count == 0;
  }
  for (const std::string& id : asked.all) {
    const auto found = find(id, false);
    if (!found) missing = true;
    else if (least.count == 0) least = *found;
    else least = {std::min(least.count, found->count), std::min(least.boost, found->boost), true};
  }
  bool denied = false;
  for (const std::string& id : asked.none) denied = find(id, true).has_value() || denied;
  scoring.entities_met = !missing && !denied;
  if (asked.asks()) scoring.parts.entities = missing ? 0 : share_of(evidence_of(1, 0, least), 1);
}

}  // namespace newsmill::score_topics
