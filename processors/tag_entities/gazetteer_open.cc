// Opening a gazetteer: everything that later look-ups rely on is tested here, once.
#include "processors/tag_entities/gazetteer.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

#include "processors/tag_entities/gazetteer_layout.h"
#include "processors/text/utf8.h"

namespace newsmill::tag_entities {

using namespace layout;

static_assert(std::endian::native == std::endian::little, "the file is read as it lies");

namespace {

constexpr std::size_t kHashed = offsetof(Header, checksum) + sizeof(Header::checksum);
constexpr std::size_t kUnit[kParts] = {8, 8, sizeof(Edge), 4, sizeof(Candidate), 2, sizeof(Row), sizeof(Related), 1, 4};
constexpr std::string_view kPartNames[kParts] = {
    "filter", "small filter", "edges", "names", "candidates", "sources", "entities", "relations", "strings", "source sets"};

bool is_country(const char* code) {
  if (code[0] == 0) return code[1] == 0;
  return code[0] >= 'A' && code[0] <= 'Z' && code[1] >= 'A' && code[1] <= 'Z';
}

/// A bounded reader of strings that are not trusted yet.
class Untrusted {
 public:
  Untrusted(std::string_view strings, std::size_t at) : strings_(strings), at_(at) {}
  bool byte(std::size_t& value) {
    if (at_ >= strings_.size()) return false;
    value = static_cast<unsigned char>(strings_[at_++]);
    return true;
  }
  bool two(std::size_t& value) {
    std::size_t high = 0;
    if (!byte(value) || !byte(high)) return false;
    value |= high << 8;
    return true;
  }
  bool take(std::size_t size, std::string_view& text) {
    if (size > strings_.size() - at_) return false;
    text = strings_.substr(at_, size);
    at_ += size;
    return text::valid_utf8(text);
  }

 private:
  std::string_view strings_;
  std::size_t at_;
};

bool sound_text(std::string_view strings, std::size_t at) {
  if (at > strings.size()) return false;
  Untrusted in(strings, at);
  std::size_t size = 0, count = 0, scheme = 0;
  std::string_view text;
  if (!in.two(size) || !in.take(size, text) || !in.byte(size) || !in.take(size, text) || !in.byte(count)) return false;
  for (; count > 0; --count) {
    if (!in.byte(scheme) || scheme >= std::size(kSchemes) || !in.byte(size) || !in.take(size, text)) return false;
    if (!text.starts_with(kSchemes[scheme])) return false;
  }
  return true;
}

}  // namespace

/// The tests of one file, each of which gives a reason or nothing.
class GazetteerCheck {
 public:
  GazetteerCheck(std::string_view bytes, Gazetteer& to) : bytes_(bytes), to_(to) {}

  std::string run() {
    for (const auto test : {&GazetteerCheck::header, &GazetteerCheck::sections, &GazetteerCheck::edges,
                            &GazetteerCheck::candidates, &GazetteerCheck::rows, &GazetteerCheck::sources})
      if (std::string reason = (this->*test)(); !reason.empty()) return reason;
    return {};
  }

 private:
  template <class T>
  const T* part(Part which) const {
    return reinterpret_cast<const T*>(bytes_.data() + header_.parts[which].offset);
  }
  std::size_t count(Part which) const { return header_.parts[which].bytes / kUnit[which]; }
  std::string_view strings() const {
    return bytes_.substr(header_.parts[kStrings].offset, header_.parts[kStrings].bytes);
  }

  std::string header() {
    if (!bytes_.starts_with(kMagic)) return "it does not begin as a gazetteer does";
    if (reinterpret_cast<std::uintptr_t>(bytes_.data()) % 8 != 0) return "it does not lie at a multiple of 8 in memory";
    if (bytes_.size() < sizeof(Header)) return fmt::format("it ends after {} bytes, inside its header", bytes_.size());
    std::memcpy(&header_, bytes_.data(), sizeof header_);
    if (header_.format != kFormat)
      return fmt::format("its format is {}, this program reads format {}", header_.format, kFormat);
    if (header_.header_bytes != sizeof(Header)) return "its header has another size";
    if (header_.file_bytes != bytes_.size())
      return fmt::format("it has {} bytes and should have {}: it was cut or added to", bytes_.size(),
                         header_.file_bytes);
    const std::uint64_t hash = XXH3_64bits(bytes_.data() + kHashed, bytes_.size() - kHashed);
    if (hash != header_.checksum) return "its checksum is wrong: it was damaged after it was built";
    to_.version_ = fmt::format("{:016x}", hash).substr(0, 12);
    return {};
  }

