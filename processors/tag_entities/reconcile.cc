#include "processors/tag_entities/reconcile.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <vector>

#include "processors/text/unicode.h"

namespace newsmill::tag_entities {
namespace {

constexpr std::uint32_t kNone = Evidence::kNone;
// A title without qualifier is a city's, and not that of the province of the same name in another
// country, when the city is as large as this (Ontario in California has 180,000 people).
constexpr double kGreatCity = 800'000;
// A title that no source calls a place is one when the city of its name is large or known in as many
// languages as this; "Batman" is a city of 450,000.
constexpr double kLargeCity = 1'000'000;
constexpr std::uint32_t kKnownAliases = 40;

constexpr std::array<std::string_view, 12> kSubdivisionWords = {
    "state", "U.S._state", "province", "region", "oblast", "department", "prefecture", "Mexican_state",
    "Chinese_province", "county", "canton", "autonomous_community"};

struct Title {
  std::string base, qualifier;  ///< words, with spaces
};

/// "Anchorage,_Alaska" → Anchorage, Alaska; "Georgia_(country)" → Georgia, country.
Title taken_apart(std::string_view title) {
  Title result;
  if (const auto open = title.find("_("); open != std::string_view::npos && title.ends_with(')')) {
    result.base = title.substr(0, open);
    result.qualifier = title.substr(open + 2, title.size() - open - 3);
  } else if (const auto comma = title.find(",_"); comma != std::string_view::npos) {
    result.base = title.substr(0, comma);
    result.qualifier = title.substr(comma + 2);
  } else {
    result.base = title;
  }
  std::ranges::replace(result.base, '_', ' ');
  return result;
}

std::string folded(std::string_view text) {
  std::string out;
  text::fold(text, out);
  return out;
}

class Places {
 public:
  explicit Places(Things& things) : things_(things) {
    for (std::uint32_t id = 0; id < things.size(); ++id) {
      if (things.find(id) != id) continue;
      const Evidence& about = things.evidence(id);
      if (about.name.empty() || !is_place(about)) continue;
      by_name_[folded(about.name)].push_back(id);
    }
  }

  /// The place that the title is about, or kNone.
  std::uint32_t of(const Title& title, bool typed) {
    const auto found = by_name_.find(folded(title.base));
    if (found == by_name_.end()) return kNone;
    Choice choice;
    for (std::uint32_t id : found->second) {
      id = things_.find(id);
      const Evidence& about = things_.evidence(id);
      if (about.item != kNone) continue;  // it has its item already
      if (about.territory != kNone) choice.territory.take(id, 1, about);
      else if (about.subdivision != kNone) choice.subdivision.take(id, 1, about);
      else choice.city.take(id, std::max(about.population, 1.0 * about.aliases), about);
    }
    return title.qualifier.empty() ? plain(choice, typed) : qualified(choice, title.qualifier, found->second);
  }

 private:
  struct Best {
    std::uint32_t id = kNone;
    double size = 0, second = 0;
    std::size_t count = 0;
    double population = 0;
    std::uint32_t aliases = 0;
    void take(std::uint32_t candidate, double its_size, const Evidence& about) {
      ++count;
      if (id == kNone || its_size > size) {
        second = size;
        id = candidate;
        size = its_size;
        population = about.population;
        aliases = about.aliases;
      } else {
        second = std::max(second, its_size);
      }
    }
    /// The only one, or five times as large as the next.
    bool clear() const { return id != kNone && (count == 1 || size >= 5 * second); }
  };
  struct Choice {
    Best territory, subdivision, city;
  };

  static bool is_place(const Evidence& about) {
    return about.territory != kNone || about.subdivision != kNone || about.city != kNone;
  }

  std::string country_of(const Evidence& about) const {
    const std::uint32_t code = about.territory != kNone ? about.territory : about.subdivision;
    if (code != kNone) return things_.id(code).substr(4, 2);
    return std::string(about.country);
  }

  std::uint32_t plain(const Choice& choice, bool typed) const {
    if (choice.territory.count == 1) return choice.territory.id;
    const Best &city = choice.city, &subdivision = choice.subdivision;
    if (city.clear() && subdivision.count > 0) {
      const bool inside = subdivision.count == 1 && country_of(things_.evidence(city.id)) ==
                                                        country_of(things_.evidence(subdivision.id));
      if (inside || city.population >= kGreatCity) return known(city, typed) ? city.id : kNone;
    }
    if (subdivision.count == 1) return subdivision.id;
    return subdivision.count == 0 && city.clear() && known(city, typed) ? city.id : kNone;
  }

