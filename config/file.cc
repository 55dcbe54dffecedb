#include "config/file.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace newsmill::config {

std::optional<std::string> read_file(const std::string& path, std::size_t max_bytes, std::string& error) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) {
    error = std::strerror(errno);
    return std::nullopt;
  }
  std::string bytes;
  std::array<char, 65536> block;
  while (const std::size_t got = std::fread(block.data(), 1, block.size(), file.get())) {
    bytes.append(block.data(), got);
    if (bytes.size() > max_bytes) {
      error = fmt::format("has more than {} bytes", max_bytes);
      return std::nullopt;
    }
  }
  if (std::ferror(file.get())) {
    error = errno == EISDIR ? "is a folder" : std::strerror(errno);
    return std::nullopt;
  }
  return bytes;
}

}  // namespace newsmill::config
