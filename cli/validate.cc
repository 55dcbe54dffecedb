#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/exit.h"
#include "cli/topic_cases.h"
#include "cli/topic_folder.h"
#include "config/document.h"
#include "config/file.h"
#include "config/json_text.h"
#include "consumer/kafka/connection.h"
#include "consumer/log.h"
#include "processors/core/sources.h"
#include "processors/normalize/lexicon.h"
#include "processors/score_topics/topics.h"
#include "processors/tag_entities/watchlist.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <sstream>

namespace newsmill::cli {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string format;
  bool deny_warnings = false, connect = false;
};

struct Checked {
  std::string file, kind;
  std::size_t count = 0;  ///< of the topics or documents in it
};

enum class Kind { settings, sources, lexicon, watchlist, topics, topic_tests };

/// What kind of file an operator handed over, by the keys it holds at the top.
Kind kind_of(const config::Document& document) {
  const config::Node& root = document.root();
  if (score_topics::is_topic_test(document.name())) return Kind::topic_tests;
  if (root.kind == config::Node::Kind::list || root.find("topic")) return Kind::topics;
  if (root.find("entities")) return Kind::watchlist;
  if (root.find("rows") || root.find("agencies")) return Kind::lexicon;
  if (root.find("country_domains")) return Kind::sources;
  const config::Node* sources = root.find("sources");
  const bool section = sources && (sources->kind != config::Node::Kind::map || sources->find("file"));
  return sources && !section && root.entries.size() == 1 ? Kind::sources : Kind::settings;
}

std::size_t topics_in(const std::string& file, const score_topics::Topics& topics) {
  return static_cast<std::size_t>(std::ranges::count(topics.all(), file, &score_topics::Topic::file));
}

void add_knowledge(const Configuration& configuration, std::vector<Checked>& checked) {
  for (const auto& used : configuration.knowledge.files)
    checked.push_back({used, "knowledge", topics_in(used, *configuration.knowledge.knowledge->topics)});
}

/// The files of topics and their tests in a folder, in order; any other path as it is.
std::vector<std::string> files_of(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return {path};
  std::vector<std::string> files = config::files_in(path, config::is_yaml, error);
  return files.empty() ? std::vector{path} : files;
}

/// A file of topics among those of its folder, to which it may refer, or the documents that test them.
/// What is wrong in the others is theirs to say.
void check_topics(const config::Document& document, Kind kind, config::Diagnostics& diagnostics,
                  std::vector<Checked>& checked) {
  config::Diagnostics all;
  std::vector<config::Document> documents;
  const std::filesystem::path name = document.name();
  std::error_code error;
  for (const std::string& path : config::files_in(folder_of(document.name()), config::is_yaml, error))
    if (!score_topics::is_topic_test(path) && std::filesystem::path(path).filename() != name.filename())
      documents.push_back(config::Document::open(path, all));
  if (kind == Kind::topics) documents.push_back(document);
  const score_topics::Topics topics = score_topics::Topics::read(documents, all);
  for (const auto& finding : all.all())
    if (finding.file == document.name()) diagnostics.add(finding);
  if (kind == Kind::topics) {
    checked.push_back({document.name(), "topics", topics_in(document.name(), topics)});
    return;
  }
  const auto cases = read_topic_cases(document, topics.ids(), diagnostics);
  checked.push_back({document.name(), "topic tests", cases.size()});
}