  static bool known(const Best& city, bool typed) {
    return typed || city.population >= kLargeCity || city.aliases >= kKnownAliases;
  }

  std::uint32_t qualified(const Choice& choice, std::string_view qualifier, const std::vector<std::uint32_t>& all) {
    if (qualifier == "country") return choice.territory.count == 1 ? choice.territory.id : kNone;
    if (qualifier == "city") return choice.city.clear() ? choice.city.id : kNone;
    if (std::ranges::find(kSubdivisionWords, qualifier) != kSubdivisionWords.end()) {
      if (qualifier != "U.S._state") return choice.subdivision.count == 1 ? choice.subdivision.id : kNone;
      for (const std::uint32_t id : all) {
        const Evidence& about = things_.evidence(things_.find(id));
        if (about.subdivision != kNone && country_of(about) == "US") return things_.find(id);
      }
      return kNone;
    }
    // "Anchorage, Alaska": the city of that name in the country that Alaska is in.
    std::string within(qualifier);
    std::ranges::replace(within, '_', ' ');
    const auto found = by_name_.find(folded(within));
    if (found == by_name_.end()) return kNone;
    std::string country;
    for (const std::uint32_t id : found->second) {
      const Evidence& about = things_.evidence(things_.find(id));
      if (about.territory == kNone && about.subdivision == kNone) continue;
      if (const std::string code = country_of(about); country.empty()) country = code;
      else if (country != code) return kNone;  // Georgia is two
    }
    if (country.empty()) return kNone;
    Best best;
    for (const std::uint32_t id : all) {
      const Evidence& about = things_.evidence(things_.find(id));
      if (about.city == kNone || about.item != kNone || country_of(about) != country) continue;
      best.take(things_.find(id), std::max(about.population, 1.0 * about.aliases), about);
    }
    return best.clear() ? best.id : kNone;
  }

  Things& things_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> by_name_;
};

void join_places(Things& things, Joined& joined) {
  Places places(things);
  for (std::uint32_t id = 0; id < things.size(); ++id) {
    if (things.find(id) != id) continue;
    const Evidence& about = things.evidence(id);
    if (about.title == kNone || about.name.empty() || about.territory != kNone || about.subdivision != kNone ||
        about.city != kNone || !about.may_be(EntityType::LOC))
      continue;
    const Title title = taken_apart(std::string_view(things.id(about.title)).substr(7));
    const std::uint32_t place = places.of(title, about.typed());
    if (place != kNone && things.join(place, id)) ++joined.places;
  }
}

/// Things that are known by nothing but a name, or by an entry in a register, join the one thing of
/// that name and a compatible type.
void join_names(Things& things, Joined& joined) {
  std::unordered_map<std::string, std::uint32_t> named;  // kNone = several
  const auto is_register = [&](const Evidence& about, std::uint32_t id) {
    return about.item == kNone && about.title == kNone && about.city == kNone && about.territory == kNone &&
           about.subdivision == kNone && (!about.is_public || things.id(id).starts_with("cik:"));
  };
  for (std::uint32_t id = 0; id < things.size(); ++id) {
    if (things.find(id) != id) continue;
    const Evidence& about = things.evidence(id);
    if (about.name.empty() || is_register(about, id)) continue;
    const auto [place, isnew] = named.try_emplace(folded(about.name), id);
    if (isnew) continue;
    const bool was = place->second != kNone && things.evidence(place->second).territory != kNone;
    if (!was) place->second = about.territory != kNone ? id : kNone;  // among many, the country of that name
  }
  // A country is meant by its long names too: Russian Federation, United States of America.
  for (const ListedAlias& alias : things.aliases()) {
    const std::uint32_t id = things.find(alias.id);
    if (things.evidence(id).territory == kNone || alias.foreign || alias.name.find(' ') == std::string_view::npos)
      continue;
    named.try_emplace(folded(alias.name), id);
  }
  for (std::uint32_t id = 0; id < things.size(); ++id) {
    if (things.find(id) != id) continue;
    const Evidence& about = things.evidence(id);
    if (about.name.empty() || !is_register(about, id)) continue;
    const bool entry = about.is_public;
    const auto [place, isnew] = named.try_emplace(folded(about.name), id);
    if (isnew || place->second == kNone) continue;
    const Evidence& other = things.evidence(things.find(place->second));
    const bool fits = !about.typed() || !other.typed() || about.type() == other.type();
    if (fits && things.join(place->second, id)) ++(entry ? joined.companies : joined.by_name);
  }
}

}  // namespace

Joined reconcile(Things& things) {
  Joined joined;
  join_places(things, joined);
  join_names(things, joined);
  return joined;
}

}  // namespace newsmill::tag_entities
