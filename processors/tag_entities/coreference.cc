#include "processors/tag_entities/coreference.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "processors/tag_entities/gather.h"
#include "processors/tag_entities/surroundings.h"

namespace newsmill::tag_entities {
namespace {

constexpr std::uint64_t kTokenUnits = 12;
// A name of its own that the last word of a full name does not override: likely, and of something well known.
constexpr float kStrong = 0.8F;
constexpr double kWellKnown = 0.45;
constexpr std::uint16_t kExplains = kTitle | kHonorific | kPlain | kCalendar;
// Where family names come first, or may.
constexpr std::array<std::string_view, 8> kFamilyFirst = {"CN", "HK", "HU", "KP", "KR", "MO", "TW", "VN"};

bool is_word(const text::Token& token) {
  return (token.flags & (text::kDigit | text::kIdeographic | text::kPossessive)) == 0;
}

/// The last word by which a person may be called: not the s of a genitive, not Jr. or III.
std::uint32_t last_word(const Reading& reading, const Group& group) {
  std::uint32_t last = group.last - 1;
  while (last > group.first) {
    const text::Token& token = reading.tokens[last];
    const bool numeral = (token.flags & text::kAllCaps) != 0 && reading.casing(last) != Casing::shouted && token.end - token.begin <= 3;
    if ((token.flags & (text::kPossessive | text::kAbbreviation)) == 0 && !numeral) break;
    --last;
  }
  return last;
}

}  // namespace

bool Coreference::Call::operator<(const Call& other) const {
  return std::tie(hash, part, since, group) < std::tie(other.hash, other.part, other.since, other.group);
}

void Coreference::collect(const Reading& reading, const Gazetteer& gazetteer, const Watchlist& watchlist) {
  calls_.clear();
  for (std::uint32_t i = 0; i < reading.groups.size(); ++i) {
    const Group& group = reading.groups[i];
    if (group.type != EntityType::PER || group.last - group.first < 2) continue;
    const std::uint32_t last = last_word(reading, group);
    if (last == group.first || (reading.tokens[group.first].flags & text::kIdeographic) != 0) continue;
    std::string_view country;
    if (group.from == Group::From::gazetteer) country = gazetteer.entity(group.key).country;
    if (group.from == Group::From::watchlist) country = watchlist.entries()[group.key].country;
    const bool family_first = std::ranges::find(kFamilyFirst, country) != kFamilyFirst.end();
    calls_.push_back({reading.tokens[last].hash, i, group.first, Part::last});
    calls_.push_back({reading.tokens[group.first].hash, i, group.first, family_first ? Part::family_first : Part::given});
  }
  std::sort(calls_.begin(), calls_.end());
}

/// The one person that the word may call, or kNone.
std::uint32_t Coreference::find(const Reading& reading, std::uint32_t token) const {
  const text::Token& here = reading.tokens[token];
  const auto calls = std::ranges::equal_range(calls_, here.hash, {}, &Call::hash);
  const bool anywhere = here.field == text::Field::headline;
  std::uint32_t group = kNone;
  Part part = Part::given;
  for (const Call& call : calls) {
    if (!anywhere && call.since > token) continue;
    // A full name in the headline in other words than the body's counts as earlier too.
    if (group != kNone && call.part > part && part != Part::last) break;
    if (group != kNone && call.part == Part::given) break;  // a given name calls nobody whose family name it is
    if (group != kNone && group != call.group) return kNone;
    group = call.group;
    part = call.part;
  }
  return group;
}

bool Coreference::resolve(Reading& reading, const Gazetteer& gazetteer, const Watchlist& watchlist, Budget& budget) {
  collect(reading, gazetteer, watchlist);
  if (calls_.empty()) return true;
  const auto count = static_cast<std::uint32_t>(reading.tokens.size());
  if (!budget.spend(count * kTokenUnits)) return false;
  reading.pending.clear();
  std::size_t next = 0;  // in found
  for (std::uint32_t i = 0; i < count; ++i) {
    while (next < reading.found.size() && reading.found[next].last <= i) ++next;
    const text::Token& here = reading.tokens[i];
    if ((here.flags & (text::kCapital | text::kCamel)) == 0 || !is_word(here)) continue;
    if ((reading.kinds[i] & (kPlain | kCalendar)) != 0 && (here.flags & text::kSentenceStart) != 0) continue;
    const std::uint32_t called = find(reading, i);
    if (called == kNone) continue;
    const Group& group = reading.groups[called];

    // As many words of the full name as stand here: "van der Bellen", or all of it.
    std::uint32_t first = i;
    if (here.hash == reading.tokens[last_word(reading, group)].hash) {
      for (std::uint32_t full = last_word(reading, group); full > group.first && first > 0; --full, --first)
        if (reading.tokens[full - 1].hash != reading.tokens[first - 1].hash || !reading.touches(first - 1)) break;
    }
    if (next < reading.found.size() && reading.found[next].first <= i) {
      const Found& own = reading.found[next];
      const Group& other = reading.groups[own.group];
      if (own.group == called || own.last - own.first > 1 || other.from == Group::From::watchlist) continue;
      const bool strong = other.from == Group::From::gazetteer && other.confidence >= kStrong &&
                          gazetteer.fame(other.key) >= kWellKnown && other.type != EntityType::PER;
      if (strong && (kinds_before(reading, first) & kHonorific) == 0) continue;
    }
    if (reading.casing(i) == Casing::normal) {
      // A capital beside it makes it somebody else's name, unless the word tells why it has one.
      if (first > 0 && reading.touches(first - 1)) {
        const text::Token& before = reading.tokens[first - 1];
        const bool capital = (before.flags & text::kCapital) != 0 && (before.flags & text::kAllCaps) == 0;
        const std::uint32_t other = found_at(reading, first - 1);
        const bool other_name = other != kNone && reading.groups[reading.found[other].group].type != EntityType::PER;
        if (capital && (reading.kinds[first - 1] & kExplains) == 0 && !other_name && (before.flags & text::kSentenceStart) == 0) continue;
        if ((before.flags & text::kJoined) == 0 && (here.flags & text::kJoined) != 0 && capital && first == i) continue;
      }
      if (i + 1 < count && reading.touches(i)) {
        const text::Token& behind = reading.tokens[i + 1];
        const bool capital = (behind.flags & text::kCapital) != 0 && (behind.flags & (text::kAllCaps | text::kPossessive)) == 0;
        const bool family = here.hash == reading.tokens[last_word(reading, group)].hash;
        if (capital && (!family || ((reading.kinds[i + 1] & kExplains) == 0 && found_at(reading, i + 1) == kNone))) continue;
      }
    }
    reading.pending.push_back({first, i + 1, called, EntityMethod::coreference});
  }
  if (reading.pending.empty()) return true;
  // What they override goes: settle() keeps the longer of two, and these are meant.
  std::size_t kept = 0, at = 0;
  for (const Found& found : reading.found) {
    while (at < reading.pending.size() && reading.pending[at].last <= found.first) ++at;
    const bool overridden = at < reading.pending.size() && reading.pending[at].first < found.last;
    if (!overridden) reading.found[kept++] = found;
  }
  reading.found.resize(kept);
  reading.found.insert(reading.found.end(), reading.pending.begin(), reading.pending.end());
  settle(reading);
  return true;
}

}  // namespace newsmill::tag_entities
