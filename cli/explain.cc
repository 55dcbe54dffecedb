#include "cli/explain.h"
#include "cli/exit.h"

#include <iostream>
#include <memory>

namespace newsmill::cli {
namespace {

struct Options {
  std::vector<std::string> duplicate;
  std::string topic, article, entities;
  std::string format;
};

int explain(const Options& options, const Globals& globals) {
  if (!options.duplicate.empty()) return explain_duplicate(globals, options.duplicate, options.format);
  if (!options.topic.empty()) return explain_topic(globals, options.topic, options.article, options.format);
  if (!options.entities.empty()) return explain_entities(globals, options.entities, options.format);
  std::cerr << "newsmill: nothing is asked\n  hint: `newsmill explain --help` lists the questions\n";
  return kUsage;
}

}  // namespace

void add_explain(CLI::App& app, Globals& globals, Action& action) {
  auto* command = app.add_subcommand("explain", "Say why newsmill decides as it does about given articles");
  auto options = std::make_shared<Options>();
  auto* duplicate = command->add_option("--duplicate", options->duplicate, "Are two articles of one story, and why");
  duplicate->type_name("A B")
      ->expected(2);
  auto* topic = command->add_option("--topic", options->topic, "How a topic scores an article")->type_name("ID");
  auto* article = command->add_option("--article", options->article, "… the article")->type_name("FILE");
  topic->needs(article);
  article->needs(topic);
  auto* entities =
      command->add_option("--entities", options->entities, "What the names of an article mean, and why")->type_name("FILE");
  duplicate->excludes(topic)->excludes(entities);
  entities->excludes(topic);
  add_format(*command, options->format);
  command->footer("An article is a file as `newsmill process` takes it, of which the first one counts, and the\n"
                  "next one when it is named again; \"-\" is the next line of standard input.");
  command->callback([&, options] { action = [&globals, options] { return explain(*options, globals); }; });
}

}  // namespace newsmill::cli
