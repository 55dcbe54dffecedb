#include "consumer/reload.h"

#include <fmt/format.h>

#include "consumer/knowledge.h"

namespace newsmill::consumer {
namespace {

std::string first_error(const config::Diagnostics& diagnostics) {
  for (const config::Diagnostic& finding : diagnostics.sorted())
    if (finding.severity == config::Diagnostic::Severity::error)
      return fmt::format("{}:{}:{}: {} ({})", finding.file, finding.line, finding.column, finding.message,
                         diagnostics.sum());
  return {};
}

}  // namespace

std::shared_ptr<const Knowledge> reload_knowledge(const config::Loaded& loaded, Logger& log, std::string& why) {
  config::Diagnostics diagnostics;
  LoadedKnowledge read = load_knowledge(loaded, diagnostics);
  for (const config::Diagnostic& finding : diagnostics.all()) {
    const bool error = finding.severity == config::Diagnostic::Severity::error;
    const Logger::Fields fields = {{"code", finding.code},
                                   {"file", finding.file},
                                   {"line", finding.line},
                                   {"column", finding.column},
                                   {"hint", finding.hint}};
    log.write(error ? Logger::Level::error : Logger::Level::warning, "reload", finding.message, fields);
  }
  why = first_error(diagnostics);
  return diagnostics.has_errors() ? nullptr : std::move(read.knowledge);
}

}  // namespace newsmill::consumer
