#include "processors/tag_entities/entities.h"

#include <algorithm>
#include <memory_resource>
#include <tuple>

#include "processors/tag_entities/salience.h"
#include "processors/tag_entities/surroundings.h"

namespace newsmill::tag_entities {
namespace {

constexpr std::uint64_t kUnits = 150;
constexpr double kEcho = 0.5;  // a demonym counts half for its country

/// What is summed up while the mentions of a group pass by.
struct Tally {
  Standing standing;
  std::uint32_t mentions = 0, first = kNone;
  std::uint32_t paragraph = kNone, paragraphs = 0;
  std::uint32_t written = 0;
  Mention* out = nullptr;
  double salience = 0;
};

bool is_metonym(const Reading& reading, const Found& found, EntityType type) {
  if (type != EntityType::LOC) return false;
  if ((kinds_behind(reading, found.last) & kSpeaking) != 0) return true;
  return found.last - found.first == 1 && (reading.kinds[found.first] & kSeat) != 0;
}

EntityIds keep_ids(const EntityIds& ids, Arena& arena) {
  return {keep(ids.wikidata, arena), keep(ids.enwiki, arena), keep(ids.geonames, arena), keep(ids.iso3166, arena),
          keep(ids.lei, arena),      keep(ids.cik, arena),    keep(ids.domain, arena),   keep(ids.watchlist, arena)};
}

/// "watch:" and the entry's id, in the arena.
std::string_view watch_id(std::string_view id, Arena& arena) {
  constexpr std::string_view kScheme = "watch:";
  auto* to = static_cast<char*>(arena.allocate(kScheme.size() + id.size(), 1));
  std::ranges::copy(kScheme, to);
  std::ranges::copy(id, to + kScheme.size());
  return {to, kScheme.size() + id.size()};
}

void identify(const Reading& reading, const Gazetteer& gazetteer, const Watchlist& watchlist, const Group& group,
              Entity& entity, Arena& arena) {
  entity.type = group.type;
  entity.confidence = group.confidence;
  const std::string_view surface = reading.surface(group.first, group.last);
  switch (group.from) {
    case Group::From::gazetteer: {
      const EntityView view = gazetteer.entity(group.key);
      entity.country = keep(view.country, arena);
      if (group.type == EntityType::NORP && view.type != EntityType::NORP) {
        entity.name = keep(surface, arena);  // the people of a place, which is what the place's own id is not
        return;
      }
      entity.id = keep(view.id, arena);
      entity.ids = keep_ids(view.ids, arena);
      entity.name = keep(view.name, arena);
      entity.subtype = keep(view.subtype, arena);
      return;
    }
    case Group::From::watchlist: {
      const WatchEntry& entry = watchlist.entries()[group.key];
      entity.method = EntityMethod::watchlist;
      entity.id = watch_id(entry.id, arena);
      entity.ids.watchlist = keep(entry.id, arena);
      entity.ids.wikidata = keep(entry.wikidata, arena);
      entity.name = keep(entry.name, arena);
      entity.subtype = keep(entry.subtype, arena);
      entity.country = keep(entry.country, arena);
      return;
    }
    case Group::From::pattern: entity.method = EntityMethod::pattern; [[fallthrough]];
    case Group::From::unlinked: entity.name = keep(surface, arena); return;
  }
}

}  // namespace

bool write_entities(const Reading& reading, const Gazetteer& gazetteer, const Watchlist& watchlist, Article& article,
                    Arena& arena, Budget& budget) {
  if (!budget.spend((reading.found.size() + reading.groups.size()) * kUnits)) return false;
  std::pmr::vector<Tally> tallies(reading.groups.size(), &arena);
  std::size_t paragraph = 0;
  const auto last_token = static_cast<double>(std::max<std::size_t>(1, reading.tokens.size()));
  for (const Found& found : reading.found) {
    Tally& tally = tallies[found.group];
    const text::Token& head = reading.tokens[found.first];
    if (tally.mentions++ == 0) {
      tally.first = found.first;
      tally.standing.first = found.first / last_token;
    }
    if (head.field == text::Field::headline) {
      tally.standing.in_headline = true;
    } else {
      while (paragraph + 1 < article.paragraphs.size() && article.paragraphs[paragraph].end <= head.begin) ++paragraph;
      if (tally.paragraph != paragraph) ++tally.paragraphs;
      tally.paragraph = static_cast<std::uint32_t>(paragraph);
    }
    tally.standing.speaks |= (kinds_behind(reading, found.last) & kSpeaking) != 0;
  }
  // The people of a country speak for it: half a mention each.
  for (std::size_t i = 0; i < reading.groups.size(); ++i) {
    const Group& people = reading.groups[i];
    if (people.from != Group::From::gazetteer || people.type != EntityType::NORP) continue;
    for (std::size_t other = i; other-- > 0 && reading.groups[other].from == people.from && reading.groups[other].key == people.key;)
      tallies[other].standing.echo += kEcho * tallies[i].mentions;
  }

  std::pmr::vector<std::uint32_t> order(&arena);
  order.reserve(reading.groups.size());
  double all = 0;  // mentions of the article, with demonyms for what they count
  for (std::size_t i = 0; i < tallies.size(); ++i)
    all += (reading.groups[i].type == EntityType::NORP ? kEcho : 1.0) * tallies[i].mentions;
  const auto paragraphs = static_cast<double>(std::max<std::size_t>(1, article.paragraphs.size()));
  for (std::uint32_t i = 0; i < tallies.size(); ++i) {
    Tally& tally = tallies[i];
    if (tally.mentions == 0) continue;
    tally.standing.mentions = tally.mentions;
    tally.standing.spread = std::min(1.0, tally.paragraphs / paragraphs);
    tally.standing.share = std::min(1.0, (tally.mentions + tally.standing.echo) / all);
    tally.salience = salience(tally.standing);
    if (reading.groups[i].type == EntityType::NORP) tally.salience *= kEcho;
    order.push_back(i);
  }
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    return std::tuple(-tallies[a].salience, tallies[a].first) < std::tuple(-tallies[b].salience, tallies[b].first);
  };
  const auto wanted = static_cast<std::ptrdiff_t>(std::min(order.size(), kMaxEntities));
  std::ranges::partial_sort(order, order.begin() + wanted, before);
  order.resize(static_cast<std::size_t>(wanted));

  for (const std::uint32_t i : order) {
    const std::size_t room = std::min<std::size_t>(tallies[i].mentions, kMaxMentions);
    tallies[i].out = static_cast<Mention*>(arena.allocate(room * sizeof(Mention), alignof(Mention)));
  }
  for (const Found& found : reading.found) {
    Tally& tally = tallies[found.group];
    if (tally.out == nullptr || tally.written == kMaxMentions) continue;
    const text::Token& head = reading.tokens[found.first];
    new (tally.out + tally.written++) Mention{head.begin, reading.tokens[found.last - 1].end, head.field, found.method,
                                              is_metonym(reading, found, reading.groups[found.group].type)};
  }
  article.entities.reserve(order.size());
  for (const std::uint32_t i : order) {
    Entity& entity = article.entities.emplace_back();
    identify(reading, gazetteer, watchlist, reading.groups[i], entity, arena);
    entity.salience = tallies[i].salience;
    entity.mentions = {tallies[i].out, tallies[i].written};
  }
  return true;
}

}  // namespace newsmill::tag_entities
