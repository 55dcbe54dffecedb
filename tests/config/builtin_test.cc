#include "config/builtin.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace newsmill::config {
namespace {

TEST(Builtin, HoldsEveryFileOfConfigDefaultByteForByte) {
  const auto root = std::filesystem::path(NEWSMILL_SOURCE_DIR) / "config/default";
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    ++files;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    const auto path = std::filesystem::relative(entry.path(), root).string();
    ASSERT_TRUE(builtin(path)) << path;
    EXPECT_EQ(*builtin(path), text) << path;
  }
  EXPECT_EQ(builtins().size(), files);
  EXPECT_GT(files, 0u);
}

TEST(Builtin, HasNothingUnderOtherNames) {
  EXPECT_FALSE(builtin(""));
  EXPECT_FALSE(builtin("no-such-file.yaml"));
}

}  // namespace
}  // namespace newsmill::config
