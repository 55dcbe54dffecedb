#include "cli/command.h"
#include "cli/exit.h"
#include "cli/spelling.h"

#include <algorithm>
#include <exception>
#include <iostream>

namespace newsmill::cli {
namespace {

constexpr const char* kAbout =
    "Raw news articles in, clean records out: from Kafka to Kafka exactly once (run), or from files to standard\n"
    "output (process). Begin with `newsmill demo`, or `newsmill process FILE`.";

constexpr const char* kFooter =
    "Exit codes: 0 done, 1 a plan with changes, a failed test or warnings denied, 64 wrong command line, 65 no\n"
    "article could be processed, 66 no such input, 69 not available or not ready, 70 defect, 74 cannot write,\n"
    "75 start again, 77 no right, 78 wrong configuration.\n"
    "`newsmill help E102` explains a finding; all options are in docs/options.md.";

/// The arguments in the reverse order that CLI11 takes them in. CLI11 would run the command that
/// `help process` asks about, so a "--" is put between: what follows is no command.
std::vector<std::string> reversed(int argc, const char* const* argv) {
  std::vector<std::string> words(argv + std::min(1, argc), argv + argc);
  if (words.size() > 1 && words[0] == "help" && !words[1].starts_with('-')) words.insert(words.begin() + 1, "--");
  std::ranges::reverse(words);
  return words;
}

}  // namespace

CLI::Option* add_format(CLI::App& command, std::string& format, const std::vector<std::string>& words) {
  format = words.front();
  return command.add_option("--format", format, "How to print the result")
      ->check(CLI::IsMember(words))
      ->capture_default_str();
}

int newsmill(int argc, const char* const* argv) {
  CLI::App app(kAbout, "newsmill");
  app.footer(kFooter);
  app.fallthrough();
  app.set_help_flag("-h,--help", "Print this help");
  app.set_version_flag("--version", "newsmill " NEWSMILL_VERSION);
  app.get_formatter()->column_width(34);
  Globals globals;
  app.add_option("-c,--config", globals.configs, "Configuration file; several are read one over the other")
      ->type_name("FILE")
      ->envname("NEWSMILL_CONFIG");
  app.add_option("--set", globals.sets, "Set one key over the files: --set kafka.workers=4")->type_name("KEY=VALUE");
  for (const char* name : {"--config", "--set"})
    app.get_option(name)->expected(1)->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);

  Action action;
  for (const auto add : {add_run, add_process, add_demo, add_validate, add_test, add_topics, add_explain, add_kafka,
                         add_dedup, add_dlq, add_gazetteer, add_health, add_config, add_help, add_version})
    add(app, globals, action);

  try {
    app.parse(reversed(argc, argv));
  } catch (const CLI::Success& asked) {  // --help
    return app.exit(asked, std::cout, std::cerr);
  } catch (const CLI::ParseError& error) {
    std::cerr << "newsmill: " << explain(app, error, argc, argv);
    return kUsage;
  }
  if (!action) {
    std::cerr << app.help();
    return kUsage;
  }
  try {
    return action();
  } catch (const std::exception& error) {
    std::cerr << "newsmill: defect: " << error.what() << "\n  hint: please report this with the command line\n";
    return kInternal;
  }
}

}  // namespace newsmill::cli
