#include "tests/support/log_bytes.h"

#include <xxhash.h>

#include "processors/dedup/log_bytes.h"

namespace newsmill::test {

std::string sealed(std::string_view content) {
  std::string message(content);
  dedup::LogWriter(message).put(std::uint64_t{XXH3_64bits(content.data(), content.size())});
  return message;
}

std::string unsealed(std::string_view message) { return std::string(message.substr(0, message.size() - 8)); }

std::string section(std::uint8_t name, std::string_view content) {
  std::string bytes;
  dedup::LogWriter out(bytes);
  out.put(name);
  out.put(static_cast<std::uint16_t>(content.size()));
  out.put(content);
  return bytes;
}

std::string of_newer_minor(std::string_view message, std::string_view sections) {
  std::string content = unsealed(message);
  ++content[2];
  return sealed(content.append(sections));
}

std::string of_newer_major(std::string_view message) {
  std::string content = unsealed(message);
  ++content[1];
  return sealed(content);
}

}  // namespace newsmill::test
