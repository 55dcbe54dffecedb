#include "processors/tag_entities/gazetteer_builder.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <stdexcept>
#include <unordered_map>

#include "processors/tag_entities/gazetteer_layout.h"
#include "processors/text/tokens.h"
#include "processors/text/utf8.h"

namespace newsmill::tag_entities {

using namespace layout;

namespace {

constexpr double kLoad = 0.6;        // of the edge table: 1.4 probes for what is there, 2.3 for what is not
// Fame is logarithmic, a prior is not. What is written about a capital (0.9) and about its namesake of
// 20,000 people (0.2) differs a hundredfold and more; half of that in logarithms leaves room for context.
constexpr double kFamePerShare = 4;
constexpr std::size_t kMostRelated = 15, kMostSources = 64;

template <class T>
void append(std::string& to, const T& value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// At most `size` bytes, cut between characters.
std::string_view cut(std::string_view text, std::size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

std::string_view sound(std::string_view text, std::size_t size) {
  return text::valid_utf8(text) ? cut(text, size) : std::string_view();
}

/// The trie while it grows. A node has one edge that leads to it, so an edge is kept at its child's
/// number, and the hash table holds numbers only.
class Trie {
 public:
  Trie() : parent_(1), token_(1), has_children_(1), slots_(1u << 12, 0) {}

  std::uint32_t child(std::uint32_t parent, std::uint64_t token) {
    if ((parent_.size() + 1) * 2 > slots_.size()) grow();
    std::size_t slot = home(parent, token);
    for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1))
      if (const std::uint32_t node = slots_[slot]; token_[node] == token && parent_[node] == parent) return node;
    const auto node = static_cast<std::uint32_t>(parent_.size());
    if (node >= kNone - 1) throw std::length_error("more names than a gazetteer holds");
    slots_[slot] = node;
    parent_.push_back(parent);
    token_.push_back(token);
    has_children_.push_back(false);
    has_children_[parent] = true;
    return node;
  }

  std::uint32_t size() const { return static_cast<std::uint32_t>(parent_.size()); }
  std::uint32_t parent(std::uint32_t node) const { return parent_[node]; }
  std::uint64_t token(std::uint32_t node) const { return token_[node]; }
  bool has_children(std::uint32_t node) const { return has_children_[node]; }

 private:
  std::size_t home(std::uint32_t parent, std::uint64_t token) const {
    return home_slot(parent, token, slots_.size());
  }
  void grow() {
    slots_.assign(slots_.size() * 2, 0);
    for (std::uint32_t node = 1; node < parent_.size(); ++node) {
      std::size_t slot = home(parent_[node], token_[node]);
      while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = node;
    }
  }

  std::vector<std::uint32_t> parent_;
  std::vector<std::uint64_t> token_;
  std::vector<bool> has_children_;
  std::vector<std::uint32_t> slots_;  // 0 = free: the root is nobody's child
};

struct Name {
  std::uint32_t node, entity;
  std::uint16_t flags;
  float weight;
  std::uint64_t sources;  // bits
};

/// Edges in their final place, with as many free slots behind as the last run needs.
std::vector<Edge> edge_table(const std::vector<Edge>& edges, std::uint64_t& home_slots) {
  constexpr Edge kFree{0, 0, kNone};
  home_slots = std::max<std::uint64_t>(16, static_cast<std::uint64_t>(static_cast<double>(edges.size()) / kLoad));
  for (;; home_slots += home_slots / 2) {
    std::vector<Edge> table(home_slots + kMaxRun, kFree);
    std::uint64_t longest = 0;
    std::size_t last = 0;
    for (const Edge& edge : edges) {
      const std::uint64_t home = home_slot(edge.parent, edge.token, home_slots);
      std::uint64_t slot = home;
      while (slot + 1 < table.size() && table[slot].child != kNone) ++slot;
      longest = std::max(longest, slot - home);
      table[slot] = edge;
      last = std::max<std::size_t>(last, slot);
    }
    if (longest >= kMaxRun / 2 || last + 1 >= table.size()) continue;
    table.resize(std::max<std::size_t>(last + 2, home_slots + 1), kFree);
    return table;
  }
}

}  // namespace

struct GazetteerBuilder::State {
  Trie trie;
  std::vector<Name> names;
  std::vector<Row> rows;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> relations;  // from, Related::packed
  std::string strings;
  std::vector<std::string> source_names;
  std::unordered_map<std::string, std::uint64_t> source_bits;
  std::pmr::vector<text::Token> tokens;
  std::uint32_t max_tokens = 0, names_count = 0;

  std::uint64_t bit_of(std::string_view source) {
    if (source.empty()) return 0;
    const auto [place, isnew] = source_bits.try_emplace(std::string(source), 0);
    if (isnew) {
      const std::size_t number = std::min(source_names.size(), kMostSources - 1);
      if (source_names.size() < kMostSources) source_names.emplace_back(sound(source, 255));
      else source_names.back() = "others";
      place->second = std::uint64_t{1} << number;
    }
    return place->second;
  }

