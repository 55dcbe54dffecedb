#include "processors/tag_entities/patterns.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "processors/tag_entities/gather.h"

namespace newsmill::tag_entities {
namespace {

constexpr std::uint64_t kTokenUnits = 5;
constexpr std::uint32_t kMostWords = 4;
constexpr float kTitleConfidence = 0.7F, kHonorificConfidence = 0.6F;
constexpr std::uint16_t kNoPersonWord = kTitle | kHonorific | kHead | kCompany | kPlain | kCalendar | kPlaceNoun | kSeat;

bool may_be_of_a_name(const Reading& reading, std::uint32_t token) {
  const text::Token& here = reading.tokens[token];
  const bool initial = (here.flags & text::kAbbreviation) != 0 && here.end - here.begin <= 4;
  if ((here.flags & text::kCapital) == 0 || (here.flags & text::kDigit) != 0) return false;
  if ((here.flags & text::kAllCaps) != 0 && !initial) return false;
  return (reading.kinds[token] & kNoPersonWord) == 0 && found_at(reading, token) == kNone;
}

/// Particles of persons, such as "de la" and "von": those that join the names of organisations are none.
bool joins_a_person(const Reading& reading, std::uint32_t token) {
  static constexpr std::string_view kOthers[] = {"of", "the", "and", "for", "und", "für", "et", "pour", "en", "para", "по", "и"};
  const text::Token& here = reading.tokens[token];
  return (reading.kinds[token] & kParticle) != 0 && (here.flags & text::kCapital) == 0 &&
         std::ranges::find(kOthers, reading.surface(token, token + 1)) == std::end(kOthers);
}

/// How far a name of a person goes that begins at `first`; `first` when there is none.
std::uint32_t end_of_name(const Reading& reading, std::uint32_t first) {
  std::uint32_t end = first;
  std::uint32_t words = 0;
  for (std::uint32_t i = first; i < reading.tokens.size() && words < kMostWords; ++i) {
    if (i > first && !reading.touches(i - 1)) break;
    if (may_be_of_a_name(reading, i)) {
      ++words;
      end = i + 1;
    } else if (i == first || !joins_a_person(reading, i)) {
      break;  // "de la" may stand inside a name, not at its edges
    }
  }
  return end;
}

}  // namespace

bool find_patterns(Reading& reading, Budget& budget) {
  const auto count = static_cast<std::uint32_t>(reading.tokens.size());
  if (!budget.spend(count * kTokenUnits)) return false;
  const std::size_t known = reading.found.size();
  reading.pending.clear();
  for (std::uint32_t i = 0; i + 1 < count; ++i) {
    const std::uint16_t kinds = reading.kinds[i];
    if ((kinds & (kTitle | kHonorific)) == 0 || reading.casing(i) != Casing::normal || !reading.touches(i)) continue;
    if ((reading.tokens[i + 1].flags & text::kJoined) != 0 && (reading.tokens[i].flags & text::kAbbreviation) == 0) continue;
    const std::uint32_t end = end_of_name(reading, i + 1);
    const std::uint32_t words = end - (i + 1);
    if (words == 0 || (words == 1 && (kinds & kHonorific) == 0)) continue;
    // What goes on with the name of an organisation was none of a person: "Justice Smith Foundation".
    if (end < count && reading.touches(end - 1) && (reading.tokens[end].flags & text::kCapital) != 0 &&
        (reading.kinds[end] & (kHead | kCompany)) != 0) continue;
    Group& group = reading.groups.emplace_back();
    group.from = Group::From::pattern;
    group.key = i + 1;
    group.first = i + 1;
    group.last = end;
    group.type = EntityType::PER;
    group.confidence = words > 1 ? kTitleConfidence : kHonorificConfidence;
    reading.pending.push_back({i + 1, end, static_cast<std::uint32_t>(reading.groups.size() - 1), EntityMethod::pattern});
    i = end - 1;
  }
  reading.found.insert(reading.found.end(), reading.pending.begin(), reading.pending.end());
  if (reading.found.size() != known) settle(reading);
  return true;
}

}  // namespace newsmill::tag_entities
