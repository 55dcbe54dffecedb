// The article that the project was founded on becomes the record that the contract shows.
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/prettywriter.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/support/child.h"
#include "tests/support/newsmill_process.h"

namespace newsmill {
namespace {

std::filesystem::path data_folder() {
  const char* folder = std::getenv("NEWSMILL_DATA");
  return folder ? folder : NEWSMILL_SOURCE_DIR "/../shared/data";
}

// Without what the contract does not compare, one line a value, in order.
std::string comparable(const std::string& record) {
  rapidjson::Document document;
  document.Parse(record.c_str());
  EXPECT_FALSE(document.HasParseError()) << record;
  if (document.HasParseError()) return {};
  auto& monitoring = document["monitoring"];
  monitoring["language"].RemoveMember("confidence");
  monitoring.RemoveMember("versions");
  monitoring.RemoveMember("story");  // the contract shows the record before dedup
  for (auto& removed : monitoring["removed"].GetArray()) removed.RemoveMember("rule");
  auto& topic = monitoring["delivery"]["topic"];
  const std::string name = std::filesystem::path(topic.GetString()).filename();
  topic.SetString(name.c_str(), static_cast<rapidjson::SizeType>(name.size()), document.GetAllocator());
  rapidjson::StringBuffer buffer;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
  document.Accept(writer);
  return buffer.GetString();
}

TEST(FoundingArticle, BecomesTheRecordOfTheContract) {
  const auto article = data_folder() / "seed/000_f1e306ec60aba5e6.txt";
  const auto contract = data_folder().parent_path() / "contract/seed-expected.json";
  if (!std::filesystem::exists(article) || !std::filesystem::exists(contract))
    GTEST_SKIP() << "SKIPPED: " << article << " or " << contract << " is absent";
  const test::Processed processed = test::newsmill_process(NEWSMILL_BINARY, {"--format", "text", article});
  ASSERT_EQ(processed.code, 0) << processed.words;
  ASSERT_EQ(test::lines_of(processed.records).size(), 1u);
  EXPECT_EQ(comparable(processed.records), comparable(test::read_file(contract)));
  // `auto` finds the same out by itself.
  EXPECT_EQ(test::newsmill_process(NEWSMILL_BINARY, {article}).records, processed.records);
}

}  // namespace
}  // namespace newsmill
