#include "cli/article_reader.h"
#include "cli/exit.h"
#include "cli/explain.h"
#include "cli/printable.h"
#include "config/json_text.h"
#include "processors/tag_entities/tagger.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <string>

namespace newsmill::cli {
namespace {

using tag_entities::Name;
using tag_entities::Option;
using tag_entities::Reading;

constexpr std::uint32_t kOptionsShown = 4;

std::string_view where(const Reading& reading, const Name& name) {
  const auto& first = reading.occurrences[name.first];
  return reading.surface(first.first, first.last);
}

/// What the words beside a name tell, in words.
std::string told(const tag_entities::Surroundings& around) {
  const std::pair<std::uint32_t, const char*> rows[] = {
      {around.blocked, "in a longer name"}, {around.starts, "at the head of a sentence"}, {around.titles, "behind a title"},
      {around.honorifics, "behind Mr or the like"}, {around.places, "behind \"in\" or the like"},
      {around.speaking, "before \"said\" or the like"}, {around.companies, "before Inc or the like"}, {around.ages, "before an age"}};
  std::string text;
  for (const auto& [count, words] : rows)
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, words);
  return text;
}

void print_text(const Article& article, const Reading& reading, const tag_entities::Names& names) {
  std::cout << printable(article.headline) << "\n\nentities, the most salient first\n";
  for (const Entity& entity : article.entities)
    std::cout << fmt::format("  {} {} {:<7} salience {:.2f}  confidence {:.2f}  {} {}\n", cell(printable(entity.name), 32),
                             cell(entity.id.empty() ? "no id" : printable(entity.id), 26), entity_type_name(entity.type), entity.salience,
                             entity.confidence, entity.mentions.size(), entity.mentions.size() == 1 ? "mention" : "mentions");
  if (article.entities.empty()) std::cout << "  none\n";
  std::cout << "\nnames that were matched, in order of the text; scores are log odds\n";
  for (const Name& name : reading.names) {
    const std::uint32_t count = std::max(name.around.occurrences, name.around.inner);
    std::cout << fmt::format("  {}  {} ×: {}", printable(where(reading, name)), count,
                             name.around.occurrences == 0 ? "inside a longer name" : outcome_name(name.outcome));
    const std::string words = told(name.around);
    std::cout << (words.empty() ? "" : " (" + words + ")") << '\n';
    if (name.watched) {
      std::cout << fmt::format("    watch:{}\n", names.watchlist.entries()[name.watch_entry].id);
      continue;
    }
    for (std::uint32_t i = name.options_begin; i < std::min(name.options_end, name.options_begin + kOptionsShown); ++i) {
      const Option& option = reading.options[i];
      const auto entity = names.gazetteer->entity(option.entity);
      std::cout << fmt::format("   {} {:>4.0f} %  {} {} {:<7} known {:+.1f}  words {:+.1f}  coherence {:+.1f}  publisher {:+.1f}\n",
                               i == name.best ? '*' : ' ', option.probability * 100, cell(printable(entity.name), 28),
                               cell(entity.id.empty() ? "no id" : printable(entity.id), 22), entity_type_name(option.type), option.prior,
                               option.triggers, option.coherence, option.publisher);
    }
    std::cout << fmt::format("     {:>4.0f} %  none of them, {:+.1f}\n", name.nil_probability * 100, name.nil);
  }
}

std::string json_of(const Reading& reading, const tag_entities::Names& names, const Name& name) {
  std::string options;
  for (std::uint32_t i = name.options_begin; i < name.options_end; ++i) {
    const Option& option = reading.options[i];
    const auto entity = names.gazetteer->entity(option.entity);
    options += fmt::format(R"({}{{"id":{},"name":{},"type":"{}","probability":{:.4f},"known":{:.3f},"words":{:.3f},)"
                           R"("coherence":{:.3f},"publisher":{:.3f},"chosen":{}}})",
                           options.empty() ? "" : ",", entity.id.empty() ? "null" : config::json_text(entity.id),
                           config::json_text(entity.name), entity_type_name(option.type), option.probability, option.prior,
                           option.triggers, option.coherence, option.publisher,
                           i == name.best && name.outcome == tag_entities::Outcome::linked);
  }
  return fmt::format(R"({{"surface":{},"occurrences":{},"inside":{},"outcome":"{}","confidence":{:.4f},)"
                     R"("none":{{"probability":{:.4f},"score":{:.3f}}},"watchlist":{},"candidates":[{}]}})",
                     config::json_text(where(reading, name)), name.around.occurrences, name.around.inner, outcome_name(name.outcome),
                     name.confidence, name.nil_probability, name.nil,
                     name.watched ? config::json_text("watch:" + names.watchlist.entries()[name.watch_entry].id) : "null", options);
}

void print_json(const Article& article, const Reading& reading, const tag_entities::Names& names) {
  std::string entities, matched;
  for (const Entity& entity : article.entities)
    entities += fmt::format(R"({}{{"id":{},"name":{},"type":"{}","salience":{:.4f},"confidence":{:.4f},"mentions":{}}})",
                            entities.empty() ? "" : ",", entity.id.empty() ? "null" : config::json_text(entity.id),
                            config::json_text(entity.name), entity_type_name(entity.type), entity.salience, entity.confidence,
                            entity.mentions.size());
  for (const Name& name : reading.names) matched += (matched.empty() ? "" : ",") + json_of(reading, names, name);
  std::cout << fmt::format("{{\"headline\":{},\"entities\":[{}],\"names\":[{}]}}\n", config::json_text(article.headline), entities, matched);
}

}  // namespace

int explain_entities(const Globals& globals, const std::string& file, const std::string& format) {
  const auto configuration = load_or_explain(globals);
  if (!configuration) return kConfiguration;
  ArticleReader reader(*configuration);
  std::string why;
  Batch::Item* item = reader.next(file, why);
  if (item == nullptr) {
    std::cerr << "newsmill: " << why << '\n';
    return kNoInput;
  }
  if (item->error) {
    std::cerr << fmt::format("newsmill: {} is a dead letter, {}: found {}, expected {}\n", printable(file),
                             code_name(item->error->code), printable(item->error->found), item->error->expected);
    return kBadData;
  }
  // Once more, to see what lies between: the chain keeps the result only.
  const Knowledge& knowledge = *configuration->knowledge.knowledge;
  tag_entities::Tagger tagger(*knowledge.names, knowledge.sources.get(), configuration->loaded.settings.tag_entities.min_confidence);
  Budget budget;
  std::pmr::monotonic_buffer_resource arena;
  Scratch scratch{arena, budget};
  Article& article = item->article;
  article.entities.clear();
  if (const Status status = tagger.tag(article, scratch); !status) {
    std::cerr << "newsmill: " << status.error().found << '\n';
    return kBadData;
  }
  format == "json" ? print_json(article, tagger.reading(), *knowledge.names) : print_text(article, tagger.reading(), *knowledge.names);
  article.entities.clear();  // they point into the arena of this function
  return kOk;
}

}  // namespace newsmill::cli