  void merge_names();
  std::vector<std::uint32_t> number_nodes();
};

/// One row a name and entity, sorted by both.
void GazetteerBuilder::State::merge_names() {
  std::ranges::stable_sort(names, {}, [](const Name& name) { return std::pair(name.node, name.entity); });
  std::size_t kept = 0;
  for (const Name& name : names) {
    if (kept > 0 && names[kept - 1].node == name.node && names[kept - 1].entity == name.entity) {
      Name& same = names[kept - 1];
      same.flags |= name.flags;
      same.weight = std::max(same.weight, name.weight);
      same.sources |= name.sources;
    } else {
      names[kept++] = name;
    }
  }
  names.resize(kept);
}

/// Final numbers: nodes where a name ends first, in order; then the root and the rest.
std::vector<std::uint32_t> GazetteerBuilder::State::number_nodes() {
  std::vector<std::uint32_t> number(trie.size(), kNone);
  std::uint32_t next = 0;
  for (const Name& name : names)
    if (number[name.node] == kNone) number[name.node] = next++;
  names_count = next;
  for (std::uint32_t& each : number)
    if (each == kNone) each = next++;
  return number;
}

GazetteerBuilder::GazetteerBuilder() : state_(std::make_unique<State>()) {}
GazetteerBuilder::~GazetteerBuilder() = default;

std::uint32_t GazetteerBuilder::add_entity(const NewEntity& entity) {
  State& state = *state_;
  if (state.rows.size() >= 1u << 28 || state.strings.size() > 0xF0000000u)
    throw std::length_error("more entities than a gazetteer holds");
  Row row{};
  row.text = static_cast<std::uint32_t>(state.strings.size());
  row.fame = static_cast<float>(std::isfinite(entity.fame) ? std::clamp(entity.fame, 0.0, 1.0) : 0.0);
  row.type = static_cast<std::uint8_t>(static_cast<unsigned>(entity.type) | (entity.type_known ? 0u : kTypeUnknown));
  const auto is_letter = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (entity.country.size() == 2 && is_letter(entity.country[0]) && is_letter(entity.country[1]))
    std::memcpy(row.country, entity.country.data(), 2);
  const std::string_view name = sound(entity.name, 1000), subtype = sound(entity.subtype, 255);
  append(state.strings, static_cast<std::uint16_t>(name.size()));
  state.strings += name;
  state.strings += static_cast<char>(subtype.size());
  state.strings += subtype;
  const std::size_t count_at = state.strings.size();
  state.strings += '\0';
  std::uint8_t count = 0;
  for (const std::string& id : entity.ids) {
    const auto scheme = std::ranges::find_if(kSchemes, [&](std::string_view each) { return id.starts_with(each); });
    if (scheme == std::end(kSchemes) || id.size() == scheme->size() || id.size() > 255 || !text::valid_utf8(id) ||
        count == 255)
      continue;
    state.strings += static_cast<char>(scheme - std::begin(kSchemes));
    state.strings += static_cast<char>(id.size());
    state.strings += id;
    ++count;
  }
  state.strings[count_at] = static_cast<char>(count);
  state.rows.push_back(row);
  return static_cast<std::uint32_t>(state.rows.size() - 1);
}

bool GazetteerBuilder::add_name(std::string_view name, std::uint32_t entity, std::uint16_t flags, double weight,
                                std::string_view sources) {
  State& state = *state_;
  if (entity >= state.rows.size() || !text::valid_utf8(name)) return false;
  state.tokens.clear();
  text::tokenize(name, text::Field::body, 0, state.tokens);
  if (state.tokens.empty() || state.tokens.size() > kMaxTokens) return false;
  std::uint32_t node = 0;
  for (const text::Token& token : state.tokens) node = state.trie.child(node, token.hash);
  state.max_tokens = std::max(state.max_tokens, static_cast<std::uint32_t>(state.tokens.size()));
  std::uint64_t bits = 0;
  while (!sources.empty()) {
    const std::size_t comma = sources.find(',');
    bits |= state.bit_of(sources.substr(0, comma));
    sources.remove_prefix(comma == std::string_view::npos ? sources.size() : comma + 1);
  }
  state.names.push_back({node, entity, flags, static_cast<float>(weight), bits});
  return true;
}

void GazetteerBuilder::relate(std::uint32_t from, Relation relation, std::uint32_t to) {
  State& state = *state_;
  if (from >= state.rows.size() || to >= state.rows.size() || from == to) return;
  state.relations.emplace_back(from, static_cast<std::uint32_t>(relation) << 28 | to);
}

std::size_t GazetteerBuilder::names() const { return state_->names_count; }

std::string GazetteerBuilder::build() {
  State& state = *state_;
  state.merge_names();
  const std::vector<std::uint32_t> number = state.number_nodes();
  const std::uint32_t names_count = state.names_count;

  Header header{};
  std::memcpy(header.magic, kMagic.data(), kMagic.size());
  header.format = kFormat;
  header.header_bytes = sizeof header;
  header.nodes = state.trie.size();
  header.names = names_count;
  header.entities = static_cast<std::uint32_t>(state.rows.size());
  header.max_tokens = state.max_tokens;

  // The root is the first node of the trie, so its number is the first that is no name's.
  header.root = names_count | kInner;

  std::vector<std::uint64_t> filter(kFilterWords), small_filter(kFilterWords);
  const auto set = [](std::vector<std::uint64_t>& bits, std::uint64_t token) {
    bits[(token >> 6) & (kFilterWords - 1)] |= std::uint64_t{1} << (token & 63);
  };
  std::vector<Edge> edges;
  edges.reserve(state.trie.size());
  for (std::uint32_t node = 1; node < state.trie.size(); ++node) {
    const std::uint64_t token = state.trie.token(node);
    edges.push_back({token, number[state.trie.parent(node)],
                     number[node] | (state.trie.has_children(node) ? kInner : 0u)});
    if (state.trie.parent(node) == 0) set(filter, token);
  }
  for (const Name& name : state.names) {
    if ((name.flags & kLowerCase) == 0) continue;
    std::uint32_t node = name.node;
    while (state.trie.parent(node) != 0) node = state.trie.parent(node);
    set(small_filter, state.trie.token(node));
  }
  const std::vector<Edge> table = edge_table(edges, header.home_slots);

  std::vector<std::uint32_t> first{0};
  std::vector<Candidate> candidates;
  std::vector<std::uint16_t> candidate_sources;
  std::vector<std::uint32_t> source_sets;
  std::map<std::uint64_t, std::uint16_t> set_of;
  std::string strings = state.strings;
  const auto set_number = [&](std::uint64_t bits) {
    const auto [place, isnew] = set_of.try_emplace(bits, 0);
    if (!isnew || source_sets.size() >= 0xFFFF) return place->second;
    std::string text;
    for (std::size_t i = 0; i < state.source_names.size(); ++i)
      if (bits >> i & 1) text += (text.empty() ? "" : ", ") + state.source_names[i];
    source_sets.push_back(static_cast<std::uint32_t>(strings.size()));
    append(strings, static_cast<std::uint16_t>(text.size()));
    strings += text;
    return place->second = static_cast<std::uint16_t>(source_sets.size() - 1);
  };
  set_number(0);
  const auto mass = [&](const Name& name) {
    return static_cast<double>(name.weight) *
           std::exp(kFamePerShare * static_cast<double>(state.rows[name.entity].fame));
  };
  for (auto begin = state.names.begin(); begin != state.names.end();) {
    const auto end = std::find_if(begin, state.names.end(), [&](const Name& name) { return name.node != begin->node; });
    std::stable_sort(begin, end, [&](const Name& a, const Name& b) { return mass(a) > mass(b); });
    double whole = 0;
    for (auto name = begin; name != end; ++name) whole += mass(*name);
    for (; begin != end; ++begin) {
      const double share = whole > 0 ? mass(*begin) / whole : 0;
      candidates.push_back({begin->entity, static_cast<std::uint16_t>(std::lround(share * 65535)), begin->flags});
      candidate_sources.push_back(set_number(begin->sources));
    }
    first.push_back(static_cast<std::uint32_t>(candidates.size()));
  }

  std::ranges::stable_sort(state.relations);
  state.relations.erase(std::ranges::unique(state.relations).begin(), state.relations.end());
  std::vector<Related> related;
  for (const auto& [from, packed] : state.relations) {
    Row& row = state.rows[from];
    if (row.related_count == 0) row.related = static_cast<std::uint32_t>(related.size());
    if (row.related_count == kMostRelated) continue;
    ++row.related_count;
    related.push_back({packed});
  }

  std::string bytes(sizeof header, '\0');
  const auto put = [&](Part part, const void* data, std::size_t size) {
    header.parts[part] = {bytes.size(), size};
    bytes.append(static_cast<const char*>(data), size);
    bytes.append((8 - bytes.size() % 8) % 8, '\0');
  };
  bytes.reserve(sizeof header + table.size() * sizeof(Edge) + candidates.size() * 14 + strings.size() +
                state.rows.size() * sizeof(Row) + 2 * filter.size() * 8 + 4096);
  put(kFilter, filter.data(), filter.size() * 8);
  put(kSmallFilter, small_filter.data(), small_filter.size() * 8);
  put(kEdges, table.data(), table.size() * sizeof(Edge));
  put(kFirstCandidate, first.data(), first.size() * 4);
  put(kCandidates, candidates.data(), candidates.size() * sizeof(Candidate));
  put(kCandidateSources, candidate_sources.data(), candidate_sources.size() * 2);
  put(kRows, state.rows.data(), state.rows.size() * sizeof(Row));
  put(kRelated, related.data(), related.size() * sizeof(Related));
  put(kStrings, strings.data(), strings.size());
  put(kSourceSets, source_sets.data(), source_sets.size() * 4);
  header.file_bytes = bytes.size();
  std::memcpy(bytes.data(), &header, sizeof header);
  constexpr std::size_t kHashed = offsetof(Header, checksum) + sizeof(Header::checksum);
  header.checksum = XXH3_64bits(bytes.data() + kHashed, bytes.size() - kHashed);
  std::memcpy(bytes.data(), &header, sizeof header);
  return bytes;
}

}  // namespace newsmill::tag_entities
