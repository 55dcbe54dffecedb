#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/exit.h"
#include "cli/topic_cases.h"
#include "cli/topic_folder.h"
#include "config/builtin.h"
#include "config/file.h"
#include "config/json_text.h"
#include "processors/catalogue.h"
#include "processors/core/sources.h"
#include "processors/score_topics/scorer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <system_error>

namespace newsmill::cli {
namespace {

struct Options {
  std::vector<std::string> paths;
  std::string format;
};

/// The tests of one folder of topics.
struct Suite {
  std::string folder;              ///< empty = the built-in topics
  std::vector<std::string> files;  ///< NAME.test.yaml
};

std::string test_file_of(const std::string& path) {
  if (score_topics::is_topic_test(path)) return path;
  const std::size_t dot = path.rfind('.');
  return path.substr(0, dot) + ".test" + (dot == std::string::npos ? ".yaml" : path.substr(dot));
}

/// What the command line names, by folder; nothing when some of it is not there, which was said.
std::optional<std::vector<Suite>> suites_of(const Options& options, const config::Settings& settings) {
  std::vector<std::string> paths = options.paths;
  if (paths.empty() && !settings.score_topics.topics.empty()) paths.push_back(settings.score_topics.topics);
  std::map<std::string, std::vector<std::string>> by_folder;
  for (const std::string& path : paths) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
      std::ranges::move(config::files_in(path, score_topics::is_topic_test, error),
                        std::back_inserter(by_folder[path]));
    } else {
      by_folder[folder_of(path)].push_back(test_file_of(path));
      if (!std::filesystem::exists(test_file_of(path)))
        error = std::make_error_code(std::errc::no_such_file_or_directory);
    }
    if (!error) continue;
    std::cerr << fmt::format(
        "newsmill: cannot read the tests of \"{}\": {}\n  hint: documents with expected topics stand "
        "beside NAME.yaml in NAME.test.yaml\n",
        path, error.message());
    return std::nullopt;
  }
  std::vector<Suite> suites;
  for (auto& [folder, files] : by_folder) suites.push_back({folder, files});
  if (!paths.empty()) return suites;
  Suite builtin;
  for (const auto& file : config::builtins())
    if (file.path.starts_with("topics/") && score_topics::is_topic_test(file.path))
      builtin.files.emplace_back(file.path);
  return std::vector{builtin};
}

struct Outcome {
  std::string file, title;
  std::size_t line = 0;
  std::vector<std::string> failures;                    ///< none = passed
  std::vector<std::pair<std::string, double>> topics;  ///< what the article got
};

/// The chain with the topics of one folder, and the words for what went wrong.
class Bench {
 public:
  explicit Bench(const Configuration& configuration)
      : knowledge_(*configuration.knowledge.knowledge),
        pipeline_(make_pipeline(configuration.loaded.settings, knowledge_)), scorer_(knowledge_.topics) {}

  Outcome run(const TopicCase& one) {
    Outcome outcome{one.file, one.title(), one.line, {}, {}};
    Batch batch;
    const InputDefaults defaults{Format::plain, {}};
    const std::string value = one.json();
    Message message;
    message.topic = one.file, message.value = value, message.defaults = &defaults;
    const Batch::Item& item = batch.add(message);
    pipeline_.run(batch);
    if (item.error) {
      outcome.failures.push_back(fmt::format("the document is a dead letter ({}): found {}, expected {}",
                                             code_name(item.error->code), item.error->found, item.error->expected));
      return outcome;
    }
    for (const TopicScore& topic : item.article.topics) outcome.topics.emplace_back(topic.id, topic.score);
    const auto has = [&](const std::string& id) {
      return std::ranges::find(outcome.topics, id, &std::pair<std::string, double>::first) != outcome.topics.end();
    };
    for (const std::string& id : one.topics)
      if (!has(id))
        outcome.failures.push_back(
            fmt::format("{} is expected and scores {:.3f}, below 0.5{}", id, score(item.article, id), why_));
    for (const std::string& id : one.not_topics)
      if (has(id))
        outcome.failures.push_back(fmt::format("{} is not expected and scores {:.3f}", id, score(item.article, id)));
    for (const auto& [id, expected] : one.scores) {
      const double found = score(item.article, id);
      if (std::abs(found - expected) > TopicCase::kTolerance)
        outcome.failures.push_back(fmt::format("{} scores {:.3f}, expected {:.3f}{}", id, found, expected, why_));
    }
    return outcome;
  }

 private:
  double score(const Article& article, const std::string& id) {
    why_.clear();
    const score_topics::Topic* topic = knowledge_.topics->find(id);
    const Source* source = knowledge_.sources->find(article.source);
    Budget budget;
    if (topic == nullptr ||
        !scorer_.look(article, source ? std::string_view(source->country) : std::string_view(), budget))
      return 0;
    const auto index = static_cast<std::uint32_t>(topic - knowledge_.topics->all().data());
    if (!scorer_.score(index, scoring_, budget)) return 0;
    if (scoring_.veto)
      why_ = fmt::format(", because of NOT {}", knowledge_.topics->queries()->text(*scoring_.veto));
    else if (!scoring_.entities_met)
      why_ = ", because its entity conditions are not met";
    return scoring_.score;
  }

