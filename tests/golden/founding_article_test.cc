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
  // The contract shows the record before dedup, entities and topics.
  monitoring.RemoveMember("story");
  monitoring.RemoveMember("topics");
  document.EraseMember("subjects");  // keeps the order of the others
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

TEST(FoundingArticle, IsAboutDiplomacyAndSaysWhere) {
  const auto article = data_folder() / "seed/000_f1e306ec60aba5e6.txt";
  if (!std::filesystem::exists(article)) GTEST_SKIP() << "SKIPPED: " << article << " is absent";
  const test::Processed processed = test::newsmill_process(NEWSMILL_BINARY, {article});
  rapidjson::Document record;
  record.Parse(processed.records.c_str());
  ASSERT_FALSE(record.HasParseError()) << processed.words;
  const rapidjson::Value* diplomacy = nullptr;
  for (const auto& topic : record["monitoring"]["topics"].GetArray())
    if (topic["id"] == "diplomacy") diplomacy = &topic;
  ASSERT_NE(diplomacy, nullptr);
  EXPECT_GT((*diplomacy)["score"].GetDouble(), 0.5);
  EXPECT_STREQ((*diplomacy)["iptc"].GetString(), "medtop:20000639");
  std::string surfaces;
  for (const auto& one : (*diplomacy)["evidence"].GetArray()) surfaces += std::string(one["surface"].GetString()) + "|";
  EXPECT_NE(surfaces.find("Foreign Minister Sergei Lavrov's visit|"), std::string::npos) << surfaces;
  EXPECT_NE(surfaces.find("renew the treaty|"), std::string::npos) << surfaces;
}

}  // namespace
}  // namespace newsmill
