#pragma once
#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <vector>

namespace newsmill::cli {

/// What every command takes.
struct Globals {
  std::vector<std::string> configs;  ///< -c, --config, NEWSMILL_CONFIG
  std::vector<std::string> sets;     ///< --set
};

/// What the command line asks for; its value is the exit code.
using Action = std::function<int()>;

/// Each declares one command (and its own subcommands) below `app`; when it is the one that was
/// typed, it puts what to do into `action`. `globals` and `action` outlive the parse.
void add_config(CLI::App& app, Globals& globals, Action& action);
void add_dedup(CLI::App& app, Globals& globals, Action& action);
void add_demo(CLI::App& app, Globals& globals, Action& action);
void add_dlq(CLI::App& app, Globals& globals, Action& action);
void add_explain(CLI::App& app, Globals& globals, Action& action);
void add_gazetteer(CLI::App& app, Globals& globals, Action& action);
void add_health(CLI::App& app, Globals& globals, Action& action);
void add_help(CLI::App& app, Globals& globals, Action& action);
void add_kafka(CLI::App& app, Globals& globals, Action& action);
void add_process(CLI::App& app, Globals& globals, Action& action);
void add_run(CLI::App& app, Globals& globals, Action& action);
void add_test(CLI::App& app, Globals& globals, Action& action);
void add_topics(CLI::App& app, Globals& globals, Action& action);
void add_validate(CLI::App& app, Globals& globals, Action& action);
void add_version(CLI::App& app, Globals& globals, Action& action);

/// The option --format with the words it takes; the first is the default.
CLI::Option* add_format(CLI::App& command, std::string& format,
                        const std::vector<std::string>& words = {"text", "json"});

/// The whole program, after main() has made its preparations. The exit code.
int newsmill(int argc, const char* const* argv);

}  // namespace newsmill::cli
