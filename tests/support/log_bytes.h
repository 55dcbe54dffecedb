#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "processors/dedup/log_codec.h"

namespace newsmill::test {

/// Messages of the dedup log as bytes, and what another build could have made of them.
template <class Message>
std::string bytes_of(const Message& message) {
  std::string bytes;
  dedup::encode(message, bytes);
  return bytes;
}

/// `content` with a checksum that fits, and without it.
std::string sealed(std::string_view content);
std::string unsealed(std::string_view message);

/// A section of that name.
std::string section(std::uint8_t name, std::string_view content);

/// The message as a build of the next minor version would have written it: with more sections.
std::string of_newer_minor(std::string_view message, std::string_view sections);
/// The same of the next major version, which nobody else can read.
std::string of_newer_major(std::string_view message);

}  // namespace newsmill::test
