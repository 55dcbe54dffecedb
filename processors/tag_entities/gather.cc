#include "processors/tag_entities/gather.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace newsmill::tag_entities {
namespace {

constexpr std::uint64_t kUnits = 60;

bool stands(Outcome outcome) {
  return outcome == Outcome::linked || outcome == Outcome::named || outcome == Outcome::watched;
}

/// Which entity a name stands for; two names of one entity give the same.
Group group_of(const Reading& reading, const Gazetteer& gazetteer, std::uint32_t number) {
  const Name& name = reading.names[number];
  Group group;
  group.type = name.type;
  group.confidence = name.confidence;
  if (name.outcome == Outcome::watched) {
    group.from = Group::From::watchlist;
    group.key = name.watch_entry;
  } else if (name.outcome == Outcome::linked) {
    group.from = Group::From::gazetteer;
    group.key = reading.options[name.best].entity;
    if (name.type != EntityType::NORP) group.type = gazetteer.type(group.key);
  } else {
    group.from = Group::From::unlinked;
    group.key = number;
  }
  return group;
}

/// "U.S. Food and Drug Administration": the country before an organisation of its own is a part of that name.
void drop_owners(Reading& reading, const Gazetteer& gazetteer) {
  const auto country = [&](const Found& found, EntityType type) -> std::string_view {
    const Group& group = reading.groups[found.group];
    return group.from == Group::From::gazetteer && group.type == type ? gazetteer.entity(group.key).country : std::string_view{};
  };
  std::size_t kept = 0;
  for (std::size_t i = 0; i < reading.found.size(); ++i) {
    const Found found = reading.found[i];
    if (i + 1 < reading.found.size()) {
      const Found& next = reading.found[i + 1];
      const bool owner = next.first == found.last && next.last - next.first > 1 && reading.touches(found.last - 1) &&
                         (reading.tokens[next.first].flags & text::kJoined) == 0 && reading.casing(found.first) == Casing::normal;
      if (owner && !country(found, EntityType::LOC).empty() && country(found, EntityType::LOC) == country(next, EntityType::ORG)) continue;
    }
    reading.found[kept++] = found;
  }
  reading.found.resize(kept);
}

}  // namespace

std::uint32_t found_at(const Reading& reading, std::uint32_t token) {
  const auto behind = std::ranges::upper_bound(reading.found, token, {}, &Found::first);
  if (behind == reading.found.begin()) return kNone;
  const auto found = behind - 1;
  return found->last > token ? static_cast<std::uint32_t>(found - reading.found.begin()) : kNone;
}

void settle(Reading& reading) {
  std::vector<Found>& found = reading.found;
  const auto length = [](const Found& one) { return one.last - one.first; };
  std::ranges::stable_sort(found, {}, &Found::first);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (kept > 0 && found[i].first < found[kept - 1].last) {
      if (length(found[i]) > length(found[kept - 1])) found[kept - 1] = found[i];
      continue;
    }
    found[kept++] = found[i];
  }
  found.resize(kept);
}

bool gather(Reading& reading, const Gazetteer& gazetteer, Budget& budget) {
  reading.groups.clear();
  reading.found.clear();
  if (!budget.spend((reading.names.size() + reading.occurrences.size()) * kUnits)) return false;
  // Names in order of their group, so that those of one entity are neighbours.
  std::vector<std::uint32_t>& order = reading.order;
  order.clear();
  for (std::uint32_t i = 0; i < reading.names.size(); ++i)
    if (stands(reading.names[i].outcome)) order.push_back(i);
  const auto key = [&](std::uint32_t number) {
    const Group group = group_of(reading, gazetteer, number);
    return std::tuple(group.from, group.key, group.type == EntityType::NORP);
  };
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) { return std::pair(key(a), a) < std::pair(key(b), b); });
  reading.group_of_name.assign(reading.names.size(), kNone);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Group group = group_of(reading, gazetteer, order[i]);
    if (i == 0 || key(order[i]) != key(order[i - 1])) reading.groups.push_back(group);
    Group& into = reading.groups.back();
    into.confidence = std::max(into.confidence, group.confidence);
    reading.group_of_name[order[i]] = static_cast<std::uint32_t>(reading.groups.size() - 1);
  }
  for (const Occurrence& occurrence : reading.occurrences) {
    const std::uint32_t number = reading.group_of_name[occurrence.name];
    if (number == kNone || occurrence.blocked || occurrence.inside != kNone) continue;
    Group& group = reading.groups[number];
    if (occurrence.last - occurrence.first > group.last - group.first) {
      group.first = occurrence.first;
      group.last = occurrence.last;
    }
    const bool watched = group.from == Group::From::watchlist;
    reading.found.push_back({occurrence.first, occurrence.last, number, watched ? EntityMethod::watchlist : EntityMethod::gazetteer});
  }
  settle(reading);
  drop_owners(reading, gazetteer);
  return true;
}

}  // namespace newsmill::tag_entities
