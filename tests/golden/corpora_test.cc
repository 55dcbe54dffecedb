// Every line of the real corpora becomes a record that its schema accepts, or a dead letter with a
// reason; again and with any number of threads the same bytes.
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <filesystem>
#include <map>
#include <string>

#include "tests/support/child.h"
#include "tests/support/data_folder.h"
#include "tests/support/newsmill_process.h"

namespace newsmill {
namespace {

struct Corpus {
  std::string name;
  std::size_t lines;
  /// What share of the lines may end as a dead letter, by code; any other code fails the test.
  std::map<std::string, std::size_t> dead;
};

std::filesystem::path news(const std::string& name) {
  return test::data_folder() / "news" / (name + ".jsonl.zst");
}

class Corpora : public testing::TestWithParam<Corpus> {};

std::map<std::string, std::size_t> count_codes(const std::string& dead_letters) {
  std::map<std::string, std::size_t> codes;
  for (const std::string& line : test::lines_of(dead_letters)) {
    rapidjson::Document letter;
    letter.Parse(line.c_str());
    EXPECT_FALSE(letter.HasParseError()) << line.substr(0, 200);
    if (letter.HasParseError()) continue;
    for (const char* reason : {"stage", "found", "expected"})
      EXPECT_STRNE(letter[reason].GetString(), "") << "a dead letter without a reason: " << line.substr(0, 200);
    ++codes[letter["code"].GetString()];
  }
  return codes;
}

TEST_P(Corpora, EveryLineIsAValidRecordOrADeadLetterWithAReason) {
  const auto file = news(GetParam().name);
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "SKIPPED: " << file << " is absent";
  const test::Processed one = test::newsmill_process(NEWSMILL_BINARY, {"--jobs", "1", file});
  ASSERT_EQ(one.code, 0) << one.words;
  const std::size_t records = test::lines_of(one.records).size();
  const auto dead = count_codes(one.dead_letters);
  std::size_t all = records;
  for (const auto& [code, count] : dead) all += count;
  EXPECT_EQ(all, GetParam().lines);
  EXPECT_EQ(dead, GetParam().dead);

  const test::TemporaryFolder folder;
  test::write_file(folder / "records", one.records);
  test::Child validator({.command = {NEWSMILL_SOURCE_DIR "/tests/contract/validate_records"},
                         .out = folder / "said", .err = folder / "said", .in = folder / "records"});
  const auto code = validator.wait(std::chrono::minutes(10));
  EXPECT_EQ(code, 0) << test::tail_of(folder / "said");
  EXPECT_NE(test::read_file(folder / "said").find("records=" + std::to_string(records) + " invalid=0"),
            std::string::npos);

  for (const std::string jobs : {"1", "4"}) {
    const test::Processed again = test::newsmill_process(NEWSMILL_BINARY, {"--jobs", jobs, file});
    // Not EXPECT_EQ: it would print 60 MB.
    EXPECT_TRUE(again.records == one.records) << "records with " << jobs << " jobs differ";
    EXPECT_TRUE(again.dead_letters == one.dead_letters) << "dead letters with " << jobs << " jobs differ";
  }
}

// The HTML bodies are Debian's web pages, Jekyll posts and the like; the lines as delivered carry
// their text in fields that are not those of the plain input.
INSTANTIATE_TEST_SUITE_P(Data, Corpora,
                         testing::Values(Corpus{"mix-open", 6902, {{"unknown-format", 1150}}},
                                         Corpus{"mix-open-asdelivered", 6902, {{"no-content", 4534}}},
                                         Corpus{"bench-20k", 20000, {{"unknown-format", 1989}}}),
                         [](const auto& each) {
                           std::string name = each.param.name;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace newsmill
