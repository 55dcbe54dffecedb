#include "processors/score_topics/topic_reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "config/scalar_place.h"
#include "processors/score_topics/query_parser.h"
#include "processors/score_topics/query_text.h"
#include "processors/score_topics/strength.h"

namespace newsmill::score_topics {
namespace {

using config::Node;
using config::Reader;

constexpr double kMostWeight = 10'000, kMostThreshold = 1'000'000;
constexpr std::size_t kMostIdBytes = 100;      // at most 50 ids go into one header of a record
constexpr std::size_t kManyWildcards = 200;    // of one query; more are rather a list of words
constexpr std::int64_t kMostHits = 1'000'000;
constexpr std::int64_t kMostCooldown = 30LL * 24 * 60 * 60 * 1000;

bool is_id(std::string_view id) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto inner = [&](char c) { return plain(c) || c == '.' || c == '_' || c == '-'; };
  return !id.empty() && id.size() <= kMostIdBytes && plain(id[0]) && std::ranges::all_of(id, inner);
}

/// Scheme, colon, and what is no white space: "wd:Q58217".
bool is_entity_id(std::string_view id) {
  const std::size_t colon = id.find(':');
  return colon != std::string_view::npos && colon > 0 && colon + 1 < id.size() &&
         std::ranges::all_of(id.substr(0, colon), [](char c) { return c >= 'a' && c <= 'z'; }) &&
         std::ranges::none_of(id, [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

bool is_media_topic(std::string_view code) {
  constexpr std::string_view kScheme = "medtop:";
  return code.starts_with(kScheme) && code.size() == kScheme.size() + 8 &&
         std::ranges::all_of(code.substr(kScheme.size()), [](char c) { return c >= '0' && c <= '9'; });
}

std::size_t wildcards(const Query& query) {
  return static_cast<std::size_t>(std::ranges::count(query.terms, true, &QueryTerm::wildcard));
}

bool is_null(const Node* node) { return node == nullptr || node->kind == Node::Kind::null; }

/// Also for a condition that is wrong and was reported.
bool asks_for_entities(const Node* node) {
  return !is_null(node) &&
         (node->kind != Node::Kind::map || !is_null(node->find("any")) || !is_null(node->find("all")));
}

}  // namespace

TopicReader::TopicReader(config::Diagnostics& diagnostics) : diagnostics_(diagnostics), errors_before_(errors()) {}

std::size_t TopicReader::errors() const {
  return static_cast<std::size_t>(
      std::ranges::count(diagnostics_.all(), config::Diagnostic::Severity::error, &config::Diagnostic::severity));
}

void TopicReader::read(const config::Document& document) {
  const Node& root = document.root();
  if (root.kind == Node::Kind::null) return;  // every topic in it is a comment
  if (root.kind != Node::Kind::list) return read_topic(document, root, "");
  std::size_t number = 0;
  for (const Node& node : root.items) read_topic(document, node, fmt::format("[{}]", number++));
}

void TopicReader::read_topic(const config::Document& document, const Node& node, std::string path) {
  Reader reader(document, node, std::move(path), diagnostics_);
  Topic topic;
  topic.file = document.name(), topic.line = node.line;
  topic.id = read_id(reader, document);
  topic.name = reader.text("name", topic.id);
  for (const auto& [key, value] : reader.entries("labels")) {
    if (value.kind == Node::Kind::scalar) topic.labels.emplace_back(key.text, value.text);
    else reader.report(value, "labels." + key.text, "E105", "expected a single value, found " + config::shown(value));
  }
  topic.iptc = reader.text("iptc");
  if (!topic.iptc.empty() && !is_media_topic(topic.iptc))
    reader.report(*reader.find("iptc"), "iptc", "E404",
                  "found " + config::shown(topic.iptc) + ", expected a code of IPTC's Media Topics",
                  "write medtop: and eight digits, such as medtop:20000423");
  const Dialect dialect = reader.choice("dialect", 0, {"strict", "lucene"}) == 0 ? Dialect::strict : Dialect::lucene;
  topic.dialect = dialect;
  const bool denies_only = read_match(reader, topic, document, dialect);
  read_terms(reader, topic, document, dialect);
  read_entities(reader, topic, document);
  // Not having something speaks for an article only where nothing else is asked.
  topic.denies_only = denies_only && (!topic.terms.empty() || topic.entities.asks());
  topic.combine = reader.choice("combine", 0, {"any", "all"}) == 0 ? Topic::Combine::any : Topic::Combine::all;
  read_alert(reader, topic, document);
  if (const Node* model = node.find("model"))
    reader.report(*model, "model", "E101", "unknown key: topics are scored by match, terms and entities",
                  "take `model` out: trained classifiers are not part of this version"),
        reader.find("model");
  if (is_null(node.find("match")) && is_null(node.find("terms")) && !asks_for_entities(node.find("entities")))
    diagnostics_.add(document.at(node, "E402", "this topic asks nothing of an article",
                                 "give it `match`, `terms` or `entities` with `any` or `all`"));
  reader.finish();
  topics_.push_back(std::move(topic));
}

std::string TopicReader::read_id(Reader& reader, const config::Document& document) {
  if (!reader.require("topic")) return {};
  const Node& node = *reader.find("topic");
  std::string id = reader.text("topic");
  if (!is_id(id)) {
    reader.report(node, "topic", "E401", "found " + config::shown(node) + ", which is no id of a topic",
                  fmt::format("small letters and digits, and between them \".\", \"_\" and \"-\"; at most {} of them",
                              kMostIdBytes));
    return id;
  }
  const auto [first, fresh] = seen_.emplace(id, fmt::format("{}:{}", document.name(), node.line));
  if (!fresh)
    reader.report(node, "topic", "E401", fmt::format("the id \"{}\" is taken by the topic at {}", id, first->second),
                  "each topic has an id of its own");
  return id;
}

std::optional<Query> TopicReader::parse(const config::Document& document, const Node& node, Dialect dialect) {
  ParsedQuery parsed = parse_query(node.text, dialect);
  const Written written{&document, &node};
  for (const QueryFinding& finding : parsed.findings) report(written, finding);
  if (!parsed.ok()) return std::nullopt;
  if (const std::size_t count = wildcards(parsed.query); count > kManyWildcards)
    report(written, {.severity = QueryFinding::Severity::warning,
                     .message = fmt::format("{} words with wildcards in one query", count),
                     .hint = "they are all looked for; a list of terms is easier to weigh and to explain"});
  return std::move(parsed.query);
}

QueryId TopicReader::add(Query query, const Written& written, Topics::Use::Role role, std::uint32_t term,
                         std::string name) {
  QueryMeaning meaning{normal_form(query), {}};
  for (const Query::Node& node : query.nodes)
    if (node.kind == Query::Kind::topic) meaning.names.push_back(query.values[node.value]);
  if (Strengths::needs_tree(query)) trees_.emplace(static_cast<std::uint32_t>(written_.size()), query);
  written_.push_back(written);
  uses_.push_back({role, static_cast<std::uint32_t>(topics_.size()), term});
  meanings_.push_back(std::move(meaning));
  return builder_.add(std::move(query), std::move(name));
}

bool TopicReader::read_match(Reader& reader, Topic& topic, const config::Document& document, Dialect dialect) {
  const Node* node = reader.find("match");
  if (is_null(node)) return false;
  if (node->kind != Node::Kind::scalar) {
    reader.report(*node, "match", "E105", "expected one query, found " + config::shown(*node),
                  "a long query goes over several lines behind \"match: |\"");
    return false;
  }
  std::optional<Query> query = parse(document, *node, dialect);
  if (!query) return false;
  const Query kept = *query;
  topic.match = add(std::move(*query), {&document, node}, Topics::Use::Role::match, 0, topic.id);
  return read_vetoes(kept, topic, {&document, node});
}

bool TopicReader::read_vetoes(const Query& match, Topic& topic, const Written& written) {
  const Query::Node& root = match.nodes[match.root];
  std::vector<const Query::Node*> sides;
  if (root.kind == Query::Kind::both)
    for (const std::uint32_t kid : match.kids_of(root)) sides.push_back(&match.nodes[kid]);
  else
    sides.push_back(&root);
  for (const Query::Node* side : sides) {
    if (side->kind != Query::Kind::negation) continue;
    const Query::Node& denied = match.nodes[match.kids_of(*side)[0]];
    ParsedQuery parsed = parse_query(match.clause(denied), match.dialect);
    if (!parsed.ok()) continue;  // it was sound as a part of the whole
    topic.vetoes.push_back(add(std::move(parsed.query), {written.document, written.node, denied.begin},
                               Topics::Use::Role::veto, 0));
  }
  return topic.vetoes.size() == sides.size();
}

void TopicReader::read_terms(Reader& reader, Topic& topic, const config::Document& document, Dialect dialect) {
  const Node* node = reader.find("terms");
  if (is_null(node)) return;
  Reader terms(document, *node, reader.path("terms"), diagnostics_);
  if (terms.require("threshold")) topic.threshold = terms.number("threshold", 1, 0, kMostThreshold);
  if (topic.threshold <= 0 && !is_null(node->find("threshold")))
    terms.report(*node->find("threshold"), "threshold", "E103", "expected a number above 0"), topic.threshold = 1;
  terms.require("list");
  std::size_t number = 0;
  for (const Node& item : terms.items("list")) {
    Reader one(document, item, terms.path(fmt::format("list[{}]", number++)), diagnostics_);
    const double weight = one.require("w") ? one.number("w", 0, -kMostWeight, kMostWeight) : 0;
    const auto most = static_cast<std::uint32_t>(one.integer("max", 0, {0, kMostHits}));
    if (one.require("q")) {
      const Node& q = *one.find("q");
      const std::vector<Node>* queries = q.kind == Node::Kind::list ? &q.items : nullptr;
      for (std::size_t i = 0; i < (queries ? queries->size() : 1); ++i) {
        const Node& text = queries ? (*queries)[i] : q;
        if (text.kind != Node::Kind::scalar) {
          one.report(text, "q", "E105", "expected a query or a list of queries, found " + config::shown(text));
          continue;
        }
        std::optional<Query> query = parse(document, text, dialect);
        if (!query) continue;
        const auto term = static_cast<std::uint32_t>(topic.terms.size());
        topic.terms.push_back(
            {add(std::move(*query), {&document, &text}, Topics::Use::Role::term, term), weight, most});
      }
    }
    one.finish();
  }
  terms.finish();
}

std::vector<std::string> TopicReader::entity_ids(Reader& reader, std::string_view key) {
  std::vector<std::string> ids;
  for (const Node& item : reader.items(key)) {
    if (item.kind == Node::Kind::scalar && is_entity_id(item.text)) {
      ids.push_back(item.text);
      continue;
    }
    reader.report(item, key, "E403", "found " + config::shown(item) + ", expected the id of an entity",
                  "ids carry their scheme: wd:Q58217, gn:5879400, iso:CN, watch:acme");
  }
  return ids;
}

void TopicReader::read_entities(Reader& reader, Topic& topic, const config::Document& document) {
  const Node* node = reader.find("entities");
  if (is_null(node)) return;
  Reader entities(document, *node, reader.path("entities"), diagnostics_);
  topic.entities.any = entity_ids(entities, "any");
  topic.entities.all = entity_ids(entities, "all");
  topic.entities.none = entity_ids(entities, "none");
  topic.entities.min_salience = entities.number("min_salience", 0, 0, 1);
  entities.finish();
}

void TopicReader::read_alert(Reader& reader, Topic& topic, const config::Document& document) {
  const Node* node = reader.find("alert");
  if (is_null(node)) return;
  Reader alert(document, *node, reader.path("alert"), diagnostics_);
  AlertRule rule;
  rule.min_score = alert.number("min_score", rule.min_score, 0.5, 1);  // below 0.5 no topic is in a record
  rule.per = alert.choice("per", 0, {"story", "article"}) == 0 ? AlertRule::Per::story : AlertRule::Per::article;
  rule.cooldown = alert.duration("cooldown", rule.cooldown, {0, kMostCooldown});
  rule.severity = static_cast<AlertRule::Severity>(
      alert.choice("severity", static_cast<std::size_t>(rule.severity), {"info", "warning", "critical"}));
  alert.finish();
  topic.alert = rule;
}

void TopicReader::report(const Written& written, const QueryFinding& finding) {
  const Node place = config::place_in(*written.document, *written.node, written.at + finding.offset);
  const bool warning = finding.severity == QueryFinding::Severity::warning;
  config::Diagnostic diagnostic =
      written.document->at(place, warning ? "E406" : "E405", finding.message, finding.hint);
  if (warning) diagnostic.severity = config::Diagnostic::Severity::warning;
  diagnostics_.add(std::move(diagnostic));
}

Topics TopicReader::finish() {
  QuerySetBuilder::Built built = builder_.build();
  for (const QuerySetBuilder::Finding& finding : built.findings)
    report(written_[static_cast<std::size_t>(finding.query)], finding.finding);
  if (!built.set || errors() > errors_before_) return Topics();
  std::unordered_map<std::string_view, QueryId> named;
  for (const Topic& topic : topics_)
    if (topic.match) named.emplace(topic.id, *topic.match);
  for (Topic& topic : topics_) {
    topic.definition = definition_of(topic, meanings_, [&](std::string_view name) -> const QueryMeaning* {
      const auto found = named.find(name);
      return found == named.end() ? nullptr : &meanings_[static_cast<std::size_t>(found->second)];
    });
  }
  return {std::move(topics_), std::move(uses_), std::move(built.set), std::move(trees_)};
}

}  // namespace newsmill::score_topics
