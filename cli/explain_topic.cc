#include "cli/article_reader.h"
#include "cli/clause_tree.h"
#include "cli/exit.h"
#include "cli/explain.h"
#include "cli/printable.h"
#include "config/json_text.h"
#include "processors/core/sources.h"
#include "processors/score_topics/scorer.h"
#include "processors/text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

namespace newsmill::cli {
namespace {

using score_topics::Hit;
using score_topics::Scoring;
using score_topics::Topic;
using score_topics::Topics;

constexpr std::size_t kShown = 4;  // hits of one clause, for people

struct Explanation {
  const Topics& topics;
  const Topic& topic;
  const Article& article;
  Scoring scoring;
  ClauseTree tree;  ///< of `match`; empty without one
};

std::string_view surface(const Article& article, const Hit& hit) {
  if (hit.end <= hit.begin) return hit.value;
  return (hit.field == text::Field::headline ? article.headline : article.body).substr(hit.begin, hit.end - hit.begin);
}

/// One line, cut after `most` characters.
std::string cell_text(std::string_view text, std::size_t most = 60) {
  std::string line;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space) line += c;
    else if (!line.empty() && line.back() != ' ') line += ' ';
  }
  const std::string_view cut = text::prefix(line, most);
  return cut.size() == line.size() ? line : std::string(cut) + "…";
}

std::string_view place(const Hit& hit) {
  if (hit.end <= hit.begin) return hit.kind;
  return hit.field == text::Field::headline ? "title" : hit.lead ? "lead" : "body";
}

std::string hits_text(const Article& article, std::span<const Hit> hits) {
  std::string text;
  for (const Hit& hit : hits.first(std::min(hits.size(), kShown)))
    text += fmt::format("{}{} \"{}\"", text.empty() ? "" : ", ", place(hit), cell_text(surface(article, hit)));
  if (hits.size() > kShown) text += fmt::format(" and {} more", hits.size() - kShown);
  return printable(text);
}

void print_query(const Explanation& one) {
  std::cout << "match:\n";
  for (const ClauseTree::Row& row : one.tree.rows) {
    std::cout << fmt::format("  {:<4}{:{}}{}", row.matches ? "yes" : "no", "", row.depth * 2,
                             printable(cell_text(row.text, 100)));
    if (!row.hits.empty()) std::cout << ": " << hits_text(one.article, row.hits);
    std::cout << '\n';
  }
  if (one.topic.denies_only) return;
  const auto& clauses = one.scoring.clauses;
  const auto found = std::ranges::find_if(clauses, [](const Scoring::Clause& clause) { return !clause.term; });
  if (found == clauses.end()) {
    std::cout << "  query = 0\n";
    return;
  }
  std::cout << fmt::format("  {} hits, boost {}: x = {}^0.5 * {} = {:.3f}; query = x / (x + 1) = {:.3f}\n",
                           found->strength.count, found->strength.boost, found->strength.count, found->strength.boost,
                           found->evidence, *one.scoring.parts.query);
}

void print_terms(const Explanation& one) {
  std::cout << "terms:\n    weight  hits  boost     gives  term\n";
  std::size_t met = 0;
  for (const Scoring::Clause& clause : one.scoring.clauses) {
    if (!clause.term) continue;
    ++met;
    const score_topics::TopicTerm& term = one.topic.terms[*clause.term];
    const double counted =
        term.most > 0 ? std::min(clause.strength.count, static_cast<double>(term.most)) : clause.strength.count;
    std::cout << fmt::format("  {:>8}{:>6}{:>7}{:>10.3f}  {}: {}\n", term.weight, counted, clause.strength.boost,
                             clause.evidence, printable(cell_text(one.topics.queries()->text(term.query))),
                             hits_text(one.article, std::span(one.scoring.hits).subspan(clause.first, clause.count)));
  }
  if (const std::size_t rest = one.topic.terms.size() - met; rest > 0)
    std::cout << fmt::format("  {} others do not match\n", rest);
  std::cout << fmt::format("  E = {:.3f}; terms = {}E / (E + {}) = {:.3f}\n", one.scoring.sum,
                           one.scoring.sum > 0 ? "" : "0, for E is not positive: ", one.topic.threshold,
                           *one.scoring.parts.terms);
}

void print_entities(const Explanation& one) {
  const score_topics::EntityConditions& asked = one.topic.entities;
  std::cout << "entities:\n";
  const auto list = [&](std::string_view what, const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
      const auto named = std::ranges::find(one.scoring.named, id, &Scoring::Named::id);
      if (named == one.scoring.named.end()) std::cout << fmt::format("  {:<5}{}: not in the article\n", what, id);
      else
        std::cout << fmt::format("  {:<5}{}: {}, {} mentions, salience {:.2f}{}\n", what, id,
                                 printable(named->entity->name), named->entity->mentions.size(),
                                 named->entity->salience, named->counts ? "" : ", too little");
    }
  };
  list("any", asked.any), list("all", asked.all), list("none", asked.none);
  std::cout << (one.scoring.entities_met ? "  met" : "  not met");
  if (one.scoring.parts.entities) std::cout << fmt::format("; entities = {:.3f}", *one.scoring.parts.entities);
  std::cout << '\n';
}

std::string rule_text(const Explanation& one) {
  const TopicScore::Parts& parts = one.scoring.parts;
  if (one.scoring.veto)
    return fmt::format("0, because of NOT {}", cell_text(one.topics.queries()->text(*one.scoring.veto)));
  if (!one.scoring.entities_met) return "0, because the conditions on entities are not met";
  std::string sum =
      parts.query && parts.terms
          ? one.topic.combine == Topic::Combine::all ? "the smaller of query and terms" : "1 - (1 - query)(1 - terms)"
      : parts.query ? "query"
      : parts.terms ? "terms"
                    : "entities";
  return fmt::format("{} = {:.3f}", sum, one.scoring.score);
}

