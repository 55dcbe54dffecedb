#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/exit.h"
#include "config/document.h"
#include "config/json_text.h"
#include "processors/core/sources.h"
#include "processors/normalize/lexicon.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <sstream>

namespace newsmill::cli {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string format;
  bool deny_warnings = false;
};

struct Checked {
  std::string file, kind;
};

enum class Kind { settings, sources, lexicon };

/// What kind of file an operator handed over, by the keys it holds at the top.
Kind kind_of(const config::Document& document) {
  const config::Node& root = document.root();
  if (root.find("rows") || root.find("agencies")) return Kind::lexicon;
  if (root.find("country_domains")) return Kind::sources;
  const config::Node* sources = root.find("sources");
  const bool section = sources && (sources->kind != config::Node::Kind::map || sources->find("file"));
  return sources && !section && root.entries.size() == 1 ? Kind::sources : Kind::settings;
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
    for (const auto& used : configuration.knowledge.files) checked.push_back({used, "knowledge"});
    return;
  }
  for (const auto& finding : first.all()) diagnostics.add(finding);
  if (kind == Kind::sources) {
    checked.push_back({file, "sources"});
    Sources::read(document, diagnostics);
  } else {
    checked.push_back({file, "lexicon"});
    normalize::Lexicons::read(std::span(&document, 1), diagnostics);
  }
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

int validate(const Options& options, const Globals& globals) {
  config::Diagnostics diagnostics;
  std::vector<Checked> checked;
  for (const auto& file : options.files) check(file, globals, diagnostics, checked);
  if (options.files.empty()) {
    for (const auto& file : globals.configs) checked.push_back({file, "configuration"});
    if (globals.configs.empty()) checked.push_back({"defaults", "configuration"});
    const Configuration configuration = load_configuration(globals.configs, globals.sets, diagnostics);
    for (const auto& used : configuration.knowledge.files) checked.push_back({used, "knowledge"});
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
  for (const auto& [file, kind] : checked) {
    if (std::ranges::find(seen, file) != seen.end()) continue;
    seen.push_back(file);
    const std::size_t errors = count(file, config::Diagnostic::Severity::error);
    const std::size_t warnings = count(file, config::Diagnostic::Severity::warning);
    if (options.format == "json") {
      json += fmt::format("{}\n  {{\"file\": {}, \"kind\": {}, \"errors\": {}, \"warnings\": {}}}",
                          json.empty() ? "" : ",", config::json_text(file), config::json_text(kind), errors, warnings);
      continue;
    }
    std::string result = errors > 0 ? counted(errors, "error") : "ok";
    if (warnings > 0) result += ", " + counted(warnings, "warning");
    std::cout << fmt::format("{}: {}\n", file, result);
  }
  if (options.format == "json") {
    std::ostringstream findings;
    diagnostics.print_json(findings);
    std::cout << fmt::format("{{\"files\": [{}\n], \"findings\": {}}}\n", json, findings.str());
  } else {
    std::cout.flush();
    diagnostics.print(std::cerr, colors());
  }
  if (diagnostics.has_errors()) return kConfiguration;
  return options.deny_warnings && !diagnostics.all().empty() ? kFindings : kOk;
}

}  // namespace

void add_validate(CLI::App& app, Globals& globals, Action& action) {
  auto* command =
      app.add_subcommand("validate", "Check configuration files; refuses everything that `run` would refuse");
  auto options = std::make_shared<Options>();
  command->add_option("files", options->files,
                      "newsmill.yaml, sources.yaml or lexicons, told apart by their keys; without any, --config")
      ->type_name("FILE");
  command->add_flag("--deny-warnings", options->deny_warnings, "Exit 1 when there are warnings");
  add_format(*command, options->format);
  command->callback([&, options] { action = [&globals, options] { return validate(*options, globals); }; });
}

}  // namespace newsmill::cli
