#include "cli/configuration.h"

#include "consumer/kafka/client.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace newsmill::cli {

namespace {

void check_client(const config::Loaded& loaded, config::Diagnostics& diagnostics) {
  const auto& client = loaded.settings.kafka.client;
  if (client.empty()) return;  // librdkafka makes threads to find out what it thinks
  for (const kafka::ClientFinding& finding : kafka::check_client(client)) {
    const std::string path = finding.key.empty() ? "kafka.client" : "kafka.client." + finding.key;
    config::Diagnostic diagnostic = config::finding_at(loaded, path, "E112", path + ": " + finding.words, finding.hint);
    if (finding.warning) diagnostic.severity = config::Diagnostic::Severity::warning;
    diagnostics.add(std::move(diagnostic));
  }
}

}  // namespace

Configuration load_configuration(const std::vector<std::string>& configs, const std::vector<std::string>& sets,
                                 config::Diagnostics& diagnostics) {
  Configuration configuration;
  configuration.loaded = config::load(configs, sets, diagnostics);
  check_client(configuration.loaded, diagnostics);
  configuration.knowledge = consumer::load_knowledge(configuration.loaded, diagnostics);
  return configuration;
}

std::optional<Configuration> load_or_explain(const Globals& globals) {
  config::Diagnostics diagnostics;
  Configuration configuration = load_configuration(globals.configs, globals.sets, diagnostics);
  diagnostics.print(std::cerr, colors());
  if (diagnostics.has_errors()) return std::nullopt;
  return configuration;
}

config::Settings::Log log_of(const config::Loaded& loaded) {
  config::Settings::Log log = loaded.settings.log;
  if (loaded.origin("log.level").kind == config::Origin::Kind::builtin) log.level = config::Settings::Log::Level::error;
  return log;
}

bool colors() {
  const char *none = std::getenv("NO_COLOR"), *terminal = std::getenv("TERM");
  return isatty(STDERR_FILENO) && (none == nullptr || *none == '\0') && terminal != nullptr &&
         std::string_view(terminal) != "dumb";
}

}  // namespace newsmill::cli