/// Checks one file, with what it refers to; a file of knowledge by itself.
void check(const std::string& file, const Globals& globals, config::Diagnostics& diagnostics,
           std::vector<Checked>& checked) {
  config::Diagnostics first;  // load() reads a configuration once more and reports what is in here
  const config::Document document = config::Document::open(file, first);
  const Kind kind = kind_of(document);
  if (kind == Kind::settings) {
    checked.push_back({file, "configuration"});
    std::vector<std::string> configs = globals.configs;
    configs.push_back(file);
    const Configuration configuration = load_configuration(configs, globals.sets, diagnostics);
    add_knowledge(configuration, checked);
    return;
  }
  for (const auto& finding : first.all()) diagnostics.add(finding);
  if (kind == Kind::topics || kind == Kind::topic_tests) {
    check_topics(document, kind, diagnostics, checked);
  } else if (kind == Kind::sources) {
    checked.push_back({file, "sources"});
    Sources::read(document, diagnostics);
  } else if (kind == Kind::watchlist) {
    checked.push_back({file, "watchlist"});
    tag_entities::Watchlist::read(document, nullptr, diagnostics);
  } else {
    checked.push_back({file, "lexicon"});
    normalize::Lexicons::read(std::span(&document, 1), diagnostics);
  }
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

using Result = kafka::ConnectFinding::Result;

const char* word(Result result) {
  return result == Result::good ? "ok" : result == Result::warning ? "warning" : "error";
}

/// Asks the cluster; every answer is printed as it comes. Nothing but the configuration may be at
/// fault for it to be a matter of configuration: a cluster that does not answer is kUnavailable.
int connect(const Options& options, const config::Settings& settings) {
  config::Settings::Log quiet = settings.log;
  quiet.level = config::Settings::Log::Level::error;
  consumer::Logger log(quiet);
  const bool json = options.format == "json";
  const char* between = "[";
  Result worst = Result::good;
  bool answered = true;
  kafka::check_connection(settings, log, [&](const kafka::ConnectFinding& finding) {
    worst = std::max(worst, finding.result);
    answered = answered && !(finding.subject == "brokers" && finding.result == Result::bad);
    if (json) {
      std::cout << fmt::format(
          "{}\n  {{\"result\": \"{}\", \"subject\": {}, \"found\": {}, \"expected\": {}, \"hint\": {}}}", between,
          word(finding.result), config::json_text(finding.subject), config::json_text(finding.found),
          config::json_text(finding.expected), config::json_text(finding.hint));
      between = ",";
      return;
    }
    std::cout << fmt::format("{}: {}: {}", finding.subject, word(finding.result), finding.found);
    if (!finding.expected.empty()) std::cout << ", expected " << finding.expected;
    std::cout << '\n';
    if (!finding.hint.empty()) std::cout << "  hint: " << finding.hint << '\n';
    std::cout.flush();
  });
  if (json) std::cout << (*between == '[' ? "[]" : "\n]");
  if (worst == Result::bad) return answered ? kConfiguration : kUnavailable;
  return worst == Result::warning && options.deny_warnings ? kFindings : kOk;
}

int validate(const Options& options, const Globals& globals) {
  config::Diagnostics diagnostics;
  std::vector<Checked> checked;
  for (const auto& path : options.files)
    for (const auto& file : files_of(path)) check(file, globals, diagnostics, checked);
  if (options.connect && std::ranges::count(checked, "configuration", &Checked::kind) > 1) {
    std::cerr << "newsmill: --connect takes one configuration\n  hint: name one newsmill.yaml, or none and --config\n";
    return kUsage;
  }
  if (options.files.empty()) {
    for (const auto& file : globals.configs) checked.push_back({file, "configuration"});
    if (globals.configs.empty()) checked.push_back({"defaults", "configuration"});
    const Configuration configuration = load_configuration(globals.configs, globals.sets, diagnostics);
    add_knowledge(configuration, checked);
  }
  // What has findings but is no file of its own: --set.
  for (const auto& finding : diagnostics.all())
    if (std::ranges::find(checked, finding.file, &Checked::file) == checked.end())
      checked.push_back({finding.file, "command line"});

  const auto count = [&](const std::string& file, config::Diagnostic::Severity severity) {
    return static_cast<std::size_t>(std::ranges::count_if(
        diagnostics.all(), [&](const config::Diagnostic& d) { return d.file == file && d.severity == severity; }));
  };
  std::vector<std::string> seen;  // built-in files serve several configurations
  std::string json;
  for (const auto& [file, kind, number] : checked) {
    if (std::ranges::find(seen, file) != seen.end()) continue;
    seen.push_back(file);
    const std::size_t errors = count(file, config::Diagnostic::Severity::error);
    const std::size_t warnings = count(file, config::Diagnostic::Severity::warning);
    if (options.format == "json") {
      json += fmt::format("{}\n  {{\"file\": {}, \"kind\": {}, \"errors\": {}, \"warnings\": {}{}}}",
                          json.empty() ? "" : ",", config::json_text(file), config::json_text(kind), errors, warnings,
                          number > 0 ? fmt::format(", \"count\": {}", number) : "");
      continue;
    }
    std::string result = errors > 0 ? counted(errors, "error") : "ok";
    if (warnings > 0) result += ", " + counted(warnings, "warning");
    if (number > 0) result += ", " + counted(number, kind == "topic tests" ? "document" : "topic");
    std::cout << fmt::format("{}: {}\n", file, result);
  }
  if (options.format == "json") {
    std::ostringstream findings;
    diagnostics.print_json(findings);
    std::string list = findings.str();
    list.pop_back();  // its line end
    std::cout << fmt::format("{{\"files\": [{}\n], \"findings\": {}", json, list);
  } else {
    std::cout.flush();
    diagnostics.print(std::cerr, colors());
  }
  int code = diagnostics.has_errors()                              ? kConfiguration
             : options.deny_warnings && !diagnostics.all().empty() ? kFindings
                                                                   : kOk;
  if (options.connect && !diagnostics.has_errors()) {
    if (options.format == "json") std::cout << ", \"connection\": ";
    std::vector<std::string> configs = globals.configs;
    for (const auto& [file, kind, number] : checked)
      if (kind == "configuration" && !options.files.empty()) configs.push_back(file);
    config::Diagnostics printed;  // they are, above
    code = std::max(code, connect(options, config::load(configs, globals.sets, printed).settings));
  }
  if (options.format == "json") std::cout << "}\n";
  return code;
}

}  // namespace

void add_validate(CLI::App& app, Globals& globals, Action& action) {
  auto* command =
      app.add_subcommand("validate", "Check configuration files; refuses everything that `run` would refuse");
  auto options = std::make_shared<Options>();
  command->add_option("files", options->files,
                      "newsmill.yaml, sources.yaml, lexicons, a watchlist, topics and their tests, told apart by their "
                      "keys, or a folder of topics; without any, --config")
      ->type_name("FILE");
  command->add_flag("--connect", options->connect,
                    "Ask the cluster too: brokers, password, topics, rights. Takes --config or one newsmill.yaml");
  command->add_flag("--deny-warnings", options->deny_warnings, "Exit 1 when there are warnings");
  add_format(*command, options->format);
  command->callback([&, options] { action = [&globals, options] { return validate(*options, globals); }; });
}

}  // namespace newsmill::cli
