#pragma once
#include <cstring>
#include <memory_resource>
#include <string_view>

namespace newsmill {

/// Memory of one Batch: everything its articles point to is allocated here and freed at once.
/// One thread at a time.
using Arena = std::pmr::memory_resource;

/// A copy of `text` that lives as long as the arena.
inline std::string_view keep(std::string_view text, Arena& arena) {
  if (text.empty()) return {};
  auto* to = static_cast<char*>(arena.allocate(text.size(), 1));
  std::memcpy(to, text.data(), text.size());
  return {to, text.size()};
}

}  // namespace newsmill
