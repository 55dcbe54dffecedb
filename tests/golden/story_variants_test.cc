// Ten variants of the article that the project was founded on end in its story, each with its relation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/data_folder.h"
#include "tests/support/newsmill_process.h"

namespace newsmill {
namespace {

std::filesystem::path founding_article() {
  return test::data_folder() / "seed/000_f1e306ec60aba5e6.txt";
}

rapidjson::Document parsed(const std::string& record) {
  rapidjson::Document document;
  document.Parse(record.c_str());
  EXPECT_FALSE(document.HasParseError()) << record.substr(0, 200);
  return document;
}

std::string plain_json(const std::vector<std::pair<const char*, std::string>>& fields) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  writer.StartObject();
  for (const auto& [name, value] : fields) {
    writer.Key(name);
    writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  }
  writer.EndObject();
  return buffer.GetString() + std::string("\n");
}

/// The first `share` of the words, whole.
std::string cut(const std::string& text, double share) {
  const auto end = static_cast<std::size_t>(static_cast<double>(text.size()) * share);
  return text.substr(0, text.rfind(' ', end));
}

// Written for this test; nothing of it is in the article.
const std::string kForeign =
    "Our correspondent adds that the harbour of the town was closed for the whole afternoon because a freight train had "
    "stopped on the swing bridge, and that neither the railway nor the pilots could say when ships would pass again.";

class StoryVariants : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(founding_article())) GTEST_SKIP() << "SKIPPED: " << founding_article() << " is absent";
    const test::Processed founded = test::newsmill_process(NEWSMILL_BINARY, {founding_article()});
    ASSERT_EQ(founded.code, 0) << founded.words;
    const rapidjson::Document record = parsed(founded.records);
    body_ = record["bodies"][0]["value"].GetString();
    headline_ = record["headlines"][0]["value"].GetString();
    id_ = record["monitoring"]["id"].GetString();
    EXPECT_EQ(record["monitoring"]["story"]["id"].GetString(), id_);
    EXPECT_STREQ(record["monitoring"]["story"]["relation"].GetString(), "original");
  }

  struct Variant {
    std::string about, line;
    std::vector<std::string> relations;  ///< that are right
  };
  std::vector<Variant> variants() const {
    const auto on = [](const char* id, const std::string& title, const std::string& body) {
      return plain_json({{"id", id}, {"source", std::string(id) + ".example"}, {"title", title}, {"body", body}});
    };
    const std::size_t third = body_.find("\n\n", body_.size() / 3) + 2;
    std::string shouted = body_, corrected = body_;
    for (char& c : shouted) c = c == ' ' ? '\t' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    corrected.replace(corrected.find("20th"), 4, "21st");
    return {{"cut to 70 %", on("a", headline_, cut(body_, .7)), {"subset", "near"}},
            {"cut to 50 %", on("b", headline_, cut(body_, .5)), {"subset"}},
            {"cut to 30 %", on("c", headline_, cut(body_, .3)), {"subset"}},
            {"another headline", on("d", "What a visit says about two neighbours", body_), {"exact"}},
            {"a paragraph of its own",
             on("e", headline_, body_.substr(0, third) + kForeign + "\n\n" + body_.substr(third)), {"near", "superset"}},
            {"another site", on("f", headline_, body_), {"exact"}},
            {"doubled", on("g", headline_, body_ + "\n\n" + body_), {"exact"}},
            {"corrected", on("h", "CORRECTED: " + headline_, corrected), {"near"}},
            {"a new version by id",
             plain_json({{"id", "f"}, {"source", "f.example"}, {"version", "2"}, {"title", headline_},
                         {"body", body_ + "\n\n" + kForeign}}),
             {"update"}},
            {"other case and spaces", on("i", headline_, shouted), {"exact"}}};
  }

  std::string body_, headline_, id_;
};

