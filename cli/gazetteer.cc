#include "cli/gazetteer_build.h"
#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/exit.h"
#include "cli/printable.h"
#include "cli/progress.h"
#include "config/json_text.h"
#include "consumer/names.h"
#include "processors/tag_entities/search.h"

#include <fmt/format.h>

#include <iostream>
#include <memory>

namespace newsmill::cli {
namespace {

using tag_entities::Candidate;
using tag_entities::EntityView;
using tag_entities::Gazetteer;

struct Options {
  std::string file, name, format;
  std::vector<std::string> inputs;
  std::string out;
  bool no_starter = false;
};

/// The gazetteer of a file; of the configuration when none is named. Null: what is wrong was said.
std::shared_ptr<const Gazetteer> opened(const std::string& file, const Globals& globals, int& code) {
  if (file.empty()) {
    const auto configuration = load_or_explain(globals);
    code = kConfiguration;
    return configuration ? configuration->knowledge.knowledge->names->gazetteer : nullptr;
  }
  std::string error;
  bool unread = false;
  auto gazetteer = consumer::open_gazetteer(file, error, unread);
  if (gazetteer) return gazetteer;
  std::cerr << (unread
                    ? fmt::format("newsmill: cannot read \"{}\": {}\n", file, error)
                    : fmt::format("newsmill: \"{}\" is no gazetteer that can be used: {}\n  hint: `newsmill gazetteer "
                                  "build --out NEW-FILE INPUT...` makes one\n",
                                  file, error));
  code = unread ? kNoInput : kBadData;
  return nullptr;
}

int info(const Options& options, const Globals& globals) {
  int code = kOk;
  const auto gazetteer = opened(options.file, globals, code);
  if (!gazetteer) return code;
  const auto counts = tag_entities::count(*gazetteer);
  if (options.format == "json") {
    fmt::print(
        "{{\"version\": \"{}\", \"names\": {}, \"candidates\": {}, \"entities\": {}, \"linked\": {}, \"bytes\": {}, "
        "\"longest\": {}, \"types\": {{",
        gazetteer->version(), gazetteer->names(), gazetteer->candidate_count(), gazetteer->entities(), counts.linked,
        gazetteer->bytes(), gazetteer->max_tokens());
    const char* between = "";
    for (const auto& [type, number] : counts.types) {
      fmt::print("{}{}: {}", between, config::json_text(type), number);
      between = ", ";
    }
    fmt::print("}}}}\n");
    return kOk;
  }
  fmt::print("version     {}\nnames       {}\nentities    {}, {} of them with a public identifier\n",
             gazetteer->version(), grouped(gazetteer->names()), grouped(gazetteer->entities()), grouped(counts.linked));
  for (const auto& [type, number] : counts.types) fmt::print("  {:<9} {}\n", type, grouped(number));
  fmt::print("size        {:.1f} MB, the longest name has {} tokens\n", static_cast<double>(gazetteer->bytes()) / 1e6,
             gazetteer->max_tokens());
  return kOk;
}

void print_json(const Gazetteer& gazetteer, const Candidate& candidate, const char* between) {
  const EntityView entity = gazetteer.entity(candidate.entity);
  fmt::print("{}\n  {{\"id\": {}, \"name\": {}, \"type\": \"{}\", \"type_known\": {}", between,
             entity.id.empty() ? "null" : config::json_text(entity.id), config::json_text(entity.name),
             entity_type_name(entity.type), entity.type_known);
  if (!entity.subtype.empty()) fmt::print(", \"subtype\": {}", config::json_text(entity.subtype));
  if (!entity.country.empty()) fmt::print(", \"country\": {}", config::json_text(entity.country));
  fmt::print(", \"ids\": {{");
  const char* comma = "";
  for (const auto& [scheme, value] : tag_entities::listed(entity.ids)) {
    fmt::print("{}\"{}\": {}", comma, scheme, config::json_text(value));
    comma = ", ";
  }
  fmt::print("}}, \"prior\": {:.4f}, \"fame\": {:.3f}, \"flags\": [", candidate.prior(), entity.fame);
  comma = "";
  for (const auto& flag : tag_entities::flag_names(candidate.flags)) {
    fmt::print("{}\"{}\"", comma, flag);
    comma = ", ";
  }
  fmt::print("], \"related\": [");
  comma = "";
  for (const auto& other : entity.related) {
    const EntityView to = gazetteer.entity(other.entity());
    fmt::print("{}{{\"relation\": \"{}\", \"id\": {}, \"name\": {}}}", comma, relation_name(other.relation()),
               to.id.empty() ? "null" : config::json_text(to.id), config::json_text(to.name));
    comma = ", ";
  }
  fmt::print("], \"sources\": {}}}", config::json_text(gazetteer.sources(candidate)));
}

void print_text(const Gazetteer& gazetteer, const Candidate& candidate) {
  const EntityView entity = gazetteer.entity(candidate.entity);
  fmt::print("{:<24} {}  {}{}{}{}  prior {:.3f}  fame {:.2f}\n", entity.id.empty() ? "(no identifier)" : entity.id,
             entity.name, entity_type_name(entity.type), entity.type_known ? "" : "?",
             entity.subtype.empty() ? "" : fmt::format(" {}", entity.subtype),
             entity.country.empty() ? "" : fmt::format(" {}", entity.country), candidate.prior(), entity.fame);
  std::string line;
  for (const auto& [scheme, value] : tag_entities::listed(entity.ids)) line += fmt::format(" {}={}", scheme, value);
  for (const auto& other : entity.related)
    line += fmt::format(" {}={}", relation_name(other.relation()), gazetteer.entity(other.entity()).name);
  if (!line.empty()) fmt::print("   {}\n", line);
  std::string flags;
  for (const auto& flag : tag_entities::flag_names(candidate.flags))
    flags += (flags.empty() ? "" : ", ") + std::string(flag);
  fmt::print("    from {}{}{}\n", gazetteer.sources(candidate), flags.empty() ? "" : "; ", flags);
}

int lookup(const Options& options, const Globals& globals) {
  int code = kOk;
  const auto gazetteer = opened(options.file, globals, code);
  if (!gazetteer) return code;
  const auto found = tag_entities::find(*gazetteer, options.name);
  const auto near = found.empty() ? tag_entities::near_misses(*gazetteer, options.name) : std::vector<std::string>();
  if (options.format == "json") {
    fmt::print("{{\"name\": {}, \"version\": \"{}\", \"candidates\": [", config::json_text(printable(options.name)),
               gazetteer->version());
    const char* between = "";
    for (const Candidate& candidate : found) {
      print_json(*gazetteer, candidate, between);
      between = ",";
    }
    fmt::print("{}], \"near\": [", found.empty() ? "" : "\n");
    between = "";
    for (const auto& name : near) {
      fmt::print("{}{}", between, config::json_text(name));
      between = ", ";
    }
    fmt::print("]}}\n");
    return found.empty() ? kFindings : kOk;
  }
  for (const Candidate& candidate : found) print_text(*gazetteer, candidate);
  if (!found.empty()) return kOk;
  std::cerr << fmt::format("newsmill: nothing is known as \"{}\"\n", printable(options.name));
  for (const auto& name : near) std::cerr << fmt::format("  did you mean \"{}\"?\n", name);
  return kFindings;
}

}  // namespace

void add_gazetteer(CLI::App& app, Globals& globals, Action& action) {
  auto* command = app.add_subcommand("gazetteer", "The names that are known: build a file of them, and look into it");
  command->require_subcommand(1);
  auto options = std::make_shared<Options>();
  auto* build = command->add_subcommand(
      "build", "Make a gazetteer from lists of names; docs/gazetteer.md describes their columns");
  build->add_option("inputs", options->inputs,
                    "Lists with tabs, also packed (.zst, .gz): names, or a map of Wikipedia titles to items")
      ->type_name("FILE");
  build->add_option("-o,--out", options->out, "The file to write; it is replaced as a whole")
      ->required()
      ->type_name("FILE");
  build->add_flag("--no-starter", options->no_starter, "Leave out the names that are built in");
  build->callback([&action, options] {
    action = [options] { return build_gazetteer({options->inputs, options->out, !options->no_starter}); };
  });

  auto* look = command->add_subcommand("lookup", "Everything that a name may mean; exit 1 when it means nothing");
  look->add_option("name", options->name, "The name, as one word")->required()->type_name("NAME");
  look->add_option("--file", options->file, "A gazetteer; without it the one of the configuration")->type_name("FILE");
  add_format(*look, options->format);
  look->callback([&, options] { action = [&globals, options] { return lookup(*options, globals); }; });

  auto* about = command->add_subcommand("info", "Version, counts and size of a gazetteer");
  about->add_option("file", options->file, "A gazetteer; without it the one of the configuration")->type_name("FILE");
  add_format(*about, options->format);
  about->callback([&, options] { action = [&globals, options] { return info(*options, globals); }; });
}

}  // namespace newsmill::cli
