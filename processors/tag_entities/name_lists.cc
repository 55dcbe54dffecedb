#include "processors/tag_entities/name_lists.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <unordered_map>

#include "processors/tag_entities/gazetteer_builder.h"
#include "processors/text/unicode.h"

namespace newsmill::tag_entities {
namespace {

/// Flags that hold for a key only if they hold for every way in which it is written: Nato and NATO
/// are one key, which then needs no capitals.
constexpr std::uint16_t kOfAll = kCaseExact | kForeign | kLowerCase | kAbbreviated | kNeedsContext;

std::string_view last_word(std::string_view name) {
  const std::size_t space = name.rfind(' ');
  return space == std::string_view::npos ? std::string_view() : name.substr(space + 1);
}

// What is as well known as this is meant by a single word even when families are called so too.
constexpr double kSureFame = 0.6;

Relation relation_of(std::string_view word, bool& known) {
  known = true;
  for (int i = 0; i <= static_cast<int>(Relation::parent); ++i)
    if (relation_name(static_cast<Relation>(i)) == word) return static_cast<Relation>(i);
  known = false;
  return Relation::country;
}

/// A thing is oftener meant by its own name than by another that it has, least of all by one that is
/// another's own: Amman was Philadelphia once.
double weight(std::uint16_t flags, bool anothers) {
  return ((flags & kPreferred) != 0 ? 1.0 : anothers ? 0.1 : 0.5) * ((flags & kForeign) != 0 ? 0.5 : 1.0);
}

/// Place of a scheme among those an entity is shown by.
int rank(std::string_view id) {
  constexpr std::string_view kOrder[] = {"wd:", "iso:", "gn:", "enwiki:", "lei:", "cik:", "domain:"};
  for (int i = 0; i < static_cast<int>(std::size(kOrder)); ++i)
    if (id.starts_with(kOrder[i])) return i;
  return static_cast<int>(std::size(kOrder));
}

}  // namespace

struct NameLists::Draft {
  struct Name {
    std::string_view name;
    std::string folded, sources;
    std::uint16_t flags;
  };
  NewEntity entity;
  std::vector<Name> names;
};

NameListResult NameLists::read(std::string_view text, std::string_view source) {
  const NameListResult result = read_name_list(
      text,
      [&](const NameRow& row) {
        NameRow sourced = row;
        if (row.source.empty()) sourced.source = source;
        things_.add(sourced);
      },
      [&](const TitleRow& row) { things_.add(row); });
  sum_.rows += result.rows;
  return result;
}

/// Logarithmic: a step of 0.1 is about a doubling of how often a name means this thing.
double NameLists::fame(const Evidence& about) const {
  if (about.fame > 0) return about.fame;
  const auto bits = [](std::uint64_t set) { return static_cast<double>(std::popcount(set)); };
  double value = 0.04 + 0.08 * std::min(3.0, bits(about.sources) - 1) + 0.10 * std::log10(1.0 + bits(about.languages)) +
                 0.08 * std::log10(1.0 + about.aliases);
  if (about.population > 0) value += 0.13 * std::max(0.0, std::log10(about.population) - 4);
  if (about.title != Evidence::kNone) value += 0.10;
  if (about.item != Evidence::kNone) value += 0.04;
  if (about.subdivision != Evidence::kNone) value += 0.15;
  if (about.territory != Evidence::kNone) value += 0.5;
  return std::min(value, 0.95);
}

void NameLists::learn_people() {
  for (const ListedAlias& alias : things_.aliases()) {
    const Evidence& about = things_.evidence(things_.find(alias.id));
    const std::size_t space = alias.name.find(' ');
    if (!about.typed() || about.type() != EntityType::PER || space == std::string_view::npos || alias.foreign) continue;
    ++forenames_[alias.name.substr(0, space)];
    ++surnames_[last_word(alias.name)];
  }
  for (const std::string_view article : {"The", "A", "An", "El", "La", "Le", "Al"}) forenames_.erase(article);
}

/// The names that things are shown by; those of parts of a country sources give to the country too: England.
void NameLists::learn_own_names() {
  for (std::uint32_t id = 0; id < things_.size(); ++id) {
    const Evidence& about = things_.evidence(id);
    if (things_.find(id) != id || !about.typed()) continue;
    std::string folded;
    text::fold(about.name, folded);
    if (about.subdivision != Evidence::kNone && about.territory == Evidence::kNone)
      regions_.insert(things_.id(about.subdivision).substr(4, 2) + folded);
    own_names_.insert(std::move(folded));
  }
}

/// Two to four words with capitals, the first of which many people bear as their first.
bool NameLists::is_person(std::string_view name) const {
  constexpr std::size_t kBearers = 10;
  const std::size_t space = name.find(' ');
  const auto words = 1 + std::ranges::count(name, ' ');
  if (words < 2 || words > 4 || name.find_first_of(",:0123456789&/") != std::string_view::npos) return false;
  const auto found = forenames_.find(name.substr(0, space));
  return found != forenames_.end() && found->second >= kBearers && !is_common_noun(name, common_);
}

/// A word that is the first or the last name of many people: Cameron is also a place in Mexico.
bool NameLists::is_personal(std::string_view word) const {
  constexpr std::size_t kBearers = 20;
  const auto many = [&](const auto& names) {
    const auto found = names.find(word);
    return found != names.end() && found->second >= kBearers;
  };
  return many(forenames_) || many(surnames_);
}

/// Sources list codes among names: of countries and languages (DJ, he), of airports (ANC). What leads
/// a row is a name however short.
bool NameLists::is_code(const ListedAlias& alias, const Evidence& about, std::string_view folded,
                        std::uint16_t flags) const {
  if (alias.leads || alias.plain || (alias.flags & kAcronym) != 0) return false;
  if (std::ranges::any_of(folded, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) return false;
  const auto letters = std::ranges::count_if(folded, [](char c) { return c >= 'a' && c <= 'z'; });
  const bool place = about.territory != Evidence::kNone || about.subdivision != Evidence::kNone ||
                     about.city != Evidence::kNone;
  return letters <= (place ? 3 : 2) && (place || (flags & kAcronym) == 0);
}

bool NameLists::draft(std::uint32_t thing, std::size_t begin, std::size_t end, Draft& out, BuildSum& sum) const {
  const Evidence& about = things_.evidence(thing);
  out.names.clear();
  out.entity = {};
  std::string_view main = about.name;
  std::string_view qualifier;
  if (about.title != Evidence::kNone) {
    const std::string_view title = things_.id(about.title);
    if (const auto open = title.find("_("); open != std::string_view::npos) qualifier = title.substr(open + 2);
    if (qualifier.ends_with(')')) qualifier.remove_suffix(1);
  }
  if (!about.typed() && about.is_public && is_common_noun(main, common_)) {
    ++sum.common_nouns;
    return false;
  }
  EntityType guessed = EntityType::PER;
  std::string_view kind;
  const bool guess = !about.typed() && (guess_type(main, qualifier, guessed, kind) || is_person(main));
  out.entity.type = about.typed() ? about.type() : guess ? guessed : EntityType::WORK;
  out.entity.type_known = about.typed() || guess;
  if (about.territory != Evidence::kNone || about.subdivision != Evidence::kNone || about.city != Evidence::kNone)
    out.entity.type = EntityType::LOC, out.entity.type_known = true;
  out.entity.subtype = !about.subtype.empty()               ? about.subtype
                       : about.territory != Evidence::kNone ? "country"
                       : about.subdivision != Evidence::kNone ? "region"
                       : about.city != Evidence::kNone        ? "city"
                                                              : kind;
  const std::uint32_t code = about.territory != Evidence::kNone ? about.territory : about.subdivision;
  out.entity.country = !about.country.empty()        ? std::string(about.country)
                       : code != Evidence::kNone ? things_.id(code).substr(4, 2)
                                                 : std::string();
  out.entity.name = main;
  out.entity.fame = fame(about);

  // One row a key; the first way of writing it that stands in the lists is kept for its tokens.
  struct Key {
    std::size_t name;
    std::uint16_t all, any;
    bool plain;
    std::vector<std::uint16_t> sources;
  };
  std::unordered_map<std::string, Key> keys;
  std::vector<std::string_view> order;
  std::string main_folded = spelling(main, common_).folded;
  const std::string surname =
      out.entity.type == EntityType::PER ? spelling(last_word(main), common_).folded : std::string();
  std::size_t kept = 0;
  for (std::size_t i = begin; i < end; ++i) {
    const ListedAlias& alias = things_.aliases()[i];
    Spelling written = spelling(alias.name, common_);
    if (written.junk) {
      ++sum.junk;
      continue;
    }
    if (about.territory != Evidence::kNone && written.folded != main_folded &&
        (!is_public(things_.id(alias.id)) || regions_.contains(out.entity.country + written.folded))) {
      ++sum.borrowed;
      continue;
    }
    if (kept == kMostAliases) {
      if (sum.cut.size() < 20) sum.cut.emplace_back(out.entity.name, end - begin);
      break;
    }
    ++kept;
    std::uint16_t flags = static_cast<std::uint16_t>(written.flags | alias.flags | (alias.foreign ? kForeign : 0));
    const bool is_main = written.folded == main_folded;
    if (!is_main && is_code(alias, about, written.folded, written.flags)) {
      ++sum.codes;
      continue;
    }
    if (is_main) flags |= kPreferred;
    if (out.entity.type == EntityType::PER && written.one_token) {
      if (!surname.empty() && written.folded == surname) flags |= kSurname | kNeedsContext;
      else if (!is_main || out.entity.fame < 0.4) flags |= kNeedsContext;
    }
    if (!out.entity.type_known && written.one_token) flags |= kNeedsContext;
    if (out.entity.type != EntityType::PER && written.one_token && out.entity.fame < kSureFame &&
        is_personal(alias.name))
      flags |= kNeedsContext;
    const auto [place, isnew] = keys.try_emplace(
        written.folded, Key{out.names.size(), flags, flags, alias.plain, {}});
    Key& key = place->second;
    if (isnew) out.names.push_back({alias.name, written.folded, {}, 0});
    key.all &= flags;
    key.any |= flags;
    key.plain |= alias.plain;
    if (std::ranges::find(key.sources, alias.source) == key.sources.end()) key.sources.push_back(alias.source);
  }
  for (const auto& [folded, key] : keys) {
    Draft::Name& name = out.names[key.name];
    name.flags = static_cast<std::uint16_t>((key.any & ~kOfAll) | (key.all & kOfAll));
    if (key.plain) name.flags &= static_cast<std::uint16_t>(~kNeedsContext);
    if ((name.flags & kCommonWord) != 0) name.flags |= kCaseExact;
    for (const std::uint16_t source : key.sources) {
      if (!name.sources.empty()) name.sources += ',';
      name.sources += things_.sources()[source];
    }
  }
  return !out.names.empty();
}

/// "party=wd:Q29552 country=iso:US" of every row that says so, where both are known.
void NameLists::relate(GazetteerBuilder& builder, const Numbers& entity_of) {
  for (const Things::Link& link : things_.links()) {
    const auto from = entity_of.find(things_.find(link.from));
    if (from == entity_of.end()) continue;
    std::string_view rest = link.related;
    while (!rest.empty()) {
      const std::size_t space = std::min(rest.find(' '), rest.size());
      const std::string_view one = rest.substr(0, space);
      rest.remove_prefix(std::min(space + 1, rest.size()));
      const std::size_t equals = one.find('=');
      if (equals == std::string_view::npos) continue;
      bool known = false;
      const Relation relation = relation_of(one.substr(0, equals), known);
      const std::uint32_t id = things_.number(canonical_id(one.substr(equals + 1)));
      if (!known || id == Evidence::kNone) continue;
      if (const auto to = entity_of.find(things_.find(id)); to != entity_of.end())
        builder.relate(from->second, relation, to->second);
    }
  }
}

/// Aliases in order of the things that bear them; the thing of each.
std::vector<std::uint32_t> NameLists::order_aliases() {
  std::vector<ListedAlias>& aliases = things_.aliases();
  std::vector<std::pair<std::uint32_t, std::uint32_t>> by_thing;  // root, place of the alias
  by_thing.reserve(aliases.size());
  for (std::uint32_t i = 0; i < aliases.size(); ++i) by_thing.emplace_back(things_.find(aliases[i].id), i);
  std::ranges::sort(by_thing);
  std::vector<ListedAlias> ordered;
  std::vector<std::uint32_t> of;
  ordered.reserve(by_thing.size());
  of.reserve(by_thing.size());
  for (const auto& [thing, place] : by_thing) {
    ordered.push_back(aliases[place]);
    of.push_back(thing);
  }
  aliases = std::move(ordered);
  return of;
}

std::string NameLists::build(BuildSum& sum) {
  sum_.joined = reconcile(things_);
  learn_people();
  learn_own_names();
  sum_.refused = things_.refused();
  sum_.aliases = things_.aliases().size();
  sum_.identifiers = things_.size();
  const std::vector<std::uint32_t> thing_of = order_aliases();

  std::unordered_map<std::uint32_t, std::vector<std::string>> ids;
  for (std::uint32_t id = 0; id < things_.size(); ++id)
    if (is_public(things_.id(id))) ids[things_.find(id)].push_back(things_.id(id));

  GazetteerBuilder builder;
  Numbers entity_of;
  std::unordered_map<std::string, std::uint32_t> country_entity;
  std::vector<std::pair<std::uint32_t, std::string>> lies_in;
  Draft draft;
  for (std::size_t begin = 0; begin < thing_of.size();) {
    const std::uint32_t thing = thing_of[begin];
    std::size_t end = begin;
    while (end < thing_of.size() && thing_of[end] == thing) ++end;
    const bool known = this->draft(thing, begin, end, draft, sum_);
    begin = end;
    if (!known) continue;
    if (const auto found = ids.find(thing); found != ids.end()) draft.entity.ids = found->second;
    std::ranges::stable_sort(draft.entity.ids, {}, rank);
    const std::uint32_t entity = builder.add_entity(draft.entity);
    std::size_t added = 0;
    for (const Draft::Name& name : draft.names)
      if (builder.add_name(name.name, entity, name.flags, weight(name.flags, own_names_.contains(name.folded)),
                           name.sources))
        ++added;
    sum_.junk += draft.names.size() - added;
    entity_of[thing] = entity;
    ++sum_.entities;
    if (!draft.entity.ids.empty()) ++sum_.linked;
    if (draft.entity.type_known) ++sum_.typed;
    const Evidence& about = things_.evidence(thing);
    if (about.territory != Evidence::kNone) country_entity[things_.id(about.territory).substr(4)] = entity;
    else if (!draft.entity.country.empty()) lies_in.emplace_back(entity, draft.entity.country);
  }
  for (const auto& [entity, country] : lies_in)
    if (const auto found = country_entity.find(country); found != country_entity.end())
      builder.relate(entity, Relation::country, found->second);
  relate(builder, entity_of);
  std::string bytes = builder.build();
  sum_.names = builder.names();
  sum = sum_;
  return bytes;
}

}  // namespace newsmill::tag_entities
