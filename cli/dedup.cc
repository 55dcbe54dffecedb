#include "cli/dedup.h"

#include "cli/command.h"
#include "cli/configuration.h"

#include <memory>

namespace newsmill::cli {

void add_dedup(CLI::App& app, Globals& globals, Action& action) {
  auto* command = app.add_subcommand("dedup",
                                      "The log that decides about copies: its state, one story, making it anew");
  command->require_subcommand(1);

  struct Status {
    std::string format;
    bool replay = false;
  };
  auto status = std::make_shared<Status>();
  auto* states = command->add_subcommand("status",
                                         "The log, its contract, and whether the committed offsets rest on it");
  states->add_flag("--replay", status->replay, "Read its last window too, as a start does, and tell what it comes to");
  states->footer("Exit codes: 0 all is well, 1 the offsets rest on another log, 78 the topic breaks the contract.");
  add_format(*states, status->format);
  states->callback([&, status] {
    action = [&globals, status] { return dedup_status(globals, status->replay, status->format); };
  });

  struct Show {
    std::string id, format;
  };
  auto show = std::make_shared<Show>();
  auto* shows = command->add_subcommand("show", "All that the log says about one article, story or delivery, in order");
  shows
      ->add_option("id", show->id,
                   "Article or story (an id of a record, or its uri urn:uuid:…), or a delivery "
                   "(topic:partition:offset, with or without its hash)")
      ->required()
      ->type_name("ID");
  add_format(*shows, show->format);
  shows->footer("Reads the whole log twice. Exit code 66: it says nothing about that.");
  shows->callback([&, show] { action = [&globals, show] { return dedup_show(globals, show->id, show->format); }; });

  struct Rebuild {
    std::string from;
    bool yes = false;
  };
  auto rebuild = std::make_shared<Rebuild>();
  auto* rebuilds =
      command->add_subcommand("rebuild", "Make a lost log anew from what was published, after asking");
  rebuilds->add_option("--from", rebuild->from, "Topic of the published records; default: output.enriched")
      ->type_name("TOPIC");
  rebuilds->add_flag("-y,--yes", rebuild->yes, "Do not ask");
  rebuilds->footer(
      "Stop all instances first. Until it has ended, instances that are started wait and say so; when it was\n"
      "interrupted, start it again. Exit code 75: instances are still running.");
  rebuilds->callback([&, rebuild] {
    action = [&globals, rebuild] { return dedup_rebuild(globals, rebuild->from, rebuild->yes); };
  });
}

}  // namespace newsmill::cli
