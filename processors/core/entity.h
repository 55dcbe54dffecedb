#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "processors/text/tokens.h"

namespace newsmill {

enum class EntityType : std::uint8_t { PER, ORG, LOC, NORP, EVENT, LAW, PROJECT, WORK, PRODUCT };
std::string_view entity_type_name(EntityType type);

/// What an entity, or one mention of it, was recognised by; names as in the record.
enum class EntityMethod : std::uint8_t { watchlist, gazetteer, coreference, pattern, model };
std::string_view entity_method_name(EntityMethod method);

/// Byte range [begin, end) of a published field that names an entity.
struct Mention {
  std::uint32_t begin = 0, end = 0;
  text::Field field = text::Field::body;
  EntityMethod method = EntityMethod::gazetteer;
  bool metonym = false;  ///< a place that stands for those who rule there
};

/// Identifiers of one thing, each without its scheme ("Q58217", "CN"); empty = not known.
struct EntityIds {
  std::string_view wikidata, enwiki, geonames, iso3166, lei, cik, domain, watchlist;
};

/// One person, organisation, place, … of an article, with every mention of it. Views and spans point
/// into the arena of the article's batch, never into the gazetteer.
struct Entity {
  std::string_view id;  ///< with its scheme, "wd:Q58217"; empty = not linked, never a guess
  EntityIds ids;
  std::string_view name;
  EntityType type = EntityType::PER;
  std::string_view subtype;  ///< "country", "company", …; empty = not known
  std::string_view country;  ///< ISO 3166-1 alpha-2; empty = not known
  double salience = 0, confidence = 0;  ///< [0,1]
  EntityMethod method = EntityMethod::gazetteer;
  std::span<const Mention> mentions;  ///< in order of the text, headline first; at least one
};

}  // namespace newsmill
