#include "cli/command.h"
#include "cli/exit.h"
#include "config/json_text.h"

#include <fmt/format.h>

#include <iostream>
#include <memory>

namespace newsmill::cli {

void add_version(CLI::App& app, Globals&, Action& action) {
  auto* command = app.add_subcommand("version", "Print the version");
  auto format = std::make_shared<std::string>();
  add_format(*command, *format);
  command->callback([&action, format] {
    action = [format] {
      if (*format == "json")
        std::cout << fmt::format("{{\"name\": \"newsmill\", \"version\": {}}}\n", config::json_text(NEWSMILL_VERSION));
      else
        std::cout << "newsmill " NEWSMILL_VERSION "\n";
      return kOk;
    };
  });
}

}  // namespace newsmill::cli
