#include "processors/tag_entities/decide.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "processors/tag_entities/casing.h"
#include "processors/tag_entities/matcher.h"

namespace newsmill::tag_entities {
namespace {

constexpr std::uint64_t kNameUnits = 300, kOptionUnits = 120, kTokenUnits = 2;
constexpr double kWellKnown = 0.6;  // fame from which a single word is a name, whoever bears it
constexpr float kSure = 0.55F;  // confidence from which a name speaks for others
// Odds of a decision by those of its score: what is known here is a part of what there is, so scores alone are too
// sure of themselves. With it about three of four links at the least confidence of 0.5 are right.
constexpr float kCalibration = 0.4F;

// Weights, in log odds.
constexpr float kFame = 5.0F, kShare = 0.8F;
constexpr float kTitled = 2.5F, kTitledOther = -1.5F;           // "Minister X"
constexpr float kPlaced = 1.5F, kPlacedOther = -0.1F;           // "in X"
constexpr float kSpoken = 0.6F;                                 // "X said"
constexpr float kIncorporated = 3.0F, kIncorporatedOther = -1;  // "X Inc"
constexpr float kAged = 1.5F;
constexpr float kCountry = 1.2F, kNoCountry = -0.6F, kRelated = 2.0F, kPublisher = 0.6F, kBeside = 7.0F;
constexpr float kTypeUnknown = 0.5F;    // share of the triggers that count for a candidate of unknown type
constexpr float kForeignName = -3.0F;   // a name of another language than the article's
constexpr float kSurnameAlone = -2.0F;
constexpr float kRegion = -0.6F;        // of a city and a region of one name, reports mean the city
constexpr float kFullName = 2.0F;       // two words or more that name a person: few others bear them
constexpr float kShownBy = 1.0F;        // the name that the thing is shown by, not a further one
constexpr float kNil = 1.5F, kNilSingle = 1.3F, kNilOrdinary = 3.75F, kNilContext = 2.0F, kNilStart = 1.2F,
                kNilNoCase = 1.5F, kNilNoCapitals = 1.0F, kNilBlocked = 1.1F, kNilAgain = -0.35F, kNilTrigger = -0.8F, kNilShouted = 5.0F,
                kNilWord = 3.0F;

float calibrated(float probability) { return kCalibration * probability / (kCalibration * probability + 1 - probability); }

float share(std::uint32_t part, std::uint32_t whole) {
  return whole == 0 ? 0 : static_cast<float>(part) / static_cast<float>(whole);
}

std::size_t country_index(std::string_view code) {
  const auto letter = [](char c) { return static_cast<std::size_t>(c - 'A'); };
  return code.size() == 2 && letter(code[0]) < 26 && letter(code[1]) < 26 ? letter(code[0]) * 26 + letter(code[1]) : 676;
}

/// How much a name speaks for its country.
float voice(const Name& name) {
  return 1 + std::log(static_cast<float>(std::max(1U, name.around.occurrences - name.around.blocked)));
}

float triggers_for(EntityType type, bool known, const Surroundings& around) {
  // Once is enough, twice is hardly more: a title beside one mention tells all.
  const auto seen = [](std::uint32_t count) { return count == 0 ? 0.0F : count == 1 ? 1.0F : 1.2F; };
  const float titled = std::max(seen(around.titles), seen(around.honorifics));
  const float placed = seen(around.places), incorporated = seen(around.companies);
  float sum = 0;
  sum += titled * (type == EntityType::PER ? kTitled : kTitledOther);
  sum += seen(around.ages) * (type == EntityType::PER ? kAged : -kAged);
  sum += placed * (type == EntityType::LOC ? kPlaced : kPlacedOther);
  sum += incorporated * (type == EntityType::ORG ? kIncorporated : kIncorporatedOther);
  if (type == EntityType::PER || type == EntityType::ORG) sum += seen(around.speaking) * kSpoken;
  return known ? sum : sum * kTypeUnknown;
}

}  // namespace

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::undecided: return "undecided";
    case Outcome::linked: return "linked";
    case Outcome::named: return "named";
    case Outcome::watched: return "watched";
    case Outcome::forbidden: return "forbidden";
    case Outcome::part: return "part of a longer name";
    case Outcome::unlikely: return "unlikely";
    case Outcome::coreference: return "short for a name of this article";
  }
  return {};
}

