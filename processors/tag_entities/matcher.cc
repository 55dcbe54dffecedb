#include "processors/tag_entities/matcher.h"

#include <algorithm>

#include "processors/tag_entities/casing.h"
#include "processors/text/utf8.h"

namespace newsmill::tag_entities {
namespace {

constexpr std::uint64_t kTokenUnits = 60, kStepUnits = 20;  // measured: 4 ns a token, 10 ns a step, with room
constexpr std::uint32_t kAhead = 6;         // tokens: as long as memory takes
constexpr std::uint32_t kMinHan = 2;        // letters of a name written in Han or Kana
constexpr std::uint32_t kShoutedAcronym = 3;  // longest word in capitals that is an acronym unless a name says otherwise

bool is_katakana(char32_t c) { return c >= 0x30A0 && c <= 0x30FF; }

char32_t first_letter(const Reading& reading, std::uint32_t token) {
  std::size_t at = reading.tokens[token].begin;
  return text::next(reading.text(reading.tokens[token].field), at);
}

std::uint32_t size_of(const text::Token& token) { return token.end - token.begin; }

/// True when a name may run over the gap before `token`: it is inside one sentence, and nothing but
/// spaces and joiners stands there, or a comma before Inc and its like.
bool runs_on(const Reading& reading, std::uint32_t token) {
  if (reading.touches(token - 1)) return true;
  const text::Token& before = reading.tokens[token - 1];
  const text::Token& here = reading.tokens[token];
  if (before.field != here.field || before.sentence != here.sentence) return false;
  const std::string_view gap = reading.gap(token - 1);
  if (gap == "\n" || gap == " & " || gap == ". " || gap == " - " || gap == "·" || gap == " · " || gap == "・") return true;
  return gap == ", " && ((reading.kinds[token] & kCompany) != 0 || (here.flags & text::kAbbreviation) != 0);
}

/// As fits() has it: what is written with a small letter is no name that begins with a capital. Not for
/// letters without case.
bool may_begin(const text::Token& token, const Gazetteer& gazetteer) {
  constexpr auto kLarge = text::kCapital | text::kCamel | text::kDigit | text::kIdeographic;
  return (token.flags & kLarge) != 0 ? gazetteer.may_start(token.hash) : gazetteer.may_start_small(token.hash);
}

/// True when the edge before `token` is none of a name: inside an address, a number, a longer word.
bool cuts(const Reading& reading, std::uint32_t token) {
  const text::Token& here = reading.tokens[token];
  if (token == 0 || (here.flags & text::kJoined) == 0) return false;
  const text::Token& before = reading.tokens[token - 1];
  if (before.field != here.field) return false;
  const std::string_view gap = reading.gap(token - 1);
  if (gap.empty()) {
    const bool kana = (here.flags & before.flags & text::kIdeographic) != 0 && is_katakana(first_letter(reading, token)) &&
                      is_katakana(first_letter(reading, token - 1));
    return kana;
  }
  if (gap == "@" || gap == "_") return true;
  if (gap == ".") return (before.flags & text::kAbbreviation) == 0 && size_of(before) > 1;
  // O'Donnell, N'Djamena: one capital before an apostrophe belongs to what follows.
  const bool apostrophe = gap == "'" || gap == "’";
  return apostrophe && (here.flags & text::kPossessive) == 0 && size_of(before) == 1 &&
         (before.flags & text::kCapital) != 0 && (here.flags & text::kCapital) != 0;
}

}  // namespace

bool Matcher::fits(const Reading& reading, std::uint32_t first, std::uint32_t last, std::uint16_t flags) {
  const text::Token& head = reading.tokens[first];
  const bool single = last - first == 1 || (last - first == 2 && (reading.tokens[first + 1].flags & text::kPossessive) != 0);
  if (has_no_case(reading, first)) return (head.flags & text::kIdeographic) == 0 || last - first >= kMinHan;
  const bool capital = (head.flags & (text::kCapital | text::kCamel | text::kDigit)) != 0;
  const Casing casing = reading.casing(first);
  if (single) {
    const bool points = (head.flags & text::kAbbreviation) != 0;
    if ((flags & kAcronym) != 0) {
      if ((head.flags & text::kAllCaps) != 0) return true;
      if (points) return (head.flags & text::kCapital) != 0;
      // Nato and Unesco, but not Who: as long as it is no word of its own.
      return capital && size_of(head) > kShoutedAcronym && (flags & (kCaseExact | kCommonWord)) == 0;
    }
    if (points) return false;  // the name itself would have been written with points
    if ((flags & kLowerCase) != 0) {
      // eBay and iPhone by their shape, adidas by its length; "as" and "to" are words, whatever a list says.
      const bool shape = (head.flags & text::kCamel) != 0 || capital;
      if (!shape && (size_of(head) <= kShoutedAcronym || (flags & (kCommonWord | kNeedsContext)) != 0)) return false;
      return casing != Casing::normal || (head.flags & text::kAllCaps) == 0;
    }
    if (!capital) return false;
    if ((head.flags & text::kAllCaps) != 0 && casing == Casing::normal)
      return size_of(head) > kShoutedAcronym && (flags & (kCaseExact | kCommonWord)) == 0;
    return true;
  }
  std::uint32_t end = last - 1;
  if ((reading.tokens[end].flags & text::kPossessive) != 0) --end;
  const text::Token& tail = reading.tokens[end];
  const bool tail_capital = (tail.flags & (text::kCapital | text::kCamel | text::kDigit | text::kJoined)) != 0 || has_no_case(reading, end);
  if ((flags & kLowerCase) != 0) return capital || tail_capital;
  if (!capital) return false;
  return tail_capital || !reading.english || (reading.kinds[end] & kParticle) != 0;
}

bool Matcher::watch_fits(const Reading& reading, std::uint32_t first, std::uint32_t last, std::uint32_t number) const {
  const WatchAlias& alias = watchlist_.alias(number);
  const WatchEntry& entry = watchlist_.entries()[alias.entry];
  if (entry.exact) {
    for (std::uint32_t i = first; i < last; ++i)
      if (reading.surface(i, i + 1) != alias.words[i - first]) return false;
    return true;
  }
  if (entry.when != WatchEntry::When::capital) return true;
  for (std::uint32_t i = first; i < last; ++i) {
    const char lead = alias.words[i - first][0];
    const bool written_small = (lead >= 'a' && lead <= 'z') || (lead >= '0' && lead <= '9');
    if (written_small || has_no_case(reading, i)) continue;
    if ((reading.tokens[i].flags & (text::kCapital | text::kCamel)) == 0) return false;
  }
  return true;
}

bool Matcher::accepts(const Reading& reading, std::uint32_t first, std::uint32_t last,
                      std::span<const Candidate> candidates, bool watched) const {
  if (last < reading.tokens.size() && cuts(reading, last)) return false;
  return std::ranges::any_of(candidates, [&](const Candidate& candidate) {
    return watched ? watch_fits(reading, first, last, candidate.entity) : fits(reading, first, last, candidate.flags);
  });
}

Matcher::Match Matcher::longest(const Reading& reading, const Gazetteer& trie, std::uint32_t first, std::uint32_t end,
                                bool watched, std::uint64_t& steps) const {
  Match best;
  const text::Token& head = reading.tokens[first];
  if (!trie.may_start(head.hash)) return best;
  if (!watched && !may_begin(head, trie) && !has_no_case(reading, first)) return best;
  Node node = trie.root();
  for (std::uint32_t i = first; i < end; ++i) {
    if (i > first && !runs_on(reading, i)) break;
    ++steps;
    node = trie.step(node, reading.tokens[i].hash);
    if (!node.valid()) break;
    const auto candidates = trie.candidates(node);
    if (!candidates.empty() && accepts(reading, first, i + 1, candidates, watched)) best = {i + 1, candidates};
    if (node.leaf()) break;
  }
  return best;
}

std::uint32_t Matcher::name_of(Reading& reading, const Match& match, std::uint32_t tokens, bool watched) {
  // At most half full, or it grows; its size follows the largest article seen.
  if (2 * (reading.names.size() + 1) > table_.size()) {
    table_.assign(table_.empty() ? 1024 : 2 * table_.size(), kNone);
    for (std::uint32_t i = 0; i < reading.names.size(); ++i) {
      std::size_t at = (reinterpret_cast<std::uintptr_t>(reading.names[i].candidates.data()) >> 3) * 0x9E3779B97F4A7C15u >> 20;
      while (table_[at & (table_.size() - 1)] != kNone) ++at;
      table_[at & (table_.size() - 1)] = i;
    }
  }
  std::size_t at = (reinterpret_cast<std::uintptr_t>(match.candidates.data()) >> 3) * 0x9E3779B97F4A7C15u >> 20;
  for (;; ++at) {
    std::uint32_t& slot = table_[at & (table_.size() - 1)];
    if (slot == kNone) {
      slot = static_cast<std::uint32_t>(reading.names.size());
      Name& name = reading.names.emplace_back();
      name.candidates = match.candidates;
      name.watched = watched;
      name.tokens = tokens;
      if (watched) name.watch_entry = watchlist_.alias(match.candidates.front().entity).entry;
      return slot;
    }
    if (reading.names[slot].candidates.data() == match.candidates.data()) return slot;
  }
}

void Matcher::add(Reading& reading, std::uint32_t first, const Match& match, bool watched, std::uint32_t inside) {
  const auto number = static_cast<std::uint32_t>(reading.occurrences.size());
  const std::uint32_t name = name_of(reading, match, match.last - first, watched);
  if (reading.names[name].first == kNone) reading.names[name].first = number;
  reading.occurrences.push_back({first, match.last, name, inside, reading.casing(first)});
  if (inside == kNone)
    for (std::uint32_t i = first; i < match.last; ++i) reading.covered[i] = number;
}

bool Matcher::match(Reading& reading, Budget& budget) {
  const auto count = static_cast<std::uint32_t>(reading.tokens.size());
  if (!budget.spend(count * kTokenUnits)) return false;
  reading.kinds.resize(count);
  for (std::uint32_t i = 0; i < count; ++i) reading.kinds[i] = (*reading.words)[reading.tokens[i].hash];
  read_casings(reading);
  reading.covered.assign(count, kNone);
  reading.occurrences.clear();
  reading.names.clear();
  std::ranges::fill(table_, kNone);

  const Gazetteer* watched = watchlist_.trie();
  std::uint64_t steps = 0;
  std::uint32_t asked = 0;  // tokens whose first probe was asked for ahead of time
  for (std::uint32_t i = 0; i < count;) {
    for (; asked < std::min(count, i + kAhead); ++asked)
      if (const text::Token& token = reading.tokens[asked]; may_begin(token, gazetteer_)) gazetteer_.prefetch(token.hash);
    if (cuts(reading, i)) {
      ++i;
      continue;
    }
    bool own = false;
    Match best;
    if (watched != nullptr) {
      best = longest(reading, *watched, i, count, true, steps);
      own = best.last != 0;
    }
    if (!own) best = longest(reading, gazetteer_, i, count, false, steps);
    if (best.last == 0) {
      ++i;
      continue;
    }
    if (!own && best.last - i > 1 && (reading.kinds[i] & kPlain) != 0) {
      // "The U.S." names what "U.S." names: the article stays outside. "The Associated Press" is another matter.
      const Match rest = longest(reading, gazetteer_, i + 1, count, false, steps);
      const std::uint32_t likeliest = best.candidates.front().entity;
      const bool outside = (reading.tokens[i].flags & text::kCapital) == 0 || gazetteer_.type(likeliest) == EntityType::LOC;
      if (outside && (rest.last > best.last || (rest.last == best.last && rest.candidates.front().entity == likeliest))) {
        ++i;
        continue;
      }
    }
    if (!own && (reading.tokens[i].flags & text::kIdeographic) != 0) {
      // Words are not told apart here: the longest of all names that overlap is the likeliest cut.
      std::uint32_t next = i + 1;
      for (; next < best.last; ++next) {
        const Match later = longest(reading, gazetteer_, next, count, false, steps);
        if (later.last > best.last && later.last - next > best.last - i) break;
      }
      if (next < best.last) {
        i = next;
        continue;
      }
    }
    const auto outer = static_cast<std::uint32_t>(reading.occurrences.size());
    add(reading, i, best, own, kNone);
    if (best.last - i > 1) {
      for (std::uint32_t inner = i; inner < best.last;) {
        Match part;
        if (inner > i || best.last - inner > 1) part = longest(reading, gazetteer_, inner, inner == i ? best.last - 1 : best.last, false, steps);
        if (part.last == 0) {
          ++inner;
          continue;
        }
        add(reading, inner, part, false, outer);
        inner = part.last;
      }
    }
    i = best.last;
    if (steps > count) {
      if (!budget.spend(steps * kStepUnits)) return false;
      steps = 0;
    }
  }
  return budget.spend(steps * kStepUnits);
}

}  // namespace newsmill::tag_entities
