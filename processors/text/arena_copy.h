#pragma once
#include <cstring>
#include <memory_resource>
#include <string_view>

namespace newsmill::text {

/// A copy of `text` in memory of `arena`, which owns it. Empty text takes no memory.
inline std::string_view arena_copy(std::string_view text, std::pmr::memory_resource& arena) {
  if (text.empty()) return {};
  char* const copy = static_cast<char*>(arena.allocate(text.size(), 1));
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

}  // namespace newsmill::text
