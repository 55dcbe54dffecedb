#include "processors/text/instant_zones.h"

#include <date/tz.h>

#include <algorithm>
#include <array>

#include "processors/text/instant.h"

namespace newsmill::text {
namespace {

/// One meaning of an abbreviation. `zone` is asked where the abbreviation names a rule ("ET"), else
/// `minutes` counts. `countries` and `languages` are lists of two letters each, separated by spaces.
struct Abbreviation {
  std::string_view name;
  int minutes;
  std::string_view countries, languages;
  std::string_view zone = {};
  bool preferred = false;  ///< what it means when nothing else decides
};

constexpr int hm(int hours, int minutes = 0) { return hours * 60 + (hours < 0 ? -minutes : minutes); }

// Sources: RFC 5322 section 4.3; the abbreviations of the IANA tz database; CLDR for MEZ and MESZ.
constexpr std::array kAbbreviations = {
    Abbreviation{"ACDT", hm(10, 30), "", ""},
    Abbreviation{"ACST", hm(9, 30), "", ""},
    Abbreviation{"ADT", hm(-3), "", ""},
    Abbreviation{"AEDT", hm(11), "", ""},
    Abbreviation{"AEST", hm(10), "", ""},
    Abbreviation{"AKDT", hm(-8), "", ""},
    Abbreviation{"AKST", hm(-9), "", ""},
    Abbreviation{"ART", hm(-3), "", ""},
    Abbreviation{"AST", hm(-4), "CA PR VI BB TT BM AG DM DO GD KN LC VC", "fr"},
    Abbreviation{"AST", hm(3), "SA KW QA BH IQ YE", "ar"},
    Abbreviation{"AWST", hm(8), "", ""},
    Abbreviation{"BRST", hm(-2), "", ""},
    Abbreviation{"BRT", hm(-3), "", ""},
    Abbreviation{"BST", hm(1), "GB IM JE GG", "cy", {}, true},
    Abbreviation{"BST", hm(6), "BD", "bn"},
    Abbreviation{"CAT", hm(2), "", ""},
    Abbreviation{"CDT", hm(-5), "US CA MX", "", {}, true},
    Abbreviation{"CDT", hm(-4), "CU", ""},
    Abbreviation{"CEST", hm(2), "", ""},
    Abbreviation{"CET", hm(1), "", ""},
    Abbreviation{"CLST", hm(-3), "", ""},
    Abbreviation{"CLT", hm(-4), "", ""},
    Abbreviation{"COT", hm(-5), "", ""},
    Abbreviation{"CST", hm(-6), "US CA MX CR GT HN NI SV BZ", "", {}, true},
    Abbreviation{"CST", hm(8), "CN TW HK MO", "zh"},
    Abbreviation{"CST", hm(-5), "CU", ""},
    Abbreviation{"CT", 0, "", "", "America/Chicago"},
    Abbreviation{"EAT", hm(3), "", ""},
    Abbreviation{"EDT", hm(-4), "US CA", "", {}, true},
    Abbreviation{"EDT", hm(11), "AU", ""},
    Abbreviation{"EEST", hm(3), "", ""},
    Abbreviation{"EET", hm(2), "", ""},
    Abbreviation{"EST", hm(-5), "US CA JM PA HT BS KY", "", {}, true},
    Abbreviation{"EST", hm(10), "AU", ""},
    Abbreviation{"ET", 0, "", "", "America/New_York"},
    Abbreviation{"GMT", 0, "", ""},
    Abbreviation{"GST", hm(4), "AE OM", "ar", {}, true},
    Abbreviation{"HKT", hm(8), "", ""},
    Abbreviation{"HST", hm(-10), "", ""},
    Abbreviation{"ICT", hm(7), "", ""},
    Abbreviation{"IDT", hm(3), "", ""},
    Abbreviation{"IRST", hm(3, 30), "", ""},
    Abbreviation{"IST", hm(5, 30), "IN LK", "hi bn ta te ml mr gu kn pa or"},
    Abbreviation{"IST", hm(1), "IE", "ga"},
    Abbreviation{"IST", hm(2), "IL PS", "he"},
    Abbreviation{"JST", hm(9), "", ""},
    Abbreviation{"KST", hm(9), "", ""},
    Abbreviation{"MDT", hm(-6), "", ""},
    Abbreviation{"MESZ", hm(2), "", ""},
    Abbreviation{"MEZ", hm(1), "", ""},
    Abbreviation{"MSD", hm(4), "", ""},
    Abbreviation{"MSK", hm(3), "", ""},
    Abbreviation{"MST", hm(-7), "US CA MX", "", {}, true},
    Abbreviation{"MST", hm(8), "MY", "ms"},
    Abbreviation{"MT", 0, "", "", "America/Denver"},
    Abbreviation{"MYT", hm(8), "", ""},
    Abbreviation{"NDT", hm(-2, 30), "", ""},
    Abbreviation{"NPT", hm(5, 45), "", ""},
    Abbreviation{"NST", hm(-3, 30), "CA", "", {}, true},
    Abbreviation{"NST", hm(5, 45), "NP", "ne"},
    Abbreviation{"NZDT", hm(13), "", ""},
    Abbreviation{"NZST", hm(12), "", ""},
    Abbreviation{"PDT", hm(-7), "", ""},
    Abbreviation{"PET", hm(-5), "", ""},
    Abbreviation{"PHT", hm(8), "", ""},
    Abbreviation{"PKT", hm(5), "", ""},
    Abbreviation{"PST", hm(-8), "US CA MX", "", {}, true},
    Abbreviation{"PST", hm(8), "PH", "fil tl"},
    Abbreviation{"PST", hm(5), "PK", "ur"},
    Abbreviation{"PT", 0, "", "", "America/Los_Angeles"},
    Abbreviation{"SAST", hm(2), "", ""},
    Abbreviation{"SGT", hm(8), "", ""},
    Abbreviation{"SST", hm(8), "SG", ""},
    Abbreviation{"SST", hm(-11), "AS", ""},
    Abbreviation{"TRT", hm(3), "", ""},
    Abbreviation{"UT", 0, "", ""},
    Abbreviation{"UTC", 0, "", ""},
    Abbreviation{"UYT", hm(-3), "", ""},
    Abbreviation{"VET", hm(-4), "", ""},
    Abbreviation{"WAT", hm(1), "", ""},
    Abbreviation{"WEST", hm(1), "", ""},
    Abbreviation{"WET", 0, "", ""},
    Abbreviation{"WIB", hm(7), "", ""},
    Abbreviation{"WIT", hm(9), "", ""},
    Abbreviation{"WITA", hm(8), "", ""},
};

bool lists(std::string_view list, std::string_view entry) {
  if (entry.empty()) return false;
  for (std::size_t at = list.find(entry); at != std::string_view::npos; at = list.find(entry, at + 1))
    if ((at == 0 || list[at - 1] == ' ') && (at + entry.size() == list.size() || list[at + entry.size()] == ' '))
      return true;
  return false;
}

const date::time_zone* find_zone(std::string_view name) {
  const auto& zones = date::get_tzdb().zones;
  const auto at = std::ranges::lower_bound(zones, name, {}, &date::time_zone::name);
  return at != zones.end() && at->name() == name ? &*at : nullptr;
}

}  // namespace

bool known_zone(std::string_view name) { return find_zone(name) != nullptr; }

std::optional<ZoneOffset> zone_offset(std::string_view name, std::chrono::local_seconds local) {
  const date::time_zone* const zone = find_zone(name);
  if (zone == nullptr) return std::nullopt;
  const date::local_info info = zone->get_info(date::local_seconds(local.time_since_epoch()));
  return ZoneOffset{std::chrono::floor<std::chrono::minutes>(info.first.offset), zone->name()};
}

std::optional<ZoneOffset> abbreviation_offset(std::string_view abbreviation, std::chrono::local_seconds local,
                                              std::string_view tz, std::string_view country,
                                              std::string_view language) {
  if (const date::time_zone* const zone = find_zone(tz)) {
    const date::local_info info = zone->get_info(date::local_seconds(local.time_since_epoch()));
    for (const date::sys_info* one : {&info.first, &info.second})
      if (one->abbrev == abbreviation && (one == &info.first || info.result != date::local_info::unique))
        return ZoneOffset{std::chrono::floor<std::chrono::minutes>(one->offset), zone->name()};
  }
  const auto range = std::ranges::equal_range(kAbbreviations, abbreviation, {}, &Abbreviation::name);
  const Abbreviation* chosen = range.size() == 1 ? range.begin() : nullptr;
  for (const Abbreviation& one : range)
    if (chosen == nullptr && lists(one.countries, country)) chosen = &one;
  for (const Abbreviation& one : range)
    if (chosen == nullptr && lists(one.languages, language)) chosen = &one;
  for (const Abbreviation& one : range)
    if (chosen == nullptr && one.preferred) chosen = &one;
  if (chosen == nullptr) return std::nullopt;
  if (!chosen->zone.empty()) return zone_offset(chosen->zone, local);
  return ZoneOffset{std::chrono::minutes(chosen->minutes), {}};
}

bool known_abbreviation(std::string_view abbreviation) {
  return std::ranges::binary_search(kAbbreviations, abbreviation, {}, &Abbreviation::name);
}

}  // namespace newsmill::text