void print(const Explanation& one) {
  std::cout << fmt::format("{}: {} (definition {})\narticle: {}\n", one.topic.id, one.topic.name, one.topic.definition,
                           printable(one.article.headline));
  if (one.topic.match) print_query(one);
  if (!one.topic.terms.empty()) print_terms(one);
  if (one.topic.entities.asks() || !one.topic.entities.none.empty()) print_entities(one);
  std::cout << fmt::format(
      "score = {}\n{}\n", printable(rule_text(one)),
      one.scoring.score >= 0.5 ? "The article is about this topic." : "Below 0.5: the topic is not in the record.");
}

std::string json_hits(const Article& article, std::span<const Hit> hits) {
  std::string all;
  for (const Hit& hit : hits)
    all += fmt::format("{}{{\"place\": {}, \"surface\": {}, \"weight\": {}}}", all.empty() ? "" : ", ",
                       config::json_text(place(hit)), config::json_text(surface(article, hit)), hit.weight);
  return all;
}

void print_json(const Explanation& one) {
  std::string tree, terms, entities;
  for (const ClauseTree::Row& row : one.tree.rows)
    tree += fmt::format("{}\n    {{\"depth\": {}, \"clause\": {}, \"matches\": {}, \"hits\": [{}]}}",
                        tree.empty() ? "" : ",", row.depth, config::json_text(row.text), row.matches,
                        json_hits(one.article, row.hits));
  for (const Scoring::Clause& clause : one.scoring.clauses) {
    if (!clause.term) continue;
    const score_topics::TopicTerm& term = one.topic.terms[*clause.term];
    terms += fmt::format(
        "{}\n    {{\"term\": {}, \"weight\": {}, \"max\": {}, \"count\": {}, \"boost\": {}, \"evidence\": {}, "
        "\"hits\": [{}]}}",
        terms.empty() ? "" : ",", config::json_text(one.topics.queries()->text(term.query)), term.weight, term.most,
        clause.strength.count, clause.strength.boost, clause.evidence,
        json_hits(one.article, std::span(one.scoring.hits).subspan(clause.first, clause.count)));
  }
  for (const Scoring::Named& named : one.scoring.named)
    entities +=
        fmt::format("{}{{\"id\": {}, \"name\": {}, \"counts\": {}, \"denied\": {}}}", entities.empty() ? "" : ", ",
                    config::json_text(named.id), config::json_text(named.entity->name), named.counts, named.denied);
  const auto part = [](const std::optional<double>& value) {
    return value ? fmt::format("{}", *value) : std::string("null");
  };
  const TopicScore::Parts& parts = one.scoring.parts;
  std::cout << fmt::format(
      "{{\"topic\": {}, \"name\": {}, \"definition\": {}, \"headline\": {}, \"score\": {}, \"rule\": {},\n  \"parts\": "
      "{{\"query\": {}, \"terms\": {}, \"entities\": {}}}, \"threshold\": {}, \"sum\": {},\n  \"match\": [{}],\n  "
      "\"terms\": [{}],\n  \"entities\": [{}]}}\n",
      config::json_text(one.topic.id), config::json_text(one.topic.name), config::json_text(one.topic.definition),
      config::json_text(one.article.headline), one.scoring.score, config::json_text(rule_text(one)), part(parts.query),
      part(parts.terms), part(parts.entities), one.topic.threshold, one.scoring.sum, tree, terms, entities);
}

}  // namespace

int explain_topic(const Globals& globals, const std::string& id, const std::string& file, const std::string& format) {
  const auto configuration = load_or_explain(globals);
  if (!configuration) return kConfiguration;
  const Knowledge& knowledge = *configuration->knowledge.knowledge;
  const Topic* topic = knowledge.topics->find(id);
  if (topic == nullptr) {
    const std::string near = config::nearest(id, knowledge.topics->ids());
    std::cerr << fmt::format("newsmill: no topic \"{}\"{}\n  hint: `newsmill topics explain` lists them\n", id,
                             near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near));
    return kNoInput;
  }
  ArticleReader reader(*configuration);
  std::string why;
  const Batch::Item* item = reader.next(file, why);
  if (item == nullptr) {
    std::cerr << "newsmill: " << why << '\n';
    return kNoInput;
  }
  if (item->error) {
    std::cerr << printable(fmt::format("newsmill: {} becomes a dead letter ({}): found {}, expected {}\n", file,
                                       code_name(item->error->code), item->error->found, item->error->expected));
    return kBadData;
  }
  const Article& article = item->article;
  const Source* source = knowledge.sources->find(article.source);
  const std::string_view country = source ? std::string_view(source->country) : std::string_view();
  Explanation one{*knowledge.topics, *topic, article, {}, {}};
  score_topics::Scorer scorer(knowledge.topics);
  Budget budget;
  const auto index = static_cast<std::uint32_t>(topic - knowledge.topics->all().data());
  if (!scorer.look(article, country, budget) || !scorer.score(index, one.scoring, budget)) {
    std::cerr << "newsmill: the article costs more work units than one may\n";
    return kBadData;
  }
  if (topic->match)
    one.tree = ClauseTree::of(*knowledge.topics, knowledge.topics->queries()->text(*topic->match), topic->dialect,
                              article, country);
  format == "json" ? print_json(one) : print(one);
  return kOk;
}

}  // namespace newsmill::cli
