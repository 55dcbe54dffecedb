#include "cli/command.h"
#include "cli/exit.h"
#include "config/diagnostic.h"
#include "config/finding.h"
#include "config/options.h"

#include <fmt/format.h>

#include <iostream>
#include <memory>

namespace newsmill::cli {
namespace {

int print_topic(CLI::App& app, const std::string& topic) {
  if (topic.empty()) {
    std::cout << app.help();
    return kOk;
  }
  if (const config::Finding* finding = config::finding(topic)) {
    std::cout << fmt::format("{}: {}\n\n{}\n", finding->code, finding->title, finding->help);
    return kOk;
  }
  if (const config::Option* option = config::option(topic)) {
    std::cout << fmt::format("{}: {}\n\n{}\n\nExample: {}: {}\n", option->path, config::type_name(*option),
                             option->meaning, option->key(), option->example);
    return kOk;
  }
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() == topic) {
      std::cout << command->help(app.get_name());
      return kOk;
    }
    known.push_back(command->get_name());
  }
  for (const auto& finding : config::findings()) known.emplace_back(finding.code);
  for (const auto& option : config::options()) known.emplace_back(option.path);
  const std::string near = config::nearest(topic, known);
  std::cerr << fmt::format(
      "newsmill: no help on \"{}\"{}\n  hint: ask for a command, a finding (E102) or an option (kafka.lanes)\n", topic,
      near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near));
  return kUsage;
}

}  // namespace

void add_help(CLI::App& app, Globals&, Action& action) {
  auto* command = app.add_subcommand("help", "Explain a command, a finding (E102) or an option (kafka.lanes)");
  auto topic = std::make_shared<std::string>();
  command->add_option("topic", *topic, "What to explain");
  command->callback([&app, &action, topic] { action = [&app, topic] { return print_topic(app, *topic); }; });
}

}  // namespace newsmill::cli
