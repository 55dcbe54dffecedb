#include "cli/command.h"
#include "cli/exit.h"
#include "cli/configuration.h"
#include "config/load.h"
#include "consumer/http/client.h"

#include <iostream>
#include <memory>

namespace newsmill::cli {
namespace {

using namespace std::chrono_literals;

int health(const Globals& globals, const std::string& format) {
  config::Diagnostics diagnostics;
  const config::Settings settings = config::load(globals.configs, globals.sets, diagnostics).settings;
  diagnostics.print(std::cerr, colors());
  if (diagnostics.has_errors()) return kConfiguration;
  if (settings.http.listen.empty()) {
    std::cerr << "newsmill: http.listen is empty: such a newsmill serves no health\n  hint: name the address of the "
                 "one to ask: --set http.listen=127.0.0.1:9464\n";
    return kConfiguration;
  }
  std::string why;
  const auto listen = http::parse_listen(settings.http.listen, why);
  if (!listen) {
    std::cerr << "newsmill: " << why << '\n';
    return kConfiguration;
  }
  const http::Answered answer = http::get(*listen, "/readyz", format == "json" ? "application/json" : "text/plain", 5s);
  if (answer.status == 0) {
    std::cerr << "newsmill: nothing answers at " << http::listen_text(*listen) << ": " << answer.body
              << "\n  hint: is `newsmill run` running there, with the same http.listen?\n";
    return kUnavailable;
  }
  std::cout << answer.body;
  if (!answer.body.ends_with('\n')) std::cout << '\n';
  return answer.status == 200 ? kOk : kUnavailable;
}

}  // namespace

void add_health(CLI::App& app, Globals& globals, Action& action) {
  auto* command = app.add_subcommand(
      "health", "Ask the newsmill at http.listen whether it is ready: exit 0, or 69 with the reasons");
  auto format = std::make_shared<std::string>();
  add_format(*command, *format);
  command->callback([&, format] { action = [&globals, format] { return health(globals, *format); }; });
}

}  // namespace newsmill::cli
