#include "processors/tag_entities/watchlist.h"

#include <algorithm>
#include <memory_resource>
#include <unordered_map>
#include <utility>

#include "config/reader.h"
#include "processors/tag_entities/gazetteer_builder.h"
#include "processors/text/tokens.h"

namespace newsmill::tag_entities {
namespace {

constexpr std::size_t kMaxTokens = 24;  // as GazetteerBuilder
const std::vector<std::string> kTypes{"PER", "ORG", "LOC", "NORP", "EVENT", "LAW", "PROJECT", "WORK", "PRODUCT"};
const std::vector<std::string> kWhen{"capital", "always", "never"};
const std::vector<std::string> kCase{"any", "exact"};

std::pmr::vector<text::Token> tokens_of(std::string_view text) {
  std::pmr::vector<text::Token> tokens;
  text::tokenize(text, text::Field::body, 0, tokens);
  return tokens;
}

bool is_id(std::string_view id) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, plain);
}

bool is_wikidata(std::string_view id) {
  return id.size() >= 2 && id.size() <= 12 && id[0] == 'Q' && id[1] != '0' &&
         std::ranges::all_of(id.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_country(std::string_view code) {
  return code.size() == 2 && std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// A name that is also an ordinary word, as far as the gazetteer knows.
bool is_ordinary(const Gazetteer* gazetteer, const std::pmr::vector<text::Token>& tokens) {
  if (gazetteer == nullptr || tokens.size() != 1) return false;
  const Node node = gazetteer->step(gazetteer->root(), tokens.front().hash);
  return node.valid() && std::ranges::any_of(gazetteer->candidates(node), [](const Candidate& candidate) {
           return (candidate.flags & kCommonWord) != 0;
         });
}

}  // namespace

Watchlist Watchlist::read(const config::Document& document, const Gazetteer* gazetteer,
                          config::Diagnostics& diagnostics) {
  Watchlist list;
  GazetteerBuilder builder;
  std::unordered_map<std::string, std::size_t> ids;
  struct Taken {
    std::size_t entry, line;
  };
  std::unordered_map<std::string, Taken> names;  // by the hashes of their words

  config::Reader root(document, document.root(), "", diagnostics);
  std::size_t number = 0;
  for (const config::Node& node : root.items("entities")) {
    config::Reader reader(document, node, "entities[" + std::to_string(number++) + "]", diagnostics);
    WatchEntry entry;
    if (reader.require("id")) entry.id = reader.text("id");
    bool sound = true;
    if (const config::Node* id = reader.find("id"); id != nullptr && !is_id(entry.id)) {
      reader.report(*id, "id", "E501", config::shown(*id) + " is no id: 1 to 64 of a-z, 0-9, '-', '_' and '.' are expected",
                    "records show it as watch:ID, so that it must not change once it is used");
      sound = false;
    } else if (id != nullptr) {
      const auto [before, added] = ids.try_emplace(entry.id, node.line);
      if (!added) {
        reader.report(*id, "id", "E502", "the id '" + entry.id + "' is taken by the entity in line " +
                      std::to_string(before->second), "one entity, one id: give all its names as aliases");
        sound = false;
      }
    } else {
      sound = false;
    }
    if (reader.require("name")) entry.name = reader.text("name");
    reader.require("type");
    entry.type = static_cast<EntityType>(reader.choice("type", static_cast<std::size_t>(EntityType::ORG), kTypes));
    entry.subtype = reader.text("subtype");
    entry.country = reader.text("country");
    if (const config::Node* country = reader.find("country"); country != nullptr && !is_country(entry.country)) {
      reader.report(*country, "country", "E204", config::shown(*country) + " is no country code of ISO 3166-1",
                    "write two capital letters: DE, US …");
      entry.country.clear();
    }
    entry.wikidata = reader.text("wikidata");
    if (const config::Node* wikidata = reader.find("wikidata"); wikidata != nullptr && !is_wikidata(entry.wikidata)) {
      reader.report(*wikidata, "wikidata", "E503", config::shown(*wikidata) + " is no Wikidata id",
                    "write it as Q and digits: Q42");
      entry.wikidata.clear();
    }
    entry.when = static_cast<WatchEntry::When>(reader.choice("when", 0, kWhen));
    entry.exact = reader.choice("case", 0, kCase) == 1;
    for (const config::Node& word : reader.items("only_with")) {
      std::vector<std::uint64_t> phrase;
      if (word.kind == config::Node::Kind::scalar)
        for (const text::Token& token : tokens_of(word.text)) phrase.push_back(token.hash);
      if (phrase.empty() || phrase.size() > kMaxTokens) {
        reader.report(word, "only_with", "E504", config::shown(word) + " is no word or phrase",
                      "write words of the article, one of which must be there");
        continue;
      }
      entry.only_with.push_back(std::move(phrase));
    }
    if (const config::Node* words = reader.find("only_with"); words != nullptr && entry.when != WatchEntry::When::capital) {
      reader.report(*words, "only_with", "E113",
                    "only_with and `when: " + kWhen[static_cast<std::size_t>(entry.when)] + "` contradict each other",
                    "leave one of the two out");
      entry.only_with.clear();
    }

    const auto add = [&](const config::Node& where, std::string_view key, const std::string& name) {
      const auto tokens = tokens_of(name);
      if (tokens.empty() || tokens.size() > kMaxTokens) {
        reader.report(where, key, "E504", config::shown(where) + (tokens.empty() ? " has no word" : " has more than 24 words"),
                      "a name is matched word by word; without a letter or digit it would match nothing");
        return;
      }
      std::string hashes;
      for (const text::Token& token : tokens) hashes += std::to_string(token.hash) + ' ';
      const auto [before, added] = names.try_emplace(std::move(hashes), Taken{number, where.line});
      if (!added) {
        if (before->second.entry != number) {
          reader.report(where, key, "E505", "the name " + config::shown(where) + " is taken by line " +
                        std::to_string(before->second.line),
                        "one name can mean only one thing here; names are compared without case");
        }
        return;
      }
      if (entry.when == WatchEntry::When::capital && entry.only_with.empty() && !entry.exact && is_ordinary(gazetteer, tokens)) {
        config::Diagnostic warning = document.at(where, "E506", reader.path(key) + ": " + config::shown(where) +
                                                 " is an ordinary word too and will be found at the start of sentences",
                                                 "add only_with: [words], or case: exact with a spelling of its own");
        warning.severity = config::Diagnostic::Severity::warning;
        diagnostics.add(std::move(warning));
      }
      if (!sound) return;
      WatchAlias alias{static_cast<std::uint32_t>(list.entries_.size()), {}};
      for (const text::Token& token : tokens) alias.words.emplace_back(name.substr(token.begin, token.end - token.begin));
      list.aliases_.push_back(std::move(alias));
      builder.add_name(name, builder.add_entity({.name = name, .type = entry.type}));
    };
    if (const config::Node* name = reader.find("name"); name != nullptr && name->kind == config::Node::Kind::scalar) add(*name, "name", name->text);
    for (const config::Node& alias : reader.items("aliases")) {
      if (alias.kind == config::Node::Kind::scalar) add(alias, "aliases", alias.text);
      else reader.report(alias, "aliases", "E105", "a name is expected, found " + config::shown(alias));
    }
    reader.finish();
    if (sound) list.entries_.push_back(std::move(entry));
  }
  root.finish();
  if (!list.aliases_.empty()) {
    std::string error;
    list.trie_ = Gazetteer::from_bytes(builder.build(), error);
    if (list.trie_ == nullptr) diagnostics.add({.code = "E009", .file = document.name(), .message = "the watchlist is too large: " + error});
  }
  return list;
}

}  // namespace newsmill::tag_entities
