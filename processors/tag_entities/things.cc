#include "processors/tag_entities/things.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "processors/tag_entities/gazetteer.h"
#include "processors/tag_entities/gazetteer_layout.h"
#include "processors/text/ascii.h"

namespace newsmill::tag_entities {
namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

/// The host of a link, without www; empty for platforms, where a host is not a publisher.
std::string host(std::string_view link) {
  if (const auto scheme = link.find("://"); scheme != std::string_view::npos) link.remove_prefix(scheme + 3);
  link = link.substr(0, link.find_first_of("/?#:"));
  if (link.starts_with("www.")) link.remove_prefix(4);
  for (const std::string_view platform :
       {"facebook.com", "youtube.com", "twitter.com", "t.me", "instagram.com", "vk.com"})
    if (link == platform) return {};
  return link.find('.') == std::string_view::npos ? std::string() : std::string(link);
}

double number_of(std::string_view text) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc{} && value > 0 ? value : 0;
}

std::uint64_t language_bit(std::string_view language) {
  return std::uint64_t{1} << (std::hash<std::string_view>{}(language.substr(0, language.find_first_of("_-"))) % 64);
}

template <class Take>
void each(std::string_view list, char separator, const Take& take) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(separator), list.size());
    if (end > 0) take(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

/// Flags of a row in words; `plain` is told apart.
std::uint16_t flags_of(std::string_view words, bool& plain) {
  std::uint16_t flags = 0;
  each(words, ',', [&](std::string_view word) {
    if (word == "exact") flags |= kCaseExact;
    if (word == "context") flags |= kNeedsContext;
    if (word == "acronym") flags |= kAcronym | kCaseExact;
    if (word == "surname") flags |= kSurname | kNeedsContext;
    if (word == "demonym") flags |= kDemonym;
    if (word == "plain") plain = true;
  });
  return flags;
}

int type_number(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(EntityType::PRODUCT); ++i)
    if (entity_type_name(static_cast<EntityType>(i)) == name) return i;
  return -1;
}

}  // namespace

std::string canonical_id(std::string_view id) {
  // Codes that CLDR reserves for what is no country.
  if (id == "cldr:EU") return "enwiki:European_Union";
  if (id == "cldr:UN") return "enwiki:United_Nations";
  if (id == "cldr:EZ") return "enwiki:Eurozone";
  if (id == "cldr:QO" || id == "cldr:ZZ" || id == "cldr:XA" || id == "cldr:XB") return std::string(id);
  if (id.starts_with("cldr:") && id.size() == 7) return "iso:" + upper(id.substr(5));
  if (id.starts_with("iso2:") && id.size() > 7) {
    std::string code = upper(id.substr(5));
    if (code[2] != '-') code.insert(2, 1, '-');
    return "iso:" + code;
  }
  if (id.starts_with("url:")) {
    std::string name = host(id.substr(4));
    for (char& c : name) c = text::ascii_lower(c);
    return name.empty() ? std::string(id) : "domain:" + name;
  }
  std::string out(id);
  if (id.starts_with("enwiki:")) std::ranges::replace(out, ' ', '_');
  return out;
}

bool is_public(std::string_view id) {
  return std::ranges::any_of(layout::kSchemes, [&](std::string_view scheme) {
    return id.starts_with(scheme) && id.size() > scheme.size();
  });
}

bool Evidence::typed() const {
  return std::ranges::any_of(types, [](std::uint32_t count) { return count > 0; });
}

EntityType Evidence::type() const {
  return static_cast<EntityType>(std::ranges::max_element(types) - types.begin());
}

bool Evidence::may_be(EntityType what) const { return !typed() || types[static_cast<std::size_t>(what)] > 0; }

void Evidence::add(const Evidence& other) {
  sources |= other.sources;
  languages |= other.languages;
  aliases += other.aliases;
  for (std::size_t i = 0; i < types.size(); ++i) types[i] += other.types[i];
  if (other.subtype_rank < subtype_rank) {
    subtype = other.subtype;
    subtype_rank = other.subtype_rank;
  }
  if (country.empty()) country = other.country;
  if (other.name_rank < name_rank) {
    name = other.name;
    name_rank = other.name_rank;
  }
  fame = std::max(fame, other.fame);
  population = std::max(population, other.population);
  const auto take = [](std::uint32_t& mine, std::uint32_t theirs) {
    if (mine == kNone) mine = theirs;
  };
  take(item, other.item);
  take(territory, other.territory);
  take(subdivision, other.subdivision);
  take(city, other.city);
  take(title, other.title);
  is_public |= other.is_public;
}

