#include "cli/command.h"
#include "cli/exit.h"
#include "cli/topic_folder.h"
#include "config/json_text.h"
#include "config/value.h"
#include "processors/score_topics/anchors.h"
#include "processors/score_topics/query_parser.h"
#include "processors/score_topics/query_text.h"
#include "processors/score_topics/topics.h"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <memory>

namespace newsmill::cli {
namespace {

using score_topics::Anchors;
using score_topics::AlertRule;
using score_topics::QueryId;
using score_topics::Topic;
using score_topics::Topics;

struct Options {
  std::string file, format;
};

struct Explained {
  std::string normal;
  Anchors anchors;
};

Explained explained(const Topics& topics, const Topic& topic, QueryId id) {
  return {score_topics::normal_form(score_topics::parse_query(topics.queries()->text(id), topic.dialect).query),
          score_topics::anchors_of(*topics.queries(), id)};
}

std::string asked(const Anchors& anchors) {
  if (anchors.always) return "every article, since nothing has to be in it: costly among many topics";
  return fmt::format("articles with {}{}", anchors.words.size() > 1 ? "one of: " : "", fmt::join(anchors.words, ", "));
}

std::string entities_text(const score_topics::EntityConditions& asked_for) {
  std::string text;
  const auto add = [&](std::string_view what, const std::vector<std::string>& ids) {
    if (!ids.empty()) text += fmt::format("{}{} of {}", text.empty() ? "" : ", ", what, fmt::join(ids, ", "));
  };
  add("any", asked_for.any), add("all", asked_for.all), add("none", asked_for.none);
  if (asked_for.min_salience > 0) text += fmt::format(", with a salience of {} at least", asked_for.min_salience);
  return text;
}

std::string rule(const Topic& topic) {
  const bool query = topic.match && !topic.denies_only;
  if (query && !topic.terms.empty())
    return topic.combine == Topic::Combine::all ? "the smaller of query and terms" : "1 - (1 - query)(1 - terms)";
  return query ? "query" : topic.terms.empty() ? "entities" : "terms";
}

std::string alert_text(const AlertRule& alert) {
  static constexpr std::string_view kPer[] = {"story", "article"}, kSeverity[] = {"info", "warning", "critical"};
  return fmt::format("from a score of {}, once per {}, cooldown {}, severity {}", alert.min_score,
                     kPer[static_cast<std::size_t>(alert.per)], config::duration_text(alert.cooldown),
                     kSeverity[static_cast<std::size_t>(alert.severity)]);
}

void print(const Topics& topics, const Topic& topic) {
  std::cout << fmt::format("{}: {} ({}:{}, definition {})\n", topic.id, topic.name, topic.file, topic.line,
                           topic.definition);
  const auto query = [&](const std::string& what, QueryId id) {
    const Explained one = explained(topics, topic, id);
    std::cout << fmt::format("  {}: {}\n    asked of {}\n", what, one.normal, asked(one.anchors));
  };
  if (topic.match) query("match", *topic.match);
  for (const score_topics::TopicTerm& term : topic.terms)
    query(fmt::format("weight {}{}", term.weight, term.most > 0 ? fmt::format(", at most {} hits", term.most) : ""),
          term.query);
  if (!topic.terms.empty()) std::cout << fmt::format("  threshold: {}\n", topic.threshold);
  if (const std::string text = entities_text(topic.entities); !text.empty())
    std::cout << "  entities: " << text << '\n';
  std::cout << "  score: " << rule(topic) << '\n';
  if (topic.alert) std::cout << "  alert: " << alert_text(*topic.alert) << '\n';
}

std::string json(const Topics& topics, const Topic& topic) {
  const auto query = [&](QueryId id) {
    const Explained one = explained(topics, topic, id);
    std::string words;
    for (const std::string& word : one.anchors.words) words += (words.empty() ? "" : ", ") + config::json_text(word);
    return fmt::format("\"query\": {}, \"normal\": {}, \"always\": {}, \"anchors\": [{}]",
                       config::json_text(topics.queries()->text(id)), config::json_text(one.normal), one.anchors.always,
                       words);
  };
  std::string terms;
  for (const score_topics::TopicTerm& term : topic.terms)
    terms += fmt::format("{}{{\"weight\": {}, \"max\": {}, {}}}", terms.empty() ? "" : ", ", term.weight, term.most,
                         query(term.query));
  return fmt::format(
      "{{\"topic\": {}, \"name\": {}, \"file\": {}, \"line\": {}, \"definition\": {}, \"match\": {}, "
      "\"threshold\": {}, \"terms\": [{}], \"entities\": {}, \"score\": {}}}",
      config::json_text(topic.id), config::json_text(topic.name), config::json_text(topic.file), topic.line,
      config::json_text(topic.definition), topic.match ? "{" + query(*topic.match) + "}" : "null", topic.threshold,
      terms, config::json_text(entities_text(topic.entities)), config::json_text(rule(topic)));
}

int explain(const Options& options, const Globals& globals) {
  const bool folder = std::filesystem::is_directory(options.file);
  config::Diagnostics diagnostics;
  const Configuration configuration =
      load_topic_folder(globals, options.file.empty() || folder ? options.file : folder_of(options.file), diagnostics);
  diagnostics.print(std::cerr, colors());
  if (diagnostics.has_errors()) return kConfiguration;
  const Topics& topics = *configuration.knowledge.knowledge->topics;
  const std::string name = std::filesystem::path(options.file).filename().string();
  std::string all;
  for (const Topic& topic : topics.all()) {
    if (!options.file.empty() && !folder && std::filesystem::path(topic.file).filename() != name) continue;
    if (options.format == "json") all += (all.empty() ? "\n  " : ",\n  ") + json(topics, topic);
    else print(topics, topic), all = "printed";
  }
  if (options.format == "json") std::cout << "[" << all << "\n]\n";
  if (!all.empty()) return kOk;
  std::cerr << fmt::format(
      "newsmill: \"{}\" is no file of topics\n  hint: topics are read from files that end in .yaml or .yml\n",
      options.file);
  return kNoInput;
}

}  // namespace

void add_topics(CLI::App& app, Globals& globals, Action& action) {
  auto* command = app.add_subcommand("topics", "Look into the topics that articles are scored for");
  command->require_subcommand(1);
  auto options = std::make_shared<Options>();
  auto* explains = command->add_subcommand(
      "explain", "How each topic of a file is read: queries in normal form, and which articles it is asked of");
  explains->add_option("file", options->file, "A file of topics or a folder; without it the built-in ones")
      ->type_name("FILE|FOLDER");
  add_format(*explains, options->format);
  explains->callback([&, options] { action = [&globals, options] { return explain(*options, globals); }; });
}

}  // namespace newsmill::cli
