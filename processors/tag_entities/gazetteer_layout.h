#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

/// The gazetteer's file, little-endian, every section aligned to 8 and found by its offset from the
/// beginning; no pointers, so it is mapped and shared as it is. A change of meaning is a new kFormat.
///
///   Header
///   filter            2^14 words of 64 bits: bit (hash & 2^20-1) is set when a name begins so
///   small_filter      the same for names that may begin with a small letter (kLowerCase)
///   edges             Edge: a hash table with linear probing; home = home_slot(), no wrapping round
///   first_candidate   u32 a name, and one more: where its candidates begin
///   candidates        Candidate (gazetteer.h), the likeliest of a name first
///   candidate_sources u16 a candidate: number of a set of sources
///   rows              Row, one an entity
///   related           Related (gazetteer.h)
///   strings           what rows and sets point into
///   source_sets       u32 a set: where in strings its text stands (u16 length, bytes)
///
/// Nodes are numbered with those where a name ends first, so that a node's number is the number of
/// its name; Edge::child carries kInner when names go on from there.
namespace newsmill::tag_entities::layout {

constexpr std::string_view kMagic("NMGAZ\r\n\x1a", 8);
constexpr std::uint32_t kFormat = 2;
constexpr std::uint32_t kInner = 1u << 31;
constexpr std::uint32_t kNone = 0x7FFFFFFF;
constexpr std::size_t kFilterWords = 1u << 14;
constexpr std::uint32_t kMaxTokens = 24;     // of one name; the longest useful ones are committees
constexpr std::uint64_t kMaxRun = 1024;      // of full slots: bounds a look-up in a file made to deceive
constexpr std::uint8_t kTypeUnknown = 0x80;  // beside Row::type

enum Part : std::size_t {
  kFilter, kSmallFilter, kEdges, kFirstCandidate, kCandidates, kCandidateSources, kRows, kRelated, kStrings, kSourceSets, kParts,
};

struct Section {
  std::uint64_t offset, bytes;
};

struct Header {
  char magic[8];
  std::uint32_t format, header_bytes;
  std::uint64_t file_bytes;
  std::uint64_t checksum;  ///< XXH3-64 of all that follows this field
  std::uint64_t home_slots;
  std::uint32_t root;      ///< with kInner
  std::uint32_t nodes, names, entities, max_tokens, reserved;
  Section parts[kParts];
};

struct Edge {
  std::uint64_t token;
  std::uint32_t parent, child;  ///< child == kNone: free
};

/// Text at `text` in strings: u16 length and name, u8 length and subtype, u8 number of identifiers,
/// each u8 scheme (place in kSchemes), u8 length, bytes with the scheme in front.
struct Row {
  std::uint32_t text;
  float fame;
  std::uint32_t related;  ///< first of related_count
  char country[2];        ///< zeros = not known
  std::uint8_t type;      ///< EntityType, | kTypeUnknown
  std::uint8_t related_count;
};

constexpr std::string_view kSchemes[] = {"wd:", "enwiki:", "gn:", "iso:", "lei:", "cik:", "domain:"};

static_assert(sizeof(Section) == 16 && sizeof(Edge) == 16 && sizeof(Row) == 16);
static_assert(sizeof(Header) == 64 + kParts * sizeof(Section));
static_assert(std::is_trivially_copyable_v<Header> && std::is_trivially_copyable_v<Edge>);

/// Where the search for an edge begins; the high half of a product spreads over any table size.
inline std::uint64_t home_slot(std::uint32_t parent, std::uint64_t token, std::uint64_t home_slots) {
  std::uint64_t mixed = (token ^ (parent * 0x9E3779B97F4A7C15u)) * 0xD6E8FEB86659FD93u;
  mixed ^= mixed >> 32;
  mixed *= 0xD6E8FEB86659FD93u;
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>(static_cast<Wide>(mixed) * home_slots >> 64);
}

}  // namespace newsmill::tag_entities::layout
