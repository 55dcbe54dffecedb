#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "processors/core/flag.h"
#include "processors/core/format.h"
#include "processors/core/id.h"
#include "processors/core/result.h"

namespace newsmill {
namespace {

bool is_published_name(std::string_view name) {
  return !name.empty() && name.front() >= 'a' && name.front() <= 'z' &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

TEST(FlagTable, IsAlphabeticalWithOneMeaningPerName) {
  std::vector<std::string_view> names;
  for (const FlagRow& row : flag_table()) {
    EXPECT_TRUE(is_published_name(row.name)) << row.name;
    EXPECT_TRUE(row.meaning.ends_with('.')) << row.name;
    names.push_back(row.name);
  }
  EXPECT_TRUE(std::ranges::is_sorted(names));
  EXPECT_EQ(std::set(names.begin(), names.end()).size(), names.size());
  EXPECT_EQ(flag_table()[static_cast<std::size_t>(Flag::body_repeated)].name, "body-repeated");
  EXPECT_EQ(flag_table()[static_cast<std::size_t>(Flag::version_created_unknown)].name, "version-created-unknown");
}

TEST(Codes, HaveOneNameEach) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(Code::internal); ++code) {
    const std::string_view name = code_name(static_cast<Code>(code));
    EXPECT_TRUE(is_published_name(name)) << code;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
}

TEST(Formats, AreFoundByTheirNames) {
  for (const Format format : {Format::automatic, Format::plain, Format::text})
    EXPECT_EQ(format_of(format_name(format)), format);
  EXPECT_EQ(format_of("auto"), Format::automatic);
  EXPECT_FALSE(format_of("Plain").has_value());
  EXPECT_FALSE(format_of("").has_value());
}

TEST(ArticleId, HasVersionAndVariantOfRfc9562) {
  Sha256 digest{};
  digest.fill(0xFF);
  EXPECT_EQ(uuid(article_id(digest)), "ffffffff-ffff-8fff-bfff-ffffffffffff");
  digest.fill(0);
  EXPECT_EQ(uuid(article_id(digest)), "00000000-0000-8000-8000-000000000000");
}

}  // namespace
}  // namespace newsmill
