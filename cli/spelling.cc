#include "cli/spelling.h"

#include "config/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace newsmill::cli {
namespace {

/// The innermost command that was recognised.
const CLI::App* innermost(const CLI::App* app) {
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  return app;
}

/// Commands below `app`, or its options with those of all commands above it.
std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}
std::vector<std::string> options_of(const CLI::App* app) {
  std::vector<std::string> names;
  for (; app != nullptr; app = app->get_parent())
    for (const CLI::Option* option : app->get_options()) {
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
      for (const auto& name : option->get_snames()) names.push_back("-" + name);
    }
  return names;
}

std::string path_of(const CLI::App* app) {
  std::string path = app->get_name();
  while ((app = app->get_parent()) != nullptr) path = app->get_name() + " " + path;
  return path;
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  const std::string near = config::nearest(word, known);
  return near.empty() ? std::string() : fmt::format("; did you mean \"{}\"?", near);
}

/// The first word that stands where a command should and is none of `commands`.
std::string misspelt_command(const CLI::App* app, const std::vector<std::string>& commands, int argc,
                             const char* const* argv) {
  const auto takes_value = [&](const std::string& word) {
    return word == "-c" || word == "--config" || word == "--set";
  };
  std::size_t depth = 0;
  for (const CLI::App* above = app->get_parent(); above != nullptr; above = above->get_parent()) ++depth;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (takes_value(word)) ++i;
    else if (word.starts_with('-') && word.size() > 1) continue;
    else if (depth > 0) --depth;  // a command that was recognised
    else return std::ranges::find(commands, word) == commands.end() ? word : std::string();
  }
  return {};
}

}  // namespace

std::string explain(const CLI::App& app, const CLI::ParseError& error, int argc, const char* const* argv) {
  const CLI::App* command = innermost(&app);
  const auto commands = commands_of(*command);
  const auto options = options_of(command);
  std::string text = error.what();
  if (std::replace(text.begin(), text.end(), '\n', ' '); text.ends_with(' ')) text.pop_back();
  if (const std::string word = commands.empty() ? std::string() : misspelt_command(command, commands, argc, argv);
      !word.empty()) {
    text = fmt::format("unknown command \"{}\"{}", word, did_you_mean(word, commands));
  } else if (!commands.empty() && dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    text = fmt::format("a command is needed after \"{}\": {}", path_of(command), fmt::join(commands, ", "));
  } else {
    for (int i = 1; i < argc; ++i) {
      const std::string typed = argv[i], name = typed.substr(0, typed.find('='));
      if (typed == "--") break;
      if (!typed.starts_with("--") || std::ranges::find(options, name) != options.end()) continue;
      text = fmt::format("unknown option \"{}\"{}", name, did_you_mean(name, options));
      break;
    }
  }
  return fmt::format("{}\n  hint: `{} --help` lists what there is\n", text, path_of(command));
}

}  // namespace newsmill::cli