/// What the watchlist says of a name; false when the budget is used up.
bool Decider::watch(Reading& reading, Name& name, Budget& budget) const {
  const WatchEntry& entry = watchlist_.entries()[name.watch_entry];
  name.type = entry.type;
  name.confidence = 1;
  name.outcome = entry.when == WatchEntry::When::never ? Outcome::forbidden : Outcome::watched;
  if (entry.only_with.empty()) return true;
  if (!budget.spend(reading.tokens.size() * entry.only_with.size() * kTokenUnits)) return false;
  const auto held = [&](const std::vector<std::uint64_t>& phrase) {
    return std::ranges::search(reading.tokens, phrase, {}, &text::Token::hash).size() != 0;
  };
  if (std::ranges::none_of(entry.only_with, held)) name.outcome = Outcome::forbidden;
  return true;
}

/// The candidates that can be meant by the way the name is written.
void Decider::collect(Reading& reading, Name& name) const {
  name.options_begin = static_cast<std::uint32_t>(reading.options.size());
  const Occurrence& first = reading.occurrences[name.first];
  // What a thing is called in other languages only stands back behind what is called so in this one.
  const bool native = reading.english && std::ranges::any_of(name.candidates, [](const Candidate& candidate) { return (candidate.flags & kForeign) == 0; });
  for (const Candidate& candidate : name.candidates) {
    if (reading.options.size() - name.options_begin == kMaxOptions) break;
    if (native && (candidate.flags & (kForeign | kPreferred)) == kForeign) continue;
    if (!Matcher::fits(reading, first.first, first.last, candidate.flags)) continue;
    const double fame = gazetteer_.fame(candidate.entity);
    Option& option = reading.options.emplace_back();
    option.entity = candidate.entity;
    option.flags = candidate.flags;
    option.type = (candidate.flags & kDemonym) != 0 ? EntityType::NORP : gazetteer_.type(candidate.entity);
    option.prior = kFame * static_cast<float>(fame) +
                   kShare * std::log(std::max(1e-3F, static_cast<float>(candidate.prior())));
    if ((candidate.flags & kForeign) != 0 && reading.english) option.prior += kForeignName;
    if ((candidate.flags & kPreferred) != 0) option.prior += kShownBy;
    if (name.tokens > 1 && option.type == EntityType::PER) option.prior += kFullName;
    if (option.type == EntityType::LOC && gazetteer_.entity(candidate.entity).subtype == "region") option.prior += kRegion;
    if ((candidate.flags & kSurname) != 0) option.prior += kSurnameAlone;
  }
  name.options_end = static_cast<std::uint32_t>(reading.options.size());
}

