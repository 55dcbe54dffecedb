#include "processors/score_topics/definition.h"

#include <map>

#include <fmt/format.h>

#include "processors/core/id.h"

namespace newsmill::score_topics {
namespace {

constexpr std::size_t kBytes = 8;  // of the hash: 16 digits

using Named = std::function<const QueryMeaning*(std::string_view name)>;

/// All queries that `meaning` refers to, and what those refer to.
void include(const QueryMeaning& meaning, const Named& named, std::map<std::string, const QueryMeaning*>& included) {
  std::vector<const QueryMeaning*> waiting{&meaning};
  while (!waiting.empty()) {
    const QueryMeaning& next = *waiting.back();
    waiting.pop_back();
    for (const std::string& name : next.names) {
      const QueryMeaning* const other = named(name);
      if (other != nullptr && included.emplace(name, other).second) waiting.push_back(other);
    }
  }
}

}  // namespace

std::string definition_of(const Topic& topic, std::span<const QueryMeaning> meanings, const Named& named) {
  std::string text = "newsmill topic 1\n";
  std::map<std::string, const QueryMeaning*> included;
  const auto add = [&](std::string_view what, std::string_view value) { text += fmt::format("{} {}\n", what, value); };
  const auto add_query = [&](std::string_view what, QueryId id) {
    const QueryMeaning& meaning = meanings[static_cast<std::size_t>(id)];
    add(what, meaning.normal);
    include(meaning, named, included);
  };
  add("topic", topic.id);
  if (topic.match) add_query("match", *topic.match);
  if (!topic.terms.empty()) add("threshold", fmt::to_string(topic.threshold));
  for (const TopicTerm& term : topic.terms) add_query(fmt::format("term {} {}", term.weight, term.most), term.query);
  for (const std::string& id : topic.entities.any) add("any", id);
  for (const std::string& id : topic.entities.all) add("all", id);
  for (const std::string& id : topic.entities.none) add("none", id);
  add("min_salience", fmt::to_string(topic.entities.min_salience));
  add("combine", topic.combine == Topic::Combine::any ? "any" : "all");
  for (const auto& [name, meaning] : included) add("$" + name, meaning->normal);
  const Sha256 digest = sha256(text);
  return hex(digest.data(), kBytes);
}

}  // namespace newsmill::score_topics
