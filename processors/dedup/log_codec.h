#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "processors/dedup/log_messages.h"

namespace newsmill::dedup {

/// The bytes of a message of the dedup log. Numbers are little-endian; a checksum ends every message.
///
///   every message, of every version for ever
///     u8 kind ('F' or 'V')   u8 major   u8 minor   …   u64 XXH3-64 of all bytes before it
///   F, major version 1
///     u8 flags: bit 0 may lead, bits 1-2 status   u64 log id
///     delivery: u64 topic, i32 partition, i64 offset, u64 content   16 bytes article
///     i64 arrival, clock, sent   u64 version   i64 updated   u64 source, text, skeleton   sections
///   V, major version 1
///     u8 0   u64 log id   i64 sent   u16 n   n × 16 bytes: the ids that the rows name, ascending
///     i64 offset before the first row's   u16 rows   rows   sections
///     row: offset as a difference from the row before
///          u8: bits 0-3 relation, 4-5 similarity (0 none, 1 it is 1, 2 f32 follows), 6 canonical, 7 related
///          place of the story among the ids; its birth as a difference from that of the row before (the
///          first: from sent); f32 similarity, place of canonical, u8 count and places of related, as
///          the byte says. Differences are zigzag LEB128, places LEB128
///   section: u8 name, u16 length, that many bytes; each name at most once
///     F  1 words of the headline: u64 hash, u8 bit 0 correction
///        2 sketch: u8 count, count × u32 keys, 32 bytes min-hash, 2 × u64 numbers, u16 shingles, u16 tokens
///
/// Everything before the sections can be read by every build for ever: a change of it, or of what a
/// section means, is a new major version, which older builds refuse. A newer minor version adds
/// sections, which older builds pass over; what it adds to the rows of a V is a section with an entry
/// for each row. No such addition may take part in the question whether two verdicts differ, or two
/// builds would void different messages. Another kind of sketch is another section; a build that does
/// not know it still holds the article by its ids.
///   F  240 bytes; V  21 bytes for each F that opens a story, 11 and more for one that joins
///
/// Appends to `bytes`. Similarities are in [0,1] or −1. More verdicts than kMostVerdicts, which nobody could
/// read, are a defect of the caller: std::length_error.
/// Any thread; allocates only for `bytes`, and the ids of a V.
void encode(const FingerprintMessage& message, std::string& bytes);
void encode(const VerdictsMessage& message, std::string& bytes);

/// Above these bytes are no message. A V with as many verdicts as it may have is never that long.
inline constexpr std::size_t kMostMessageBytes = 1 << 20, kMostVerdicts = 4096;

/// Bytes that are no message: cut, oversized, changed on the way, or never one. Skipped and counted.
struct Garbage {
  std::string found;  ///< what is wrong with them, in words
};
/// A whole message of a major version that this build does not know: it must not go on as if it were not there.
struct NewerVersion {
  int major = 0;
};
using Decoded = std::variant<FingerprintMessage, VerdictsMessage, Garbage, NewerVersion>;

/// Reads one message; sections that it does not know are left out. Whatever the bytes say, allocates
/// no more than some times their number. Any thread.
Decoded decode(std::string_view bytes);

}  // namespace newsmill::dedup
