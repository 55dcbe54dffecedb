#include "config/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
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

bool is_yaml(std::string_view path) { return path.ends_with(".yaml") || path.ends_with(".yml"); }

std::vector<std::string> files_in(const std::string& folder, bool (*wanted)(std::string_view path),
                                  std::error_code& error) {
  std::vector<std::string> paths;
  for (auto entry = std::filesystem::directory_iterator(folder, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    if (wanted(entry->path().native())) paths.push_back(entry->path().string());
  std::ranges::sort(paths);
  return paths;
}

}  // namespace newsmill::config