  const Knowledge& knowledge_;
  Pipeline pipeline_;
  score_topics::Scorer scorer_;
  score_topics::Scoring scoring_;
  std::string why_;
};

std::string topics_text(const Outcome& outcome) {
  std::string text;
  for (const auto& [id, score] : outcome.topics)
    text += fmt::format("{}{} {:.3f}", text.empty() ? "" : ", ", id, score);
  return text.empty() ? "no topic" : text;
}

void print(const Outcome& outcome) {
  std::cout << fmt::format("{} {}:{} {}\n", outcome.failures.empty() ? "ok  " : "FAIL", outcome.file, outcome.line,
                           outcome.title);
  for (const std::string& failure : outcome.failures) std::cout << "       " << failure << '\n';
  if (!outcome.failures.empty()) std::cout << "       found: " << topics_text(outcome) << '\n';
}

std::string json(const Outcome& outcome) {
  std::string failures, topics;
  for (const std::string& failure : outcome.failures)
    failures += (failures.empty() ? "" : ", ") + config::json_text(failure);
  for (const auto& [id, score] : outcome.topics)
    topics +=
        fmt::format("{}{{\"id\": {}, \"score\": {:.6f}}}", topics.empty() ? "" : ", ", config::json_text(id), score);
  return fmt::format("{{\"file\": {}, \"line\": {}, \"title\": {}, \"ok\": {}, \"failures\": [{}], \"topics\": [{}]}}",
                     config::json_text(outcome.file), outcome.line, config::json_text(outcome.title),
                     outcome.failures.empty(), failures, topics);
}

int test(const Options& options, const Globals& globals) {
  config::Diagnostics diagnostics;
  const config::Loaded loaded = config::load(globals.configs, globals.sets, diagnostics);
  const auto suites = diagnostics.has_errors() ? std::vector<Suite>{} : suites_of(options, loaded.settings);
  if (!suites) return kNoInput;
  std::vector<Outcome> outcomes;
  for (const Suite& suite : *suites) {
    diagnostics = {};
    const Configuration configuration = load_topic_folder(globals, suite.folder, diagnostics);
    std::vector<TopicCase> cases;
    const std::vector<std::string> known = configuration.knowledge.knowledge->topics->ids();
    for (const std::string& file : suite.files) {
      const auto builtin = suite.folder.empty() ? config::builtin(file) : std::nullopt;
      const auto document = builtin ? config::Document::parse("built-in " + file, std::string(*builtin), diagnostics)
                                    : config::Document::open(file, diagnostics);
      std::ranges::move(read_topic_cases(document, known, diagnostics), std::back_inserter(cases));
    }
    if (diagnostics.has_errors()) break;
    Bench bench(configuration);
    for (const TopicCase& one : cases) {
      outcomes.push_back(bench.run(one));
      if (options.format == "text") print(outcomes.back());
    }
  }
  std::cout.flush();
  diagnostics.print(std::cerr, colors());
  if (diagnostics.has_errors()) return kConfiguration;
  const auto failed =
      static_cast<std::size_t>(std::ranges::count_if(outcomes, [](const Outcome& o) { return !o.failures.empty(); }));
  if (options.format == "json") {
    std::string all;
    for (const Outcome& outcome : outcomes) all += (all.empty() ? "\n  " : ",\n  ") + json(outcome);
    std::cout << fmt::format("{{\"documents\": {}, \"failed\": {}, \"results\": [{}\n]}}\n", outcomes.size(), failed,
                             all);
  } else {
    std::cout << fmt::format("{} documents, {} failed\n", outcomes.size(), failed);
  }
  if (outcomes.empty()) {
    std::cerr << "newsmill: there is nothing to test\n  hint: documents with expected topics stand beside NAME.yaml in "
                 "NAME.test.yaml\n";
    return kNoInput;
  }
  return failed == 0 ? kOk : kFindings;
}

}  // namespace

void add_test(CLI::App& app, Globals& globals, Action& action) {
  auto* command = app.add_subcommand("test", "Test topics on documents with expected topics; exit 1 when one fails");
  auto options = std::make_shared<Options>();
  command->add_option("paths", options->paths,
                      "Folders of topics, or files in them; without any, the topics of the configuration. The "
                      "documents for NAME.yaml stand beside it in NAME.test.yaml")
      ->type_name("FILE|FOLDER");
  add_format(*command, options->format);
  command->callback([&, options] { action = [&globals, options] { return test(*options, globals); }; });
}

}  // namespace newsmill::cli