std::uint32_t Things::intern(std::string id) {
  const auto [place, isnew] = numbers_.try_emplace(std::move(id), size());
  if (!isnew) return place->second;
  const std::string& name = place->first;
  const std::uint32_t number = place->second;
  ids_.push_back(&name);
  parent_.push_back(number);
  Evidence about;
  about.is_public = tag_entities::is_public(name);
  if (name.starts_with("wd:")) about.item = number;
  if (name.starts_with("gn:")) about.city = number;
  if (name.starts_with("enwiki:")) about.title = number;
  if (name.starts_with("iso:")) (name.size() == 6 ? about.territory : about.subdivision) = number;
  evidence_.push_back(about);
  return number;
}

std::uint16_t Things::source(std::string_view name) {
  const auto [place, isnew] =
      source_numbers_.try_emplace(std::string(name), static_cast<std::uint16_t>(sources_.size()));
  if (isnew) {
    if (sources_.size() == 0xFFFF) return 0;
    sources_.emplace_back(name);
  }
  return place->second;
}

std::uint32_t Things::number(std::string_view id) const {
  const auto found = numbers_.find(std::string(id));
  return found == numbers_.end() ? Evidence::kNone : found->second;
}

std::uint32_t Things::find(std::uint32_t id) {
  while (parent_[id] != id) id = parent_[id] = parent_[parent_[id]];
  return id;
}

bool Things::join(std::uint32_t a, std::uint32_t b) {
  a = find(a);
  b = find(b);
  if (a == b) return true;
  const auto differ = [](std::uint32_t one, std::uint32_t other) {
    return one != Evidence::kNone && other != Evidence::kNone && one != other;
  };
  if (differ(evidence_[a].item, evidence_[b].item) || differ(evidence_[a].territory, evidence_[b].territory)) {
    ++refused_;
    return false;
  }
  if (b < a) std::swap(a, b);  // the earlier one leads: what stands in the first list decides
  parent_[b] = a;
  evidence_[a].add(evidence_[b]);
  return true;
}

void Things::add(const NameRow& row) {
  std::uint32_t thing = Evidence::kNone;
  const auto take = [&](std::string_view id) {
    if (const auto colon = id.find(':'); colon == 0 || colon >= id.size() - 1)
      return;  // no scheme, or nothing but that
    const std::uint32_t number = intern(canonical_id(id));
    if (thing == Evidence::kNone)
      thing = number;
    else
      join(thing, number);
  };
  if (!row.id.empty()) take(row.id);
  each(row.ids, ' ', take);
  if (thing == Evidence::kNone) {
    if (row.name.empty()) return;
    thing = intern("name:" + std::string(row.type) + ':' + std::string(row.name));
  }
  thing = find(thing);
  bool plain = false;
  const std::uint16_t flags = flags_of(row.flags, plain), from = source(row.source);
  const bool demonym = (flags & kDemonym) != 0;
  const bool english = row.language.empty() || row.language == "en" || row.language.starts_with("en_");
  // A row that leads with a name, or that has none and only tells the type, is worth all the others.
  const bool leads = !row.fame.empty() || !row.aliases.empty();
  Evidence about;
  about.sources = std::uint64_t{1} << std::min<std::uint16_t>(from, 63);
  if (!row.language.empty()) about.languages = language_bit(row.language);
  if (const int type = type_number(row.type); type >= 0 && !demonym)
    about.types[static_cast<std::size_t>(type)] = leads || row.name.empty() ? 1'000'000 : 1;
  about.subtype = row.subtype;
  if (!row.subtype.empty()) about.subtype_rank = row.name.empty() ? 1 : 0;
  about.country = row.country;
  about.fame = std::min(1.0, number_of(row.fame));
  about.population = number_of(row.population);
  if (!row.name.empty() && !demonym) {
    about.name = row.name;
    about.name_rank = leads ? 0 : row.language == "en" ? 1 : row.language.empty() ? 2 : 3;
  }
  if (!row.name.empty()) {
    aliases_.push_back({row.name, thing, from, flags, plain, leads, !english});
    ++about.aliases;
  }
  each(row.aliases, '|', [&](std::string_view alias) {
    const bool exact = alias.front() == '=' && alias.size() > 1;
    if (exact) alias.remove_prefix(1);
    aliases_.push_back({alias, thing, from, static_cast<std::uint16_t>(flags | (exact ? kCaseExact : 0)),
                        plain || exact, leads, !english});
    ++about.aliases;
  });
  evidence_[thing].add(about);
  if (!row.related.empty()) links_.push_back({thing, row.related});
}

void Things::add(const TitleRow& row) {
  std::string title = "enwiki:" + std::string(row.title);
  std::ranges::replace(title, ' ', '_');
  join(intern(std::move(title)), intern("wd:" + std::string(row.item)));
}

}  // namespace newsmill::tag_entities
