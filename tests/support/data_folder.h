#pragma once
#include <cstdlib>
#include <filesystem>

namespace newsmill::test {

/// Where the shared data lie: $NEWSMILL_DATA, else beside the source tree. It may be absent, and then
/// the test that wants something of it skips.
inline std::filesystem::path data_folder() {
  const char* const chosen = std::getenv("NEWSMILL_DATA");
  if (chosen != nullptr && *chosen != '\0') return chosen;
  return NEWSMILL_SOURCE_DIR "/../shared/data";
}

}  // namespace newsmill::test