/// What the words around the name say, for its candidates and for none of them.
void Decider::weigh(Reading& reading, Name& name) const {
  const Surroundings& around = name.around;
  const Occurrence& first = reading.occurrences[name.first];
  std::uint16_t ordinary = 0xFFFF;
  for (std::uint32_t i = name.options_begin; i < name.options_end; ++i) {
    Option& option = reading.options[i];
    const EntityView entity = gazetteer_.entity(option.entity);
    ordinary &= option.flags;
    option.triggers = triggers_for(option.type, entity.type_known, around);
    if (!reading.country.empty() && entity.country == reading.country) option.publisher = kPublisher;
  }
  const bool one_more = name.tokens == 2 && ((reading.tokens[first.first + 1].flags & text::kPossessive) != 0 || (reading.kinds[first.first] & kPlain) != 0);
  const bool single = name.tokens == 1 || one_more;
  const bool ideographic = (reading.tokens[first.first].flags & text::kIdeographic) != 0;
  float nil = kNil;
  if (ideographic ? name.tokens == 2 : single) nil += kNilSingle;
  const bool told = around.titles + around.honorifics + around.companies + around.places > 0;
  const float doubt = (ordinary & kCommonWord) != 0 ? kNilOrdinary : (ordinary & kNeedsContext) != 0 ? kNilContext : 0;
  nil += told ? doubt / 2 : doubt;
  if (single && has_no_case(reading, first.first) && !ideographic) nil += kNilNoCase;
  if (single && around.counted == 0) nil += kNilNoCapitals;
  if (around.counted > 0 && single) nil += kNilStart * share(around.starts, around.counted);
  nil += kNilBlocked * share(around.blocked, around.occurrences);
  nil += kNilAgain * std::log(static_cast<float>(std::max(1U, around.occurrences)));
  if (told) nil += kNilTrigger;
  if (name.tokens == 1 && (reading.kinds[first.first] & (kHonorific | kTitle | kCalendar | kPlain | kPlacing)) != 0 &&
      (reading.tokens[first.first].flags & text::kAllCaps) == 0) nil += kNilWord;
  // In a text of capitals, US may be us: the body must tell.
  if (single && around.counted == 0 && first.casing == Casing::shouted && (ordinary & kAcronym) != 0) nil += kNilShouted;
  name.nil = nil;
}

/// Probabilities of the candidates and of none, and the likeliest.
void Decider::conclude(Reading& reading, Name& name) const {
  float highest = name.nil;
  for (std::uint32_t i = name.options_begin; i < name.options_end; ++i) highest = std::max(highest, reading.options[i].score());
  float sum = std::exp(name.nil - highest);
  name.nil_probability = sum;
  name.best = kNone;
  for (std::uint32_t i = name.options_begin; i < name.options_end; ++i) {
    Option& option = reading.options[i];
    option.probability = std::exp(option.score() - highest);
    sum += option.probability;
    if (name.best == kNone || option.probability > reading.options[name.best].probability) name.best = i;
  }
  name.nil_probability /= sum;
  for (std::uint32_t i = name.options_begin; i < name.options_end; ++i) reading.options[i].probability /= sum;
  if (name.best == kNone) {
    name.outcome = Outcome::unlikely;
    return;
  }
  const Option& best = reading.options[name.best];
  name.type = best.type;
  name.confidence = calibrated(best.probability);
  if (name.around.occurrences > 0 && name.around.occurrences == name.around.blocked) {
    name.outcome = Outcome::part;
  } else if (name.confidence >= min_confidence_) {
    name.outcome = Outcome::linked;
  } else {
    // It is a name when what it might mean is likely together, and most of that is of one type.
    float same = 0;
    for (std::uint32_t i = name.options_begin; i < name.options_end; ++i)
      if (reading.options[i].type == best.type) same += reading.options[i].probability;
    const bool evident = name.tokens > 1 || gazetteer_.fame(best.entity) >= kWellKnown || name.around.titles + name.around.honorifics + name.around.companies > 0;
    name.outcome = evident && calibrated(std::min(same, 1.0F)) >= 0.5F && same >= 0.8F * (1 - name.nil_probability) ? Outcome::named : Outcome::unlikely;
    if (name.outcome == Outcome::named) name.confidence = calibrated(std::min(same, 1.0F));
  }
}

/// What is sure after the first round: countries, and things that others may be related to.
void Decider::learn(const Reading& reading) {
  countries_.fill(0);
  sure_.clear();
  pointed_.clear();
  most_ = 0;
  for (const Name& name : reading.names) {
    if (name.outcome != Outcome::linked || name.confidence < kSure || name.around.occurrences == 0) continue;
    const Option& best = reading.options[name.best];
    sure_.push_back(best.entity);
    for (const Related& other : gazetteer_.related(best.entity)) pointed_.push_back({other.entity(), best.entity});
    const std::size_t index = country_index(gazetteer_.entity(best.entity).country);
    if (index >= kCountries) continue;
    countries_[index] += voice(name);
    most_ = std::max(most_, countries_[index]);
  }
  std::ranges::sort(pointed_);
  std::ranges::sort(sure_);
  sure_.erase(std::ranges::unique(sure_).begin(), sure_.end());
}