TEST_F(StoryVariants, EndInTheStoryOfTheFirst) {
  const test::TemporaryFolder folder;
  std::string lines;
  for (const Variant& variant : variants()) lines += variant.line;
  test::write_file(folder / "variants.jsonl", lines);
  const std::vector<std::string> files{founding_article(), folder / "variants.jsonl"};
  const test::Processed processed = test::newsmill_process(NEWSMILL_BINARY, files);
  ASSERT_EQ(processed.code, 0) << processed.words;
  const std::vector<std::string> records = test::lines_of(processed.records);
  ASSERT_EQ(records.size(), 11u) << processed.dead_letters;
  for (std::size_t i = 1; i < records.size(); ++i) {
    const Variant variant = variants()[i - 1];
    SCOPED_TRACE(variant.about);
    const rapidjson::Document record = parsed(records[i]);
    const auto& story = record["monitoring"]["story"];
    EXPECT_EQ(story["id"].GetString(), id_);
    EXPECT_THAT(variant.relations, testing::Contains(std::string(story["relation"].GetString())));
    EXPECT_TRUE(story["canonical"].IsString());
    ASSERT_TRUE(story["similarity"].IsNumber());
    EXPECT_GE(story["similarity"].GetDouble(), 0.6);
    EXPECT_EQ(story["related"].Size(), 0u);
  }
  for (const std::string jobs : {"1", "4"})
    EXPECT_TRUE(test::newsmill_process(NEWSMILL_BINARY, {"--jobs", jobs, files[0], files[1]}).records ==
                processed.records)
        << "the number of threads changes nothing";
}

TEST_F(StoryVariants, AreForgottenAfterTheWindowWhenTheClockIsThatOfTheArticles) {
  const auto dated = [&](const char* id, const char* published) {
    return plain_json({{"id", id}, {"source", "x.example"}, {"title", headline_}, {"body", body_},
                       {"published_at", published}});
  };
  const test::TemporaryFolder folder;
  test::write_file(folder / "dated.jsonl", dated("a", "2021-12-01T09:00:00Z") + dated("b", "2021-12-04T08:59:59Z") +
                                               dated("c", "2021-12-08T09:00:00Z"));
  const auto stories = [&](std::vector<std::string> more) {
    more.push_back(folder / "dated.jsonl");
    std::vector<std::string> all;
    for (const std::string& line : test::lines_of(test::newsmill_process(NEWSMILL_BINARY, more).records)) {
      const rapidjson::Document record = parsed(line);
      const auto& story = record["monitoring"]["story"];
      all.push_back(story.IsNull() ? "null" : std::string(story["since"].GetString()).substr(0, 10));
    }
    return all;
  };
  EXPECT_THAT(stories({}), testing::ElementsAre("2021-12-01", "2021-12-01", "2021-12-01"));
  EXPECT_THAT(stories({"--clock", "published"}), testing::ElementsAre("2021-12-01", "2021-12-01", "2021-12-08"));
  EXPECT_THAT(stories({"--set", "dedup.enabled=false"}), testing::ElementsAre("null", "null", "null"));
}

// A wall of one text, such as a paywall notice or a defect of a crawler.
TEST(Stories, TakeTheSameTextTenThousandTimes) {
  const test::TemporaryFolder folder;
  std::string lines;
  for (int i = 0; i < 10'000; ++i)
    lines += plain_json({{"id", std::to_string(i)}, {"source", "x" + std::to_string(i % 50) + ".example"},
                         {"title", "Read on with a subscription"}, {"body", kForeign}});
  test::write_file(folder / "same.jsonl", lines);
  const test::Processed processed = test::newsmill_process(NEWSMILL_BINARY, {folder / "same.jsonl"});
  ASSERT_EQ(processed.code, 0) << processed.words;
  const std::vector<std::string> records = test::lines_of(processed.records);
  ASSERT_EQ(records.size(), 10'000u);
  const std::string first = parsed(records.front())["monitoring"]["id"].GetString();
  const std::string story = R"("story":{"id":")" + first + R"(",)";
  EXPECT_EQ(std::ranges::count_if(records, [&](const std::string& record) {
    return record.find(story) != std::string::npos;
  }), 10'000);
}

}  // namespace
}  // namespace newsmill
