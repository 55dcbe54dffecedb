#include "cli/command.h"
#include "cli/exit.h"
#include "config/diagnostic.h"
#include "config/finding.h"
#include "config/options.h"
#include "processors/core/code_table.h"
#include "processors/core/flag.h"

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
  for (const CodeRow& row : code_table()) {
    known.emplace_back(code_name(row.code));
    if (known.back() != topic) continue;
    std::cout << fmt::format("{}: an article is a dead letter because {}\n\n{}\n", topic, row.why, row.remedy);
    return kOk;
  }
  for (const FlagRow& row : flag_table()) {
    known.emplace_back(row.name);
    if (row.name != topic) continue;
    std::cout << fmt::format("{}: a flag of a record\n\n{}\n", topic, row.meaning);
    return kOk;
  }
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
      "newsmill: no help on \"{}\"{}\n  hint: ask for a command, a finding (E102), an option (kafka.lanes), a dead "
      "letter's code (no-content) or a flag (short)\n",
      topic,
      near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near));
  return kUsage;
}

}  // namespace

void add_help(CLI::App& app, Globals&, Action& action) {
  auto* command = app.add_subcommand(
      "help", "Explain a command, a finding (E102), an option (kafka.lanes), a dead letter's code or a flag");
  auto topic = std::make_shared<std::string>();
  command->add_option("topic", *topic, "What to explain");
  command->callback([&app, &action, topic] { action = [&app, topic] { return print_topic(app, *topic); }; });
}

}  // namespace newsmill::cli
