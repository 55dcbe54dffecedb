#include "processors/tag_entities/acronyms.h"

#include <algorithm>

#include "processors/tag_entities/gather.h"

namespace newsmill::tag_entities {
namespace {

constexpr std::uint64_t kTokenUnits = 8;
constexpr std::size_t kMostBound = 64;   // a text that defines more of them is a list
constexpr std::uint32_t kLeast = 2, kMost = 10;
constexpr std::uint32_t kMostWords = 14;
constexpr float kStrong = 0.9F;

bool is_acronym(const Reading& reading, std::uint32_t token) {
  const text::Token& here = reading.tokens[token];
  const std::uint32_t size = here.end - here.begin;
  return (here.flags & text::kAllCaps) != 0 && (here.flags & (text::kDigit | text::kAbbreviation)) == 0 && size >= kLeast && size <= kMost;
}

bool in_brackets(const Reading& reading, std::uint32_t first, std::uint32_t last) {
  if (first == 0 || reading.tokens[first - 1].field != reading.tokens[first].field) return false;
  const text::Token& end = reading.tokens[last - 1];
  return reading.gap(first - 1) == " (" && reading.text(end.field).substr(end.end, 1) == ")";
}

/// First byte of a word when it counts for an acronym: capitalised, or the only one that could.
char initial(const Reading& reading, std::uint32_t token) {
  const text::Token& here = reading.tokens[token];
  if ((here.flags & text::kPossessive) != 0) return 0;
  return reading.surface(token, token + 1)[0];
}

/// Whether `letters` may stand for the words [first, last).
bool stands_for(const Reading& reading, std::string_view letters, std::uint32_t first, std::uint32_t last) {
  std::size_t at = 0;
  char first_letter = 0, last_letter = 0;
  for (std::uint32_t i = first; i < last; ++i) {
    const char letter = initial(reading, i);
    if (letter < 'A' || letter > 'Z') continue;
    if (first_letter == 0) first_letter = letter;
    last_letter = letter;
    if (at < letters.size() && letters[at] == letter) ++at;
  }
  if (at == letters.size()) return true;
  return last - first > 1 && letters.front() == first_letter && letters.back() == last_letter;
}

/// True when the words before the bracket, of any case, begin with the letters of the acronym.
bool spelled_small(const Reading& reading, std::string_view letters, std::uint32_t bracket) {
  if (bracket < letters.size()) return false;
  for (std::size_t back = 1; back <= letters.size(); ++back) {
    const auto token = static_cast<std::uint32_t>(bracket - back);
    if (back > 1 && !reading.touches(token)) return false;
    if ((initial(reading, token) & ~0x20) != letters[letters.size() - back]) return false;
  }
  return true;
}

/// The words in capitals before the bracket that spell the acronym, or `bracket` when there are none.
std::uint32_t spelled_before(const Reading& reading, std::string_view letters, std::uint32_t bracket) {
  std::size_t left = letters.size();
  std::uint32_t best = bracket;
  for (std::uint32_t i = bracket; i > 0 && bracket - (i - 1) <= kMostWords; --i) {
    const std::uint32_t token = i - 1;
    if (i < bracket && !reading.touches(token)) break;
    const char letter = initial(reading, token);
    const bool capital = letter >= 'A' && letter <= 'Z';
    if (!capital && (reading.kinds[token] & (kParticle | kPlain)) == 0 && (reading.tokens[token].flags & text::kPossessive) == 0) break;
    if (!capital) continue;
    if (left == 0 || letters[left - 1] != letter) break;
    --left;
    if (left == 0) {
      best = token;
      break;
    }
  }
  return left == 0 ? best : bracket;
}

}  // namespace

bool Acronyms::bind(Reading& reading, Budget& budget) {
  const auto count = static_cast<std::uint32_t>(reading.tokens.size());
  if (!budget.spend(count * kTokenUnits)) return false;
  bound_.clear();
  reading.pending.clear();
  for (std::uint32_t i = 1; i < count && bound_.size() < kMostBound; ++i) {
    if (!is_acronym(reading, i)) continue;
    const std::string_view letters = reading.surface(i, i + 1);
    const std::uint32_t own = found_at(reading, i);
    std::uint32_t group = kNone;
    if (in_brackets(reading, i, i + 1)) {
      const std::uint32_t before = found_at(reading, i - 1);
      if (before != kNone && reading.found[before].last == i && reading.found[before].last - reading.found[before].first > 1 &&
          stands_for(reading, letters, reading.found[before].first, i)) {
        group = reading.found[before].group;
      } else if (own != kNone && before == kNone) {
        const std::uint32_t first = spelled_before(reading, letters, i);
        if (first < i) reading.pending.push_back({first, i, reading.found[own].group, EntityMethod::coreference});
        // "artificial pancreas (AP)": here the letters stand for something that is no name.
        else if (spelled_small(reading, letters, i)) bound_.push_back({reading.tokens[i].hash, kNone});
      }
    } else if (i + 1 < count) {
      const std::uint32_t behind = found_at(reading, i + 1);
      if (behind != kNone && reading.found[behind].first == i + 1 && reading.tokens[i].field == reading.tokens[i + 1].field &&
          in_brackets(reading, i + 1, reading.found[behind].last) && stands_for(reading, letters, i + 1, reading.found[behind].last))
        group = reading.found[behind].group;
    }
    if (group == kNone) continue;
    if (own != kNone && reading.found[own].group != group) {
      const Group& other = reading.groups[reading.found[own].group];
      if (other.from == Group::From::watchlist || other.confidence >= kStrong) continue;
    }
    const std::uint64_t hash = reading.tokens[i].hash;
    if (std::ranges::none_of(bound_, [&](const Bound& bound) { return bound.hash == hash; })) bound_.push_back({hash, group});
  }
  if (!bound_.empty()) {
    for (std::uint32_t i = 0; i < count; ++i) {
      if (!is_acronym(reading, i)) continue;
      const auto bound = std::ranges::find(bound_, reading.tokens[i].hash, &Bound::hash);
      if (bound == bound_.end()) continue;
      const std::uint32_t own = found_at(reading, i);
      if (bound->group == kNone) {
        if (own != kNone && reading.found[own].last - reading.found[own].first == 1 &&
            reading.groups[reading.found[own].group].from != Group::From::watchlist) reading.found[own].group = kNone;
      } else if (own == kNone) {
        reading.pending.push_back({i, i + 1, bound->group, EntityMethod::coreference});
      } else if (Found& found = reading.found[own]; found.last - found.first == 1 && found.group != bound->group) {
        found.group = bound->group;
        found.method = EntityMethod::coreference;
      }
    }
  }
  std::erase_if(reading.found, [](const Found& found) { return found.group == kNone; });
  if (reading.pending.empty()) return true;
  reading.found.insert(reading.found.end(), reading.pending.begin(), reading.pending.end());
  settle(reading);
  return true;
}

}  // namespace newsmill::tag_entities
