// The article that the project was founded on becomes the record that the contract shows.
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/prettywriter.h>

#include <filesystem>
#include <map>
#include <string>

#include "processors/text/utf8.h"
#include "tests/support/child.h"
#include "tests/support/data_folder.h"
#include "tests/support/newsmill_process.h"

namespace newsmill {
namespace {

using test::data_folder;

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
  monitoring.RemoveMember("entities");
  for (const char* list : {"subjects", "people", "organisations", "places"})
    document.EraseMember(list);  // keeps the order of the others
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

TEST(FoundingArticle, NamesItsPeopleOrganisationsAndPlaces) {
  const auto article = data_folder() / "seed/000_f1e306ec60aba5e6.txt";
  if (!std::filesystem::exists(article)) GTEST_SKIP() << "SKIPPED: " << article << " is absent";
  const test::Processed processed = test::newsmill_process(NEWSMILL_BINARY, {article});
  rapidjson::Document record;
  record.Parse(processed.records.c_str());
  ASSERT_FALSE(record.HasParseError()) << processed.words;
  std::map<std::string, std::string> surfaces;  // of each entity, by its id
  for (const auto& entity : record["monitoring"]["entities"].GetArray()) {
    std::string& all = surfaces[entity["id"].IsString() ? entity["id"].GetString() : entity["name"].GetString()];
    for (const auto& mention : entity["mentions"].GetArray()) {
      const std::string field = mention["field"].GetString(), surface = mention["surface"].GetString();
      const std::string text = field == "body" ? record["bodies"][0]["value"].GetString() : record["headlines"][0]["value"].GetString();
      const auto start = mention["start"].GetUint(), end = mention["end"].GetUint();
      ASSERT_EQ(text::prefix(text, end).substr(text::prefix(text, start).size()), surface);
      all += surface + "|";
    }
  }
  EXPECT_EQ(surfaces["wd:Q58217"], "Sergei Lavrov|Lavrov|Lavrov|");
  EXPECT_EQ(surfaces["wd:Q701801"], "Wang Yi|Wang|");
  EXPECT_EQ(surfaces["wd:Q30"], "United States|US|US|");
  EXPECT_EQ(surfaces["wd:Q39450"], "Anchorage|Anchorage|");
  EXPECT_EQ(surfaces["wd:Q797"], "Alaska|");
  EXPECT_EQ(surfaces["enwiki:Eurasian_Economic_Union"], "Eurasian Economic Union|");
  EXPECT_TRUE(surfaces["wd:Q148"].starts_with("China|China|")) << surfaces["wd:Q148"];
  EXPECT_TRUE(surfaces["wd:Q159"].starts_with("Russia|Russia|")) << surfaces["wd:Q159"];
  EXPECT_FALSE(surfaces.contains("China Daily")) << "a byline names nothing";
}

}  // namespace
}  // namespace newsmill