void Decider::cohere(Reading& reading, const Name& name) const {
  // What the name said for itself in the first round does not count for it in the second.
  std::size_t own = kCountries;
  std::uint32_t own_entity = kNone;
  if (name.outcome == Outcome::linked && name.confidence >= kSure) {
    own_entity = reading.options[name.best].entity;
    own = country_index(gazetteer_.entity(own_entity).country);
  }
  for (std::uint32_t i = name.options_begin; i < name.options_end; ++i) {
    Option& option = reading.options[i];
    const std::size_t index = country_index(gazetteer_.entity(option.entity).country);
    option.coherence = 0;
    if (index < kCountries && most_ > 0) {
      const float sure = countries_[index] - (index == own ? voice(name) : 0);
      if (sure > 0.01F) option.coherence += kCountry * (0.5F + 0.5F * sure / most_);
      else if (index != own && gazetteer_.entity(option.entity).subtype != "country") option.coherence += kNoCountry;  // a country needs no other
    }
    const bool related = std::ranges::any_of(gazetteer_.related(option.entity), [&](const Related& other) {
      return other.entity() != option.entity && other.entity() != own_entity && other.relation() != Relation::country &&
             std::ranges::binary_search(sure_, other.entity());
    });
    // Or the other way round: Atlanta lies in Georgia.
    const auto from = std::ranges::equal_range(pointed_, option.entity, {}, &std::pair<std::uint32_t, std::uint32_t>::first);
    const bool pointed = std::ranges::any_of(from, [&](const auto& pair) { return pair.second != own_entity && pair.second != option.entity; });
    if (related || pointed) option.coherence += kRelated;
  }
}

/// "Paris, Texas": a place behind a comma is where the place before it lies.
void Decider::beside(Reading& reading) const {
  for (std::size_t i = 0; i + 1 < reading.occurrences.size(); ++i) {
    const Occurrence& occurrence = reading.occurrences[i];
    if (occurrence.inside != kNone || occurrence.last >= reading.tokens.size()) continue;
    const std::uint32_t other = reading.covered[occurrence.last];
    if (other == kNone || reading.tokens[occurrence.last].field != reading.tokens[occurrence.first].field) continue;
    if (reading.gap(occurrence.last - 1) != ", ") continue;
    const Name& whole = reading.names[reading.occurrences[other].name];
    const Name& part = reading.names[occurrence.name];
    for (std::uint32_t option = part.options_begin; option < part.options_end; ++option) {
      if (reading.options[option].type != EntityType::LOC || reading.options[option].coherence >= kBeside) continue;
      const auto related = gazetteer_.related(reading.options[option].entity);
      const bool lies_in = std::ranges::any_of(related, [&](const Related& relation) {
        return std::any_of(reading.options.begin() + whole.options_begin, reading.options.begin() + whole.options_end,
                           [&](const Option& place) { return place.entity == relation.entity(); });
      });
      if (lies_in) reading.options[option].coherence += kBeside;
    }
  }
}

bool Decider::decide(Reading& reading, Budget& budget) {
  reading.options.clear();
  for (Name& name : reading.names) {
    if (name.watched) {
      if (!watch(reading, name, budget)) return false;
      continue;
    }
    collect(reading, name);
    if (!budget.spend(kNameUnits + kOptionUnits * (name.options_end - name.options_begin))) return false;
    weigh(reading, name);
    conclude(reading, name);
  }
  learn(reading);
  for (const Name& name : reading.names)
    if (!name.watched) cohere(reading, name);
  beside(reading);
  for (Name& name : reading.names)
    if (!name.watched) conclude(reading, name);
  return true;
}

}  // namespace newsmill::tag_entities
