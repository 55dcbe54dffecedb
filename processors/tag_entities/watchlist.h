#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.h"
#include "config/document.h"
#include "processors/core/entity.h"
#include "processors/tag_entities/gazetteer.h"

namespace newsmill::tag_entities {

/// One thing that an operator wants to be told about, or never to be told about.
struct WatchEntry {
  /// When an occurrence of a name counts.
  enum class When : std::uint8_t {
    capital,  ///< where the name is written with its capitals, or where capitals say nothing
    always,   ///< wherever its words stand, in any case
    never,    ///< nowhere: the name is not reported, whatever the gazetteer says
  };
  std::string id;    ///< as written, without "watch:"
  std::string name, subtype, country, wikidata;
  EntityType type = EntityType::ORG;
  When when = When::capital;
  bool exact = false;  ///< every letter as written
  /// Words or phrases, as Token::hash, one of which the article must hold; empty = none needed.
  std::vector<std::vector<std::uint64_t>> only_with;
};

/// One way of writing an entry's name.
struct WatchAlias {
  std::uint32_t entry;
  std::vector<std::string> words;  ///< as written, one a token
};

/// The operator's own names (`tag_entities.watchlist`), which go before those of the gazetteer. The
/// format is in docs/entities.md. Immutable once read; any thread.
class Watchlist {
 public:
  /// Reads a document; every finding goes to `diagnostics`, and what is sound is kept. `gazetteer`, when
  /// given, tells which aliases are ordinary words.
  static Watchlist read(const config::Document& document, const Gazetteer* gazetteer, config::Diagnostics& diagnostics);

  const std::vector<WatchEntry>& entries() const { return entries_; }
  /// Of a candidate's entity number in trie().
  const WatchAlias& alias(std::uint32_t number) const { return aliases_[number]; }
  /// The aliases as a trie of names, each an entity of its own; null when there are none.
  const Gazetteer* trie() const { return trie_.get(); }

 private:
  std::vector<WatchEntry> entries_;
  std::vector<WatchAlias> aliases_;
  std::shared_ptr<const Gazetteer> trie_;
};

}  // namespace newsmill::tag_entities