  std::string sections() {
    for (std::size_t i = 0; i < kParts; ++i) {
      const Section& section = header_.parts[i];
      if (section.offset % 8 != 0 || section.offset < sizeof(Header) || section.offset > bytes_.size() ||
          section.bytes > bytes_.size() - section.offset || section.bytes % kUnit[i] != 0)
        return fmt::format("its section \"{}\" lies outside the file", kPartNames[i]);
    }
    const std::uint64_t names = header_.names, entities = header_.entities, nodes = header_.nodes;
    if (count(kFilter) != kFilterWords || count(kSmallFilter) != kFilterWords || count(kFirstCandidate) != names + 1 || count(kRows) != entities ||
        count(kCandidateSources) != count(kCandidates) || count(kSourceSets) == 0 || names >= nodes || nodes >= kNone ||
        entities > 1u << 28 || header_.home_slots == 0 || header_.home_slots >= count(kEdges) ||
        header_.max_tokens > kMaxTokens || (header_.root & ~kInner) != names)
      return "its sections have sizes that do not fit together";
    to_.filter_ = part<std::uint64_t>(kFilter);
    to_.small_filter_ = part<std::uint64_t>(kSmallFilter);
    to_.edges_ = part<Edge>(kEdges);
    to_.edge_slots_ = header_.home_slots;
    to_.root_ = header_.root;
    to_.names_ = header_.names;
    to_.entities_ = header_.entities;
    to_.max_tokens_ = header_.max_tokens;
    to_.first_candidate_ = part<std::uint32_t>(kFirstCandidate);
    to_.candidates_ = part<Candidate>(kCandidates);
    to_.candidate_count_ = count(kCandidates);
    to_.candidate_sources_ = part<std::uint16_t>(kCandidateSources);
    to_.rows_ = part<Row>(kRows);
    to_.related_ = part<Related>(kRelated);
    to_.strings_ = bytes_.data() + header_.parts[kStrings].offset;
    to_.source_sets_ = part<std::uint32_t>(kSourceSets);
    to_.size_ = bytes_.size();
    return {};
  }

  /// A node is the child of one edge at most, and the root of none; so what can be reached from the
  /// root is a tree, whatever a file claims. Every run of full slots is short and ends inside the table.
  std::string edges() {
    std::vector<bool> reached(header_.nodes);
    std::uint64_t run = 0;
    const std::size_t slots = count(kEdges);
    for (std::size_t slot = 0; slot < slots; ++slot) {
      const Edge& edge = to_.edges_[slot];
      if (edge.child == kNone) {
        run = 0;
        continue;
      }
      const std::uint32_t child = edge.child & ~kInner;
      const std::uint64_t home = home_slot(edge.parent, edge.token, header_.home_slots);
      if (child >= header_.nodes || edge.parent >= header_.nodes) return fmt::format("its edge {} leads nowhere", slot);
      if (child == header_.names || reached[child])
        return fmt::format("its edge {} leads to a node that another one leads to: a cycle", slot);
      if (home > slot || slot - home > run) return fmt::format("its edge {} lies where no search finds it", slot);
      if (++run > kMaxRun) return "its edges lie in runs that are too long";
      reached[child] = true;
    }
    return to_.edges_[slots - 1].child == kNone ? std::string() : "its last edge slot is not free";
  }

  std::string candidates() {
    if (to_.first_candidate_[0] != 0 || to_.first_candidate_[header_.names] != count(kCandidates))
      return "its names do not cover its candidates";
    for (std::size_t i = 0; i < header_.names; ++i)
      if (to_.first_candidate_[i] > to_.first_candidate_[i + 1]) return fmt::format("its name {} is out of order", i);
    for (std::size_t i = 0; i < count(kCandidates); ++i)
      if (to_.candidates_[i].entity >= header_.entities || to_.candidate_sources_[i] >= count(kSourceSets))
        return fmt::format("its candidate {} names no entity", i);
    return {};
  }

  std::string rows() {
    for (std::size_t i = 0; i < header_.entities; ++i) {
      const Row& row = to_.rows_[i];
      const bool sound = (row.type & ~kTypeUnknown) <= static_cast<int>(EntityType::PRODUCT) && row.fame >= 0 &&
                         row.fame <= 1 && is_country(row.country) && row.related <= count(kRelated) &&
                         row.related_count <= count(kRelated) - row.related && sound_text(strings(), row.text);
      if (!sound) return fmt::format("its entity {} is damaged", i);
    }
    for (std::size_t i = 0; i < count(kRelated); ++i)
      if (to_.related_[i].entity() >= header_.entities || to_.related_[i].relation() > Relation::parent)
        return fmt::format("its relation {} leads nowhere", i);
    return {};
  }

  std::string sources() {
    for (std::size_t i = 0; i < count(kSourceSets); ++i) {
      if (to_.source_sets_[i] > strings().size()) return "its list of sources is damaged";
      Untrusted in(strings(), to_.source_sets_[i]);
      std::size_t size = 0;
      std::string_view text;
      if (!in.two(size) || !in.take(size, text)) return "its list of sources is damaged";
    }
    return {};
  }

  std::string_view bytes_;
  Gazetteer& to_;
  Header header_{};
};

std::shared_ptr<const Gazetteer> Gazetteer::open(std::string_view bytes, std::shared_ptr<const void> owner,
                                                 std::string& error) {
  std::shared_ptr<Gazetteer> gazetteer(new Gazetteer);
  error = GazetteerCheck(bytes, *gazetteer).run();
  if (!error.empty()) return nullptr;
  gazetteer->owner_ = std::move(owner);
  return gazetteer;
}

}  // namespace newsmill::tag_entities
