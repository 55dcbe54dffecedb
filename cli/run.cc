#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/exit.h"
#include "cli/hosting.h"
#include "consumer/kafka/lane_ports.h"
#include "consumer/service.h"

#include <fmt/format.h>

#include <iostream>

namespace newsmill::cli {
namespace {

/// "topics/port.yaml:3:8: a bracket is not closed (3 errors in 2 files)".
std::string first_error(const config::Diagnostics& diagnostics) {
  for (const config::Diagnostic& finding : diagnostics.sorted())
    if (finding.severity == config::Diagnostic::Severity::error)
      return fmt::format("{}:{}:{}: {} ({})", finding.file, finding.line, finding.column, finding.message, diagnostics.sum());
  return {};
}

/// SIGHUP: the files of the knowledge anew, the settings as they were at the start. `knowledge` changes when they
/// are right; else `why` is the first finding and how many there are.
std::optional<consumer::Workers::MakeChain> reload(const config::Loaded& loaded, consumer::Logger& log,
                                                   std::shared_ptr<const Knowledge>& knowledge, std::string& why) {
  config::Diagnostics diagnostics;
  const consumer::LoadedKnowledge read = consumer::load_knowledge(loaded, diagnostics);
  for (const config::Diagnostic& finding : diagnostics.all()) {
    const bool error = finding.severity == config::Diagnostic::Severity::error;
    const consumer::Logger::Fields fields = {{"code", finding.code},
                                             {"file", finding.file},
                                             {"line", finding.line},
                                             {"column", finding.column},
                                             {"hint", finding.hint}};
    log.write(error ? consumer::Logger::Level::error : consumer::Logger::Level::warning, "reload", finding.message, fields);
  }
  if (diagnostics.has_errors()) {
    why = first_error(diagnostics);
    return std::nullopt;
  }
  knowledge = read.knowledge;
  return chain_of(loaded.settings, knowledge);
}

int run(const Globals& globals) {
  const consumer::Signals signals;
  const std::optional<Configuration> configuration = load_or_explain(globals);
  if (!configuration) return kConfiguration;
  const config::Loaded& loaded = configuration->loaded;
  consumer::Logger log(loaded.settings.log);
  std::shared_ptr<const Knowledge> knowledge = configuration->knowledge.knowledge;  // in use
  return consumer::serve({.settings = loaded.settings,
                          .open = kafka::open_ports(loaded.settings, log),
                          .chain = chain_of(loaded.settings, knowledge),
                          .signals = signals,
                          .log = log,
                          .configuration_hash = loaded.hash,
                          .reload = [&](std::string& why) { return reload(loaded, log, knowledge, why); },
                          .known = [&] { return known_of(*knowledge); },
                          .on_started = {},
                          .on_committed = {},
                          .finished = {},
                          .end_now = {}});
}

}  // namespace

void add_run(CLI::App& app, Globals& globals, Action& action) {
  auto* command = app.add_subcommand("run", "Read raw articles from Kafka and write clean records back, exactly once");
  command->footer(
      "SIGTERM ends after what was read is committed, a second one at once; SIGHUP reads sources, lexicons and topics anew.");
  command->callback([&] { action = [&globals] { return run(globals); }; });
}

}  // namespace newsmill::cli
