#include "processors/tag_entities/gazetteer.h"

#include <array>
#include <cstring>

#include "processors/tag_entities/gazetteer_layout.h"

namespace newsmill::tag_entities {
namespace {

using namespace layout;

/// Reads the text of a row, which was checked when the gazetteer was opened.
class Text {
 public:
  explicit Text(const char* at) : at_(at) {}
  std::string_view take(std::size_t size) {
    const std::string_view text(at_, size);
    at_ += size;
    return text;
  }
  std::size_t byte() { return static_cast<unsigned char>(*at_++); }
  std::size_t two() {
    const std::size_t low = byte();
    return low | byte() << 8;
  }

 private:
  const char* at_;
};

void place(EntityIds& ids, std::size_t scheme, std::string_view value) {
  const std::array<std::string_view*, std::size(kSchemes)> places = {
      &ids.wikidata, &ids.enwiki, &ids.geonames, &ids.iso3166, &ids.lei, &ids.cik, &ids.domain};
  std::string_view& where = *places[scheme];
  if (where.empty()) where = value;
}

}  // namespace

std::string_view relation_name(Relation relation) {
  constexpr std::string_view kNames[] = {"country", "capital", "party", "office", "parent"};
  return kNames[static_cast<std::size_t>(relation)];
}

void Gazetteer::prefetch(std::uint64_t token_hash) const {
  __builtin_prefetch(edges_ + home_slot(root_ & ~kInner, token_hash, edge_slots_));
}

Node Gazetteer::step(Node from, std::uint64_t token_hash) const {
  const std::uint32_t parent = from.value_ & ~kInner;
  for (const Edge* edge = edges_ + home_slot(parent, token_hash, edge_slots_); edge->child != kNone; ++edge)
    if (edge->token == token_hash && edge->parent == parent) return Node(edge->child);
  return Node(Node::kNone);
}

std::span<const Candidate> Gazetteer::candidates(Node node) const {
  const std::uint32_t name = node.value_ & ~kInner;
  if (name >= names_) return {};
  return {candidates_ + first_candidate_[name], candidates_ + first_candidate_[name + 1]};
}

std::string_view Gazetteer::sources(const Candidate& candidate) const {
  Text text(strings_ + source_sets_[candidate_sources_[&candidate - candidates_]]);
  return text.take(text.two());
}

EntityType Gazetteer::type(std::uint32_t number) const {
  return static_cast<EntityType>(rows_[number].type & ~kTypeUnknown);
}

double Gazetteer::fame(std::uint32_t number) const { return static_cast<double>(rows_[number].fame); }

std::span<const Related> Gazetteer::related(std::uint32_t number) const {
  return {related_ + rows_[number].related, rows_[number].related_count};
}

EntityView Gazetteer::entity(std::uint32_t number) const {
  const Row& row = rows_[number];
  EntityView view;
  view.type = type(number);
  view.type_known = (row.type & kTypeUnknown) == 0;
  view.fame = fame(number);
  view.related = related(number);
  if (row.country[0] != 0) view.country = {row.country, sizeof row.country};
  Text text(strings_ + row.text);
  view.name = text.take(text.two());
  view.subtype = text.take(text.byte());
  const std::size_t count = text.byte();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t scheme = text.byte();
    const std::string_view id = text.take(text.byte());
    if (i == 0) view.id = id;
    place(view.ids, scheme, id.substr(kSchemes[scheme].size()));
  }
  return view;
}

std::shared_ptr<const Gazetteer> Gazetteer::from_bytes(std::string bytes, std::string& error) {
  const auto owner = std::make_shared<const std::string>(std::move(bytes));
  return open(*owner, owner, error);
}

}  // namespace newsmill::tag_entities
