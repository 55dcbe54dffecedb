#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/exit.h"
#include "cli/hosting.h"
#include "consumer/kafka/dedup_log.h"
#include "consumer/kafka/lane_ports.h"
#include "consumer/reload.h"
#include "consumer/service.h"

#include <utility>

namespace newsmill::cli {
namespace {

/// SIGHUP. `knowledge` changes when what was read is right.
std::optional<consumer::Workers::MakeChain> reload(const config::Loaded& loaded, consumer::Logger& log,
                                                   std::shared_ptr<const Knowledge>& knowledge, std::string& why) {
  auto read = consumer::reload_knowledge(loaded, log, why);
  if (!read) return std::nullopt;
  knowledge = std::move(read);
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
                          .open_dedup = [&] { return kafka::open_dedup_log(loaded.settings, log); },
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
      "SIGTERM ends after what was read is committed, a second one at once; SIGHUP reads sources, lexicons, names and topics anew.");
  command->callback([&] { action = [&globals] { return run(globals); }; });
}

}  // namespace newsmill::cli
