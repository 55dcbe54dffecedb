#pragma once
#include "cli/command.h"
#include "config/diagnostic.h"
#include "config/load.h"
#include "consumer/knowledge.h"

#include <optional>

namespace newsmill::cli {

/// Everything a configuration holds: settings, checked with librdkafka too, and the knowledge.
struct Configuration {
  config::Loaded loaded;
  consumer::LoadedKnowledge knowledge;
};

/// The one way in for every command, so that `validate` refuses exactly what `run` would. All
/// findings of all files go to `diagnostics`.
Configuration load_configuration(const std::vector<std::string>& configs, const std::vector<std::string>& sets,
                                 config::Diagnostics& diagnostics);

/// The same; findings are printed to standard error, and with errors there is nothing.
std::optional<Configuration> load_or_explain(const Globals& globals);

/// How a command that asks one question and ends logs: only what went wrong, unless the configuration
/// says otherwise; its answer tells the rest.
config::Settings::Log log_of(const config::Loaded& loaded);

/// True when standard error takes colours: a terminal, and neither NO_COLOR nor TERM=dumb is set.
bool colors();

}  // namespace newsmill::cli
