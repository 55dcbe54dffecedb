#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/exit.h"
#include "cli/processing.h"
#include "processors/core/format.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <memory>

namespace newsmill::cli {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string format = "auto", source, dead_letters, split = "auto", clock = "none";
  std::size_t jobs = 0;
};

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

std::string sum(const Processed& done, const Options& options, double seconds) {
  std::string text = fmt::format("{} articles in {:.1f} s ({}/s): {} records, {} dead letters", grouped(done.articles),
                                 seconds, rate(done.articles, seconds), grouped(done.records), grouped(done.dead()));
  if (done.dead() == 0) return text + "\n";
  return text +
         (options.dead_letters.empty() ? "; --deadletters FILE keeps them\n" : " in " + options.dead_letters + "\n");
}

int explain(const Processed& done, const Options& options, double seconds) {
  for (const auto& [code, failed] : done.dead_letters)
    std::cerr << fmt::format("{} × {}, the first at {}\n", grouped(failed.count), code, failed.first);
  for (const auto& file : done.unreadable) std::cerr << "newsmill: cannot read on in " << file << '\n';
  if (!done.write_failure.empty()) {
    std::cerr << "newsmill: cannot write: " << done.write_failure << '\n';
    return kIo;
  }
  std::cerr << sum(done, options, seconds);
  if (!done.unreadable.empty()) return kNoInput;
  return done.articles > 0 && done.records == 0 ? kBadData : kOk;
}

int run(Options options, const Globals& globals) {
  if (options.files.empty()) {
    options.files.emplace_back("-");
    if (isatty(STDIN_FILENO)) std::cerr << "newsmill: reading standard input, one article a line; Ctrl-D ends it\n";
  }
  bool missing = false;
  for (const auto& file : options.files) {
    if (file == "-") continue;
    struct stat about {};
    const int error = ::access(file.c_str(), R_OK) != 0                             ? errno
                      : ::stat(file.c_str(), &about) == 0 && S_ISDIR(about.st_mode) ? EISDIR
                                                                                    : 0;
    if (error == 0) continue;
    std::cerr << fmt::format("newsmill: cannot read \"{}\": {}\n", file, std::strerror(error));
    missing = true;
  }
  if (missing) return kNoInput;
  const auto configuration = load_or_explain(globals);
  if (!configuration) return kConfiguration;

  File letters(nullptr, std::fclose);
  if (!options.dead_letters.empty()) {
    letters.reset(std::fopen(options.dead_letters.c_str(), "wb"));
    if (!letters) {
      std::cerr << fmt::format("newsmill: cannot write \"{}\": {}\n", options.dead_letters, std::strerror(errno));
      return kIo;
    }
  }
  Processing asked;
  asked.files = options.files;
  asked.defaults = {format_of(options.format).value_or(Format::automatic), options.source};
  asked.split = options.split == "lines"   ? consumer::Split::lines
                : options.split == "whole" ? consumer::Split::whole
                                           : consumer::Split::automatic;
  asked.clock = options.clock == "published" ? StoryClock::published : StoryClock::none;
  asked.jobs = options.jobs;
  asked.records = stdout;
  asked.dead_letters = letters.get();
  Progress progress;
  const Processed done = process(asked, configuration->loaded.settings, configuration->knowledge.knowledge, progress);
  progress.wipe();
  return explain(done, options, progress.seconds());
}

}  // namespace

void add_process(CLI::App& app, Globals& globals, Action& action) {
  auto* command = app.add_subcommand(
      "process", "Turn raw articles from files into clean records on standard output, without Kafka");
  auto options = std::make_shared<Options>();
  command->add_option("files", options->files, "Files, also packed (.zst, .gz); \"-\" or none is standard input")
      ->type_name("FILE");
  command
      ->add_option("--format", options->format,
                   "What the articles are: JSON (plain), bare text, or found out for each (auto)")
      ->check(CLI::IsMember({"auto", "plain", "text"}))
      ->capture_default_str();
  command
      ->add_option("--split", options->split,
                   "One article a line, or the whole file; auto: text and .txt, .html, .json are whole")
      ->check(CLI::IsMember({"auto", "lines", "whole"}))
      ->capture_default_str();
  command->add_option("--source", options->source, "Source of the articles that name none")->type_name("NAME");
  command
      ->add_option("--deadletters", options->dead_letters,
                   "Where to write what could not be processed, with the reason")
      ->type_name("FILE");
  command
      ->add_option("--clock", options->clock,
                   "The time for copies: none, so that all of the run can be matched (the newest dedup.articles), "
                   "or that of the newest article so far (published), so that dedup.window counts")
      ->check(CLI::IsMember({"none", "published"}))
      ->capture_default_str();
  command->add_option("-j,--jobs", options->jobs, "Threads; 0 is one per core. The output is the same whatever it is")
      ->check(CLI::Range(0, 256))
      ->type_name("N")
      ->capture_default_str();
  command->callback([&, options] { action = [&globals, options] { return run(*options, globals); }; });
}

}  // namespace newsmill::cli
