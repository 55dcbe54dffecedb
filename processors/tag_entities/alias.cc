#include "processors/tag_entities/alias.h"

#include <algorithm>
#include <array>

#include "processors/tag_entities/gazetteer.h"
#include "processors/text/tokens.h"
#include "processors/text/unicode.h"
#include "processors/text/utf8.h"

namespace newsmill::tag_entities {
namespace {

constexpr std::size_t kMostBytes = 200;

bool written_without_spaces(text::Script script) {
  using text::Script;
  return script == Script::han || script == Script::kana || script == Script::thai || script == Script::lao ||
         script == Script::khmer || script == Script::myanmar;
}

template <std::size_t N>
bool any_word(std::string_view name, const std::array<std::string_view, N>& words) {
  while (!name.empty()) {
    const std::size_t end = std::min(name.find(' '), name.size());
    const std::string_view word = name.substr(0, end);
    if (std::ranges::find(words, word) != words.end()) return true;
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return false;
}

// Words that tell what kind of thing bears a name. English, as the titles are.
constexpr std::array<std::string_view, 44> kOrganisation = {
    "University", "College",    "Institute", "Ministry",   "Department", "Party",     "Bank",       "Group",
    "Inc",        "Inc.",       "Corp.",     "Corporation", "Company",   "Ltd",       "Ltd.",       "LLC",
    "PLC",        "plc",        "Holdings",  "Agency",     "Committee",  "Commission", "Council",   "Association",
    "Federation", "Foundation", "Union",     "Organization", "Organisation", "Authority", "Army",   "Navy",
    "FC",         "F.C.",       "Club",      "Orchestra",  "Academy",    "School",    "Hospital",   "Airlines",
    "Times",      "Front",      "Movement",  "League"};
constexpr std::array<std::string_view, 30> kPlace = {
    "River",  "Lake",     "Mount",  "Mountains", "Island",  "Islands",   "County",   "Province", "District", "Sea",
    "Ocean",  "Bay",      "Gulf",   "Desert",    "Valley",  "Peninsula", "Strait",   "City",     "Airport",  "Canal",
    "Park",   "Republic", "Region", "Prefecture", "Oblast", "Coast",     "Mountain", "Cape",     "Glacier",  "Forest"};
constexpr std::array<std::string_view, 20> kEvent = {
    "Battle",        "War",        "Wars",       "Siege",  "Olympics", "Cup",      "Championship",
    "Championships", "Revolution", "Massacre",   "Crisis", "Riots",    "Uprising", "Election",
    "Earthquake",    "Famine",     "Conference", "Summit", "Festival", "Games"};
constexpr std::array<std::string_view, 8> kLaw = {"Act",       "Treaty", "Convention",   "Agreement",
                                                  "Protocol", "Charter", "Constitution", "Declaration"};
constexpr std::array<std::string_view, 26> kPersonBracket = {
    "politician", "actor",  "actress", "writer",   "author",  "poet",    "singer",     "musician", "footballer",
    "composer",   "artist", "painter", "director", "general", "officer", "journalist", "scientist", "mathematician",
    "physicist",  "philosopher", "economist", "businessman", "king", "emperor", "saint", "rapper"};
constexpr std::array<std::string_view, 14> kWorkBracket = {"film",     "novel", "album",    "song",   "book",
                                                           "painting", "play",  "opera",    "TV",     "series",
                                                           "comics",   "game",  "magazine", "musical"};
constexpr std::array<std::string_view, 12> kPlaceBracket = {"city",     "country",  "state",     "island",
                                                            "region",   "province", "river",     "lake",
                                                            "mountain", "town",     "continent", "county"};
constexpr std::array<std::string_view, 8> kOrganisationBracket = {"band",      "company", "newspaper", "organization",
                                                                  "publisher", "party",   "retailer",  "airline"};

}  // namespace

CommonWords::CommonWords(std::string_view list) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find('\n'), list.size());
    const std::string_view word = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    if (!word.empty() && word.front() != '#') words_.insert(text::token_hash(word));
  }
}

bool CommonWords::contains(std::string_view folded) const { return words_.contains(text::token_hash(folded)); }

Spelling spelling(std::string_view name, const CommonWords& common) {
  Spelling found;
  std::size_t letters = 0, upper = 0, lower = 0, points = 0, dense = 0;
  bool first_letter = true, word = false;
  for (std::size_t at = 0; at < name.size();) {
    const char32_t c = text::next(name, at);
    if (text::is_space(c)) {
      word = false;
      continue;
    }
    if (!word) ++found.words;
    word = true;
    if (c == '.') ++points;
    if (!text::is_letter(c)) continue;
    ++letters;
    const bool small = text::is_lower(c);
    if (small) ++lower;
    if (text::is_upper(c)) ++upper;
    if (written_without_spaces(text::script(c))) ++dense;
    if (first_letter && small) found.flags |= kLowerCase;
    first_letter = false;
  }
  if (letters < 2 || name.size() > kMostBytes) {
    found.junk = true;
    return found;
  }
  text::fold(name, found.folded);
  found.one_token = found.words == 1 && dense == 0 && found.folded.find_first_of("-/&") == std::string::npos;
  if (!found.one_token) return found;
  const bool acronym = upper >= 2 && lower == 0 && letters <= 6;
  if (acronym) found.flags |= kAcronym | kCaseExact;
  if (acronym && points >= letters - 1) found.flags |= kAbbreviated;
  if (acronym ? letters <= 2 : upper + lower == letters && letters <= 3) found.flags |= kNeedsContext;
  if (common.contains(found.folded)) found.flags |= kCommonWord | kNeedsContext | kCaseExact;
  return found;
}

bool guess_type(std::string_view name, std::string_view qualifier, EntityType& type, std::string_view& subtype) {
  const auto is = [&](EntityType what, std::string_view kind = {}) {
    type = what;
    subtype = kind;
    return true;
  };
  if (any_word(qualifier, kPersonBracket)) return is(EntityType::PER);
  if (any_word(qualifier, kWorkBracket)) return is(EntityType::WORK);
  if (any_word(qualifier, kPlaceBracket)) return is(EntityType::LOC);
  if (any_word(qualifier, kOrganisationBracket)) return is(EntityType::ORG);
  if (any_word(name, kEvent)) return is(EntityType::EVENT);
  if (any_word(name, kLaw)) return is(EntityType::LAW);
  if (any_word(name, kOrganisation)) return is(EntityType::ORG);
  if (any_word(name, kPlace)) return is(EntityType::LOC);
  return false;
}

bool is_common_noun(std::string_view title, const CommonWords& common) {
  constexpr std::array<std::string_view, 22> kSmall = {"of",  "the", "and", "in", "de",  "la",  "du", "van",
                                                       "von", "der", "al",  "el", "bin", "ibn", "da", "di",
                                                       "le",  "for", "on",  "to", "at",  "y"};
  std::size_t words = 0;
  std::string_view rest = title;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (word.empty()) continue;
    std::size_t at = 0;
    if (words++ > 0 && text::is_lower(text::next(word, at)) && std::ranges::find(kSmall, word) == kSmall.end())
      return true;
  }
  if (words != 1) return false;
  std::string folded;
  text::fold(title, folded);
  return common.contains(folded);
}

}  // namespace newsmill::tag_entities
