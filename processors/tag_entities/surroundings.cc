#include "processors/tag_entities/surroundings.h"

#include <algorithm>
#include <string>

namespace newsmill::tag_entities {
namespace {

constexpr double kWellKnown = 0.6;  // fame from which a single word explains a capital by itself
constexpr std::uint16_t kExplains = kTitle | kHonorific | kPlain | kCalendar;

bool is_capital(const text::Token& token) { return (token.flags & text::kCapital) != 0; }

/// True when the occurrence is a name by itself, so that a capital in it needs no other explanation.
bool stands_alone(const Reading& reading, const Gazetteer& gazetteer, std::uint32_t number) {
  const Occurrence& occurrence = reading.occurrences[number];
  const Name& name = reading.names[occurrence.name];
  if (name.watched || occurrence.last - occurrence.first > 1) return true;
  const Candidate& likeliest = name.candidates.front();
  const bool capitals = (reading.tokens[occurrence.first].flags & (text::kAllCaps | text::kAbbreviation)) != 0;
  if ((likeliest.flags & kAcronym) != 0 && !capitals) return false;  // "De" is not DE
  if ((likeliest.flags & (kCommonWord | kNeedsContext)) != 0 && !capitals) return false;
  return (likeliest.flags & (kDemonym | kAcronym)) != 0 || gazetteer.fame(likeliest.entity) >= kWellKnown;
}

/// True for a word that begins a longer name together with its neighbour.
bool unexplained(const Reading& reading, const Gazetteer& gazetteer, std::uint32_t token) {
  const text::Token& here = reading.tokens[token];
  if (!is_capital(here) || (here.flags & (text::kAllCaps | text::kPossessive)) != 0) return false;
  if ((reading.kinds[token] & kExplains) != 0) return false;
  const std::uint32_t cover = reading.covered[token];
  return cover == kNone || !stands_alone(reading, gazetteer, cover);
}

bool read_blocked(const Reading& reading, const Gazetteer& gazetteer, const Occurrence& occurrence) {
  if (occurrence.casing != Casing::normal) return false;
  if ((reading.tokens[occurrence.first].flags & text::kIdeographic) != 0) return false;
  if ((reading.names[occurrence.name].candidates.front().flags & kDemonym) != 0) return false;  // an adjective
  const bool single = occurrence.last - occurrence.first == 1;
  const std::uint32_t before = occurrence.first - 1, behind = occurrence.last;
  if (behind < reading.tokens.size() && reading.touches(behind - 1)) {
    const text::Token& next = reading.tokens[behind];
    const bool hyphen = (next.flags & text::kJoined) != 0;
    // "Harvard University" is more than Harvard; "US President" is not.
    if (single && !hyphen && is_capital(next) && (reading.kinds[behind] & kHead) != 0 && (reading.kinds[behind] & (kTitle | kPlain)) == 0) return true;
    if (unexplained(reading, gazetteer, behind)) {
      if (single) return true;
      const Candidate& likeliest = reading.names[occurrence.name].candidates.front();
      if (!hyphen && gazetteer.type(likeliest.entity) == EntityType::PER) return true;
    }
  }
  // "Therapy Center of Beverly Hills" is one name; "the city of X" and "President of X" are two.
  if (before >= 1 && before != kNone && (reading.kinds[before] & kParticle) != 0 && !is_capital(reading.tokens[before]) &&
      reading.touches(before) && reading.touches(before - 1)) {
    const text::Token& owner = reading.tokens[before - 1];
    const bool name_like = is_capital(owner) && (owner.flags & (text::kSentenceStart | text::kAllCaps | text::kPossessive)) == 0 &&
                           (reading.kinds[before - 1] & (kTitle | kHonorific | kPlain | kCalendar)) == 0;
    const bool place = gazetteer.type(reading.names[occurrence.name].candidates.front().entity) == EntityType::LOC;
    if (name_like && place && reading.covered[before - 1] == kNone && reading.surface(before, before + 1) == "of") return true;
  }
  if (occurrence.first > 0 && reading.touches(before) && unexplained(reading, gazetteer, before)) {
    // At the head of a sentence any word has a capital; there it speaks only against what is little known.
    if ((reading.tokens[before].flags & text::kSentenceStart) == 0) return single;
    return single && !stands_alone(reading, gazetteer, reading.covered[occurrence.first]);
  }
  return false;
}

bool ends_with_any(std::string_view text, std::span<const std::string> words) {
  return std::ranges::any_of(words, [&](const std::string& word) { return text.ends_with(word); });
}

bool begins_with_any(std::string_view text, std::span<const std::string> words) {
  return std::ranges::any_of(words, [&](const std::string& word) { return text.starts_with(word); });
}

/// "X, 36," and "X (36)": ages stand behind persons.
bool has_age(const Reading& reading, std::uint32_t last) {
  if (last >= reading.tokens.size()) return false;
  const text::Token& next = reading.tokens[last];
  if (next.field != reading.tokens[last - 1].field || (next.flags & text::kDigit) == 0 || next.end - next.begin != 2) return false;
  const std::string_view gap = reading.gap(last - 1);
  if (gap != ", " && gap != " (") return false;
  const std::string_view rest = reading.text(next.field).substr(next.end, 1);
  return rest == "," || rest == ")" || rest == ".";
}

void read(Reading& reading, const Occurrence& occurrence, Surroundings& around) {
  const std::uint16_t before = kinds_before(reading, occurrence.first);
  const std::uint16_t behind = kinds_behind(reading, occurrence.last);
  around.honorifics += (before & kHonorific) != 0;
  around.titles += (before & kTitle) != 0;
  around.places += (before & kPlacing) != 0;
  if ((before & kParticle) != 0 && occurrence.first > 1)
    around.places += (kinds_before(reading, occurrence.first - 1) & kPlaceNoun) != 0;
  around.speaking += (behind & kSpeaking) != 0;
  around.companies += (behind & kCompany) != 0 && is_capital(reading.tokens[occurrence.last]);
  around.ages += has_age(reading, occurrence.last);
  const text::Token& head = reading.tokens[occurrence.first];
  const WordTable& words = *reading.words;
  if ((head.flags & text::kIdeographic) != 0 && !(words.before.empty() && words.behind.empty())) {
    const std::string_view text = reading.text(head.field);
    around.titles += ends_with_any(text.substr(0, head.begin), words.before) ||
                     begins_with_any(text.substr(reading.tokens[occurrence.last - 1].end), words.behind);
  }
}

}  // namespace

std::uint16_t kinds_before(const Reading& reading, std::uint32_t first) {
  return first > 0 && reading.touches(first - 1) ? reading.kinds[first - 1] : std::uint16_t{0};
}

std::uint16_t kinds_behind(const Reading& reading, std::uint32_t last) {
  if (last >= reading.tokens.size() || !reading.touches(last - 1)) return 0;
  // "China's said" is none; what stands behind the s belongs to something else.
  return (reading.tokens[last].flags & text::kPossessive) != 0 ? std::uint16_t{0} : reading.kinds[last];
}

void read_surroundings(Reading& reading, const Gazetteer& gazetteer) {
  for (Occurrence& occurrence : reading.occurrences) {
    Name& name = reading.names[occurrence.name];
    Surroundings& around = name.around;
    if (occurrence.inside != kNone) {
      ++around.inner;
      continue;
    }
    ++around.occurrences;
    around.in_headline += reading.tokens[occurrence.first].field == text::Field::headline;
    if (!name.watched) occurrence.blocked = read_blocked(reading, gazetteer, occurrence);
    if (occurrence.blocked) {
      ++around.blocked;
      continue;
    }
    if (occurrence.casing != Casing::normal) continue;
    ++around.counted;
    around.starts += (reading.tokens[occurrence.first].flags & text::kSentenceStart) != 0;
    read(reading, occurrence, around);
  }
}

}  // namespace newsmill::tag_entities
