#include "cli/command.h"
#include "cli/exit.h"
#include "cli/configuration.h"
#include "config/builtin.h"
#include "config/load.h"
#include "config/reference.h"
#include "config/show.h"

#include <fmt/format.h>

#include <iostream>
#include <memory>

namespace newsmill::cli {
namespace {

int show(const Globals& globals, const std::string& format) {
  config::Diagnostics diagnostics;
  const config::Loaded loaded = config::load(globals.configs, globals.sets, diagnostics);
  diagnostics.print(std::cerr, colors());
  if (diagnostics.has_errors()) return kConfiguration;
  std::cout << (format == "json" ? config::show_json(loaded) : config::show(loaded));
  return kOk;
}

int print_builtin(const std::string& path) {
  if (path.empty()) {
    for (const auto& file : config::builtins()) std::cout << file.path << '\n';
    return kOk;
  }
  if (const auto text = config::builtin(path)) {
    std::cout << *text;
    return kOk;
  }
  std::vector<std::string> known;
  for (const auto& file : config::builtins()) known.emplace_back(file.path);
  const std::string near = config::nearest(path, known);
  std::cerr << fmt::format("newsmill: no built-in file \"{}\"{}\n  hint: `newsmill config builtin` lists them\n", path,
                           near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near));
  return kNoInput;
}

void add_printer(CLI::App& parent, const char* name, const char* about, std::string (*text)(), Action& action) {
  parent.add_subcommand(name, about)->callback([&action, text] {
    action = [text] {
      std::cout << text();
      return kOk;
    };
  });
}

}  // namespace

void add_config(CLI::App& app, Globals& globals, Action& action) {
  auto* command = app.add_subcommand("config", "Show the configuration, or begin one");
  command->require_subcommand(1);

  auto format = std::make_shared<std::string>();
  auto* shows =
      command->add_subcommand("show", "Every value as it is in effect and where it comes from; secrets are masked");
  add_format(*shows, *format);
  shows->callback([&, format] { action = [&globals, format] { return show(globals, *format); }; });

  add_printer(*command, "new", "A newsmill.yaml with every key, its meaning and its default", config::settings_file,
              action);
  add_printer(*command, "schema", "JSON Schema of newsmill.yaml, for editors", config::json_schema, action);
  add_printer(*command, "docs", "All options and findings as Markdown (docs/options.md)", config::options_page, action);

  auto path = std::make_shared<std::string>();
  auto* builtin =
      command->add_subcommand("builtin", "Print a built-in file, such as sources.yaml; without a name, list them");
  builtin->add_option("name", *path, "Which one");
  builtin->callback([&action, path] { action = [path] { return print_builtin(*path); }; });
}

}  // namespace newsmill::cli
