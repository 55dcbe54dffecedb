#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "processors/dedup/log_messages.h"

namespace newsmill::dedup {

/// The bytes of a message of the dedup log: a little-endian head that every build can read for ever, a
/// versioned tail that a build skips when it does not know it, and an XXH3-64 of everything before it.
/// A change of the head is a new major version, which older builds refuse.
///   F  about 250 bytes
///   V  about 30 bytes for each F
/// Appends to `bytes`. Any thread; allocates only for `bytes`.
void encode(const FingerprintMessage& message, std::string& bytes);
void encode(const VerdictsMessage& message, std::string& bytes);

/// Bytes that are no message: cut, oversized, changed on the way, or never one. Skipped and counted.
struct Garbage {
  std::string found;  ///< what is wrong with them, in words
};
/// A whole message of a major version that this build does not know: it must not go on as if it were not there.
struct NewerVersion {
  int major = 0;
};
using Decoded = std::variant<FingerprintMessage, VerdictsMessage, Garbage, NewerVersion>;

/// Reads one message; what it does not know in the tail of a newer minor version is left out.
Decoded decode(std::string_view bytes);

}  // namespace newsmill::dedup
