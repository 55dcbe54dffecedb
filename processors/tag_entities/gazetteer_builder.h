#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "processors/tag_entities/gazetteer.h"

namespace newsmill::tag_entities {

/// One entity for a gazetteer.
struct NewEntity {
  std::string name;
  EntityType type = EntityType::PER;
  bool type_known = true;
  std::string subtype = {}, country = {};
  /// Each with its scheme, the preferred one first: wd: enwiki: gn: iso: lei: cik: domain:. Others
  /// are no public identifiers and are left out.
  std::vector<std::string> ids = {};
  double fame = 0;  ///< [0,1]
};

/// Makes the bytes of a Gazetteer. The same calls in the same order give the same bytes. One thread.
///   build   O(tokens); some 1.5 s and 300 MB for 900,000 names
class GazetteerBuilder {
 public:
  GazetteerBuilder();
  ~GazetteerBuilder();
  GazetteerBuilder(const GazetteerBuilder&) = delete;
  GazetteerBuilder& operator=(const GazetteerBuilder&) = delete;

  /// Its number. At most 2^28 entities.
  std::uint32_t add_entity(const NewEntity& entity);
  /// `sources` goes into a look-up's answer. `weight` scales what the entity's fame gives for this
  /// name alone (0.1 for a name that hardly anybody uses). The same name of the same entity again: flags are
  /// united, the larger weight counts. False when the name has no token, or more than 24.
  bool add_name(std::string_view name, std::uint32_t entity, std::uint16_t flags = 0, double weight = 1,
                std::string_view sources = {});
  /// `from` knows `to`; at most 15 a `from`, later ones are dropped.
  void relate(std::uint32_t from, Relation relation, std::uint32_t to);

  std::string build();
  std::size_t names() const;  ///< distinct, as folded; after build()

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace newsmill::tag_entities
