#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "processors/core/entity.h"
#include "processors/tag_entities/name_list.h"

namespace newsmill::tag_entities {

/// The identifier as the gazetteer writes it: territories of CLDR and ISO 3166 become iso:, links
/// domain:, titles get underscores. What has no public scheme stays as it is.
std::string canonical_id(std::string_view id);
/// True for the schemes that a record shows.
bool is_public(std::string_view id);

/// One way of writing a thing's name, as a list gave it.
struct ListedAlias {
  std::string_view name;
  std::uint32_t id;  ///< number of the identifier that it was listed under
  std::uint16_t source;
  std::uint16_t flags;  ///< AliasFlag as far as the list says
  bool plain;           ///< the list says that it needs no context
  bool leads;           ///< stands in a row that leads with its name: kept, however short
  bool foreign;
};

/// What the lists say about one thing, summed over the identifiers that were joined.
struct Evidence {
  std::uint64_t sources = 0, languages = 0;  ///< a bit each
  std::uint32_t aliases = 0;
  std::array<std::uint32_t, 9> types{};  ///< by EntityType
  std::string_view subtype, country, name;
  int name_rank = 9;  ///< of `name`: 0 stands in a row that leads with it, then English, none, others
  int subtype_rank = 9;  ///< of `subtype`: a row with a name before one that only tells the type
  double fame = 0, population = 0;
  std::uint32_t item = kNone, territory = kNone, subdivision = kNone, city = kNone, title = kNone;  ///< identifiers
  bool is_public = false;
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  bool typed() const;
  EntityType type() const;  ///< the one most often said
  bool may_be(EntityType type) const;
  void add(const Evidence& other);
};

/// Things known by several identifiers, joined as it turns out that they are one: union-find over
/// identifiers, evidence kept at the root. Views point into the lists, which must outlive it.
class Things {
 public:
  /// Takes a row, every alias of it and the joins that its identifiers mean. A row without
  /// identifier is a thing of its own, found again by its name and type.
  void add(const NameRow& row);
  void add(const TitleRow& row);

  std::uint32_t find(std::uint32_t id);
  /// False when the two are known to differ: two items of Wikidata, or two territories.
  bool join(std::uint32_t a, std::uint32_t b);

  std::uint32_t size() const { return static_cast<std::uint32_t>(ids_.size()); }
  const std::string& id(std::uint32_t number) const { return *ids_[number]; }
  /// Number of a canonical identifier, or Evidence::kNone.
  std::uint32_t number(std::string_view id) const;
  const Evidence& evidence(std::uint32_t root) const { return evidence_[root]; }
  const std::vector<ListedAlias>& aliases() const { return aliases_; }
  std::vector<ListedAlias>& aliases() { return aliases_; }
  const std::vector<std::string>& sources() const { return sources_; }
  struct Link {
    std::uint32_t from;
    std::string_view related;
  };
  const std::vector<Link>& links() const { return links_; }
  std::size_t refused() const { return refused_; }

 private:
  std::uint32_t intern(std::string id);
  std::uint16_t source(std::string_view name);

  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<const std::string*> ids_;
  std::vector<std::uint32_t> parent_;
  std::vector<Evidence> evidence_;
  std::vector<ListedAlias> aliases_;
  std::vector<std::string> sources_;
  std::unordered_map<std::string, std::uint16_t> source_numbers_;
  std::vector<Link> links_;
  std::size_t refused_ = 0;
};

}  // namespace newsmill::tag_entities
