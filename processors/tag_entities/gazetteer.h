#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "processors/core/entity.h"

namespace newsmill::tag_entities {

namespace layout {
struct Edge;
struct Row;
}  // namespace layout

/// What is known about one way of writing a name. The trie is keyed by folded hashes, so these bits
/// are all that is left of how the name was written.
enum AliasFlag : std::uint16_t {
  kCaseExact = 1,     ///< counts only as written: capitals when kAcronym, else a capital where the name has one
  kNeedsContext = 2,  ///< never enough alone: a common word, a short code, a single token of many bearers
  kAcronym = 4,       ///< written in capitals, or as initials with points: US, U.S., NATO
  kSurname = 8,       ///< the family name alone of a person
  kDemonym = 16,      ///< people or adjective of a place: Chinese, Americans
  kCommonWord = 32,   ///< a single word that is also an ordinary word: Nature, Nice, Reading
  kAbbreviated = 64,  ///< written with points; the same key without them is another row or none
  kLowerCase = 128,   ///< begins with a lower-case letter in its source: eBay, al-Jazeera, bin Laden
  kPreferred = 256,   ///< the name that the entity is shown by
  kForeign = 512,     ///< listed only for languages other than English
};

/// One thing that a name may mean.
struct Candidate {
  std::uint32_t entity;
  std::uint16_t share;  ///< prior() × 65535
  std::uint16_t flags;  ///< AliasFlag
  /// Share of this entity among all that bear the name, by fame alone; those of one name sum to 1.
  double prior() const { return share / 65535.0; }
};

/// How one entity knows another; the direction is from the entity that lists it.
enum class Relation : std::uint8_t {
  country,  ///< lies in, is of, or governs
  capital,  ///< a country's capital
  party,    ///< a person's party
  office,   ///< the organisation in which a person holds an office
  parent,   ///< belongs to: a unit of, a member of
};
std::string_view relation_name(Relation relation);

struct Related {
  std::uint32_t packed;
  Relation relation() const { return static_cast<Relation>(packed >> 28); }
  std::uint32_t entity() const { return packed & 0x0FFFFFFF; }
};

/// One entity; views into the gazetteer, which must outlive them.
struct EntityView {
  std::string_view id;  ///< preferred, with its scheme ("wd:Q58217"); empty = a name without public identifier
  EntityIds ids;
  std::string_view name;
  EntityType type = EntityType::PER;
  bool type_known = true;     ///< false: the sources do not say; `type` is only the likeliest
  std::string_view subtype;   ///< "country", "city", "company", "party", "media", "government", …; empty = not known
  std::string_view country;   ///< ISO 3166-1 alpha-2; empty = not known
  double fame = 0;            ///< [0,1]: how much is known about it; the founding members of the UN are near 1
  std::span<const Related> related;
};

/// A place in the trie of names: the root, or what a run of tokens leads to.
class Node {
 public:
  bool valid() const { return value_ != kNone; }      ///< false: no name goes on like this
  bool leaf() const { return (value_ & kInner) == 0; }  ///< true: no name goes on from here
  bool operator==(const Node&) const = default;

 private:
  friend class Gazetteer;
  friend class GazetteerBuilder;
  static constexpr std::uint32_t kInner = 1u << 31, kNone = 0x7FFFFFFF;
  explicit Node(std::uint32_t value) : value_(value) {}
  std::uint32_t value_;
};

/// Every known name in one immutable block, usually a mapped file: a filter of first tokens, the trie
/// of names as an open-addressing table of edges (node, token hash) → node, and for each name the
/// things that bear it.
///
/// A name was tokenised as articles are (text/tokens.h), so a match is a walk over Token::hash; it
/// ends after max_tokens() steps at the latest. U.S. and US are one key; candidates tell by flags.
///   step   one probe on average, no allocation   memory   about 75 MB per 900,000 names, shared by all
/// Everything is checked once when opened: a file that is truncated, damaged or made to deceive is
/// refused with a reason, so that no look-up needs to test anything. Any thread; views live as long
/// as the gazetteer. The layout is in gazetteer_layout.h.
class Gazetteer {
 public:
  /// `bytes` is aligned to 8 and kept alive by `owner` (a mapping, a string). Null when refused, with
  /// the reason in `error`. Cost: one pass, some 50 ms per 900,000 names.
  static std::shared_ptr<const Gazetteer> open(std::string_view bytes, std::shared_ptr<const void> owner,
                                               std::string& error);
  /// The same for bytes that were built in memory.
  static std::shared_ptr<const Gazetteer> from_bytes(std::string bytes, std::string& error);

  /// False when no name begins with this token; true, rarely, when none does either. For tight loops.
  bool may_start(std::uint64_t token_hash) const {
    return filter_[(token_hash >> 6) & kFilterMask] >> (token_hash & 63) & 1;
  }
  /// The same for names that may be written with a small first letter (kLowerCase): most words of a text
  /// begin so, and few of them a name.
  bool may_start_small(std::uint64_t token_hash) const {
    return small_filter_[(token_hash >> 6) & kFilterMask] >> (token_hash & 63) & 1;
  }
  Node root() const { return Node(root_); }
  Node step(Node from, std::uint64_t token_hash) const;
  /// Asks memory for what step(root(), token_hash) will read: for tokens that come a little later.
  void prefetch(std::uint64_t token_hash) const;
  /// What the tokens up to `node` name, the likeliest first; empty when no name ends here.
  std::span<const Candidate> candidates(Node node) const;
  /// Where a candidate was found, for people: "cldr_territories, fb15k_wikidata".
  std::string_view sources(const Candidate& candidate) const;

  EntityView entity(std::uint32_t number) const;
  /// Parts of entity() that cost one load.
  EntityType type(std::uint32_t number) const;
  double fame(std::uint32_t number) const;
  std::span<const Related> related(std::uint32_t number) const;

  std::string_view version() const { return version_; }  ///< 12 hex digits of the hash of the content
  std::size_t names() const { return names_; }           ///< distinct, as folded
  std::size_t entities() const { return entities_; }
  std::size_t candidate_count() const { return candidate_count_; }
  std::size_t bytes() const { return size_; }
  std::uint32_t max_tokens() const { return max_tokens_; }

 private:
  friend class GazetteerCheck;
  static constexpr std::uint64_t kFilterMask = (1u << 14) - 1;  // words of 64: 1 Mbit, stays in the L2 cache

  Gazetteer() = default;

  const std::uint64_t *filter_ = nullptr, *small_filter_ = nullptr;
  const layout::Edge* edges_ = nullptr;
  std::uint64_t edge_slots_ = 0;
  std::uint32_t root_ = 0, names_ = 0, entities_ = 0, max_tokens_ = 0;
  const std::uint32_t* first_candidate_ = nullptr;  // names + 1
  const Candidate* candidates_ = nullptr;
  std::size_t candidate_count_ = 0;
  const std::uint16_t* candidate_sources_ = nullptr;
  const layout::Row* rows_ = nullptr;
  const Related* related_ = nullptr;
  const char* strings_ = nullptr;
  const std::uint32_t* source_sets_ = nullptr;
  std::size_t size_ = 0;
  std::string version_;
  std::shared_ptr<const void> owner_;
};

}  // namespace newsmill::tag_entities
