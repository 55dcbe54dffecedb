#include "processors/tag_entities/search.h"

#include <algorithm>
#include <memory_resource>
#include <tuple>

#include "processors/text/tokens.h"
#include "processors/text/unicode.h"
#include "processors/text/utf8.h"

namespace newsmill::tag_entities {
namespace {

std::u32string letters(std::string_view text) {
  std::string folded;
  text::fold(text, folded);
  std::u32string out;
  for (std::size_t at = 0; at < folded.size();) out += text::next(folded, at);
  return out;
}

/// Edit distance, or more than `most` as soon as it is certain (Ukkonen's band).
std::size_t distance(const std::u32string& a, const std::u32string& b, std::size_t most) {
  const std::size_t apart = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (apart > most) return most + 1;
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0], least = row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = corner + (a[i - 1] == b[j - 1] ? 0 : 1);
      corner = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
      least = std::min(least, row[j]);
    }
    if (least > most) return most + 1;
  }
  return row[b.size()];
}

}  // namespace

std::span<const Candidate> find(const Gazetteer& gazetteer, std::string_view name) {
  if (!text::valid_utf8(name)) return {};
  std::pmr::vector<text::Token> tokens;
  text::tokenize(name, text::Field::body, 0, tokens);
  Node node = gazetteer.root();
  for (const text::Token& token : tokens) {
    node = gazetteer.step(node, token.hash);
    if (!node.valid()) return {};
  }
  return tokens.empty() ? std::span<const Candidate>() : gazetteer.candidates(node);
}

std::vector<std::string> near_misses(const Gazetteer& gazetteer, std::string_view name) {
  if (!text::valid_utf8(name) || name.size() > 200) return {};
  const std::u32string asked = letters(name);
  const std::size_t most = asked.size() < 4 ? 1 : asked.size() < 12 ? 2 : 3;
  std::vector<std::tuple<std::size_t, double, std::string>> found;  // distance, -fame, name
  for (std::uint32_t number = 0; number < gazetteer.entities(); ++number) {
    const std::string_view known = gazetteer.entity(number).name;
    if (known.size() > 4 * name.size() + 12) continue;
    if (const std::size_t apart = distance(asked, letters(known), most); apart <= most)
      found.emplace_back(apart, -gazetteer.fame(number), known);
  }
  std::ranges::sort(found);
  std::vector<std::string> names;
  for (auto& [apart, fame, known] : found) {
    if (names.size() == 5) break;
    if (std::ranges::find(names, known) == names.end()) names.push_back(std::move(known));
  }
  return names;
}

Counts count(const Gazetteer& gazetteer) {
  Counts counts;
  for (std::uint32_t number = 0; number < gazetteer.entities(); ++number) {
    const EntityView entity = gazetteer.entity(number);
    ++counts.types[entity.type_known ? std::string(entity_type_name(entity.type)) : "unknown"];
    if (!entity.id.empty()) ++counts.linked;
  }
  return counts;
}

std::vector<std::string_view> flag_names(std::uint16_t flags) {
  constexpr std::pair<std::uint16_t, std::string_view> kNames[] = {
      {kPreferred, "preferred"}, {kCaseExact, "case-exact"}, {kNeedsContext, "needs-context"}, {kAcronym, "acronym"},
      {kSurname, "surname"}, {kDemonym, "demonym"}, {kCommonWord, "common-word"}, {kAbbreviated, "abbreviated"},
      {kLowerCase, "lower-case"}, {kForeign, "foreign"}};
  std::vector<std::string_view> names;
  for (const auto& [flag, name] : kNames)
    if ((flags & flag) != 0) names.push_back(name);
  return names;
}

std::vector<std::pair<std::string_view, std::string_view>> listed(const EntityIds& ids) {
  std::vector<std::pair<std::string_view, std::string_view>> known;
  for (const auto& [scheme, value] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"wikidata", ids.wikidata}, {"enwiki", ids.enwiki}, {"geonames", ids.geonames}, {"iso3166", ids.iso3166},
           {"lei", ids.lei}, {"cik", ids.cik}, {"domain", ids.domain}})
    if (!value.empty()) known.emplace_back(scheme, value);
  return known;
}

}  // namespace newsmill::tag_entities
