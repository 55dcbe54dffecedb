#include <gmock/gmock.h>

#include <filesystem>
#include <sstream>

#include "cli/exit.h"
#include "tests/support/child.h"
#include "tests/support/program.h"

namespace newsmill::cli {
namespace {

using test::Ran;
using testing::HasSubstr;

class GazetteerCommand : public testing::Test {
 protected:
  Ran newsmill(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {NEWSMILL_BINARY, "gazetteer"});
    return test::run({.command = arguments});
  }
  std::string file(const std::string& name) { return (folder_ / name).string(); }
  std::string written(const std::string& name, const std::string& text) {
    test::write_file(folder_ / name, text);
    return file(name);
  }
  test::TemporaryFolder folder_;
};

constexpr const char* kList =
    "name\ttype\tid\tsource\tlang\n"
    "Quillmark\tORG\tenwiki:Quillmark\tregister\t\n"
    "Quillmark Group\tORG\tenwiki:Quillmark\tregister\t\n"
    "=\tORG\tenwiki:Quillmark\tregister\t\n";

TEST_F(GazetteerCommand, BuildsAFileThatTheOthersRead) {
  const std::string list = written("list.tsv", kList), titles = written("titles.tsv", "Quillmark\tQ424242\n");
  const Ran built = newsmill({"build", "--no-starter", "-o", file("own.gazetteer"), list, titles});
  EXPECT_EQ(built.code, kOk) << built.err;
  EXPECT_EQ(built.out, "");
  EXPECT_THAT(built.err, HasSubstr("4 rows"));
  EXPECT_THAT(built.err, HasSubstr("2 names of 1 entities (1 with an identifier"));
  EXPECT_THAT(built.err, HasSubstr("1 that are no names"));

  const Ran found = newsmill({"lookup", "--file", file("own.gazetteer"), "quillmark group"});
  EXPECT_EQ(found.code, kOk) << found.err;
  EXPECT_THAT(found.out, HasSubstr("wd:Q424242"));
  EXPECT_THAT(found.out, HasSubstr("wikidata=Q424242 enwiki=Quillmark"));
  EXPECT_THAT(found.out, HasSubstr("from register"));

  const Ran json = newsmill({"lookup", "--file", file("own.gazetteer"), "--format", "json", "Quillmark"});
  EXPECT_THAT(json.out, HasSubstr(R"("id": "wd:Q424242", "name": "Quillmark", "type": "ORG", "type_known": true)"));
  EXPECT_THAT(json.out, HasSubstr(R"("flags": ["preferred"])"));
  EXPECT_THAT(json.out, HasSubstr(R"("near": [])"));

  const Ran info = newsmill({"info", file("own.gazetteer")});
  EXPECT_EQ(info.code, kOk);
  EXPECT_THAT(info.out, HasSubstr("names       2\nentities    1, 1 of them with a public identifier\n  ORG       1\n"));
  EXPECT_THAT(newsmill({"info", file("own.gazetteer"), "--format", "json"}).out,
              HasSubstr(R"("names": 2, "candidates": 2, "entities": 1)"));
}

TEST_F(GazetteerCommand, ANameThatMeansNothingEndsWithOneAndWhatWasMeant) {
  const Ran ran = newsmill({"lookup", "Sergei Lawrov"});
  EXPECT_EQ(ran.code, kFindings);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("nothing is known as \"Sergei Lawrov\"\n  did you mean \"Sergei Lavrov\"?"));
  const Ran json = newsmill({"lookup", "--format", "json", "Sergei Lawrov"});
  EXPECT_EQ(json.code, kFindings);
  EXPECT_THAT(json.out, HasSubstr(R"("candidates": [], "near": ["Sergei Lavrov")"));
  EXPECT_THAT(newsmill({"lookup", "\xff\x1b[2J"}).err, HasSubstr(R"(nothing is known as "\xff\x1b[2J")"));
}

TEST_F(GazetteerCommand, TheStarterNamesLeadUnlessTheyAreLeftOut) {
  const std::string list = written("list.tsv", kList);
  ASSERT_EQ(newsmill({"build", "-o", file("with.gazetteer"), list}).code, kOk);
  EXPECT_EQ(newsmill({"lookup", "--file", file("with.gazetteer"), "France"}).code, kOk);
  EXPECT_EQ(newsmill({"lookup", "--file", file("with.gazetteer"), "Quillmark"}).code, kOk);
  const Ran nothing = newsmill({"build", "--no-starter", "-o", file("none.gazetteer")});
  EXPECT_EQ(nothing.code, kUsage);
  EXPECT_FALSE(std::filesystem::exists(file("none.gazetteer")));
}

TEST_F(GazetteerCommand, WhatCannotBeReadOrWrittenIsSaid) {
  const std::string list = written("list.tsv", kList);
  struct Row {
    std::vector<std::string> arguments;
    int code;
    const char* message;
  };
  const Row rows[] = {
      {{"build", "-o", file("x"), file("absent.tsv")}, kNoInput, "cannot read"},
      {{"build", "-o", file("x"), written("empty.tsv", "")}, kBadData, "is no list of names: it holds no line"},
      {{"build", "-o", file("x"), written("head.tsv", "what\tever\nParis\tLOC\n")},
       kBadData,
       "names no column \"name\""},
      {{"build", "-o", file("x"), written("cut.zst", std::string("\x28\xb5\x2f\xfd\x04", 5))}, kBadData, "cannot read"},
      {{"build", "-o", file("no/such/folder/x"), list}, kIo, "cannot write"},
      {{"build", list}, kUsage, "--out"},
      {{"info", file("absent")}, kNoInput, "cannot read"},
      {{"info", list}, kBadData, "does not begin as a gazetteer does"},
      {{"lookup", "--file", list, "Paris"}, kBadData, "newsmill gazetteer build"},
  };
  for (const auto& row : rows) {
    const Ran ran = newsmill(row.arguments);
    EXPECT_EQ(ran.code, row.code) << row.arguments.back() << '\n' << ran.err;
    EXPECT_THAT(ran.err, HasSubstr(row.message));
    EXPECT_EQ(ran.out, "");
  }
  EXPECT_FALSE(std::filesystem::exists(file("x")));
}

TEST_F(GazetteerCommand, RowsThatAreDamagedAreCountedAndLeftOut) {
  const std::string list = written("list.tsv", std::string(kList) + "\xff\tORG\t\t\t\nA\tB\tC\tD\tE\tF\n");
  const Ran ran = newsmill({"build", "--no-starter", "-o", file("own.gazetteer"), list});
  EXPECT_EQ(ran.code, kOk);
  EXPECT_THAT(ran.err, HasSubstr("list.tsv:5: 2 rows are left out"));
}

TEST_F(GazetteerCommand, ABrokenGazetteerStopsAtTheStartWithItsFinding) {
  const std::string broken = written("broken.gazetteer", "NMGAZ\r\n\x1a and nothing behind it");
  const Ran ran = test::run({.command = {NEWSMILL_BINARY, "validate", "--set", "tag_entities.gazetteer=" + broken}});
  EXPECT_EQ(ran.code, kConfiguration);
  EXPECT_THAT(ran.err,
              HasSubstr("error[E510]: tag_entities.gazetteer: \"" + broken + "\" is no gazetteer that can be used"));
  const Ran process =
      test::run({.command = {NEWSMILL_BINARY, "process", "--set", "tag_entities.gazetteer=" + broken}, .in = "{}\n"});
  EXPECT_EQ(process.code, kConfiguration);
}

/// The page's commands and options, run as they stand there.
TEST_F(GazetteerCommand, ThePageShowsWhatWorks) {
  written("list.tsv.zst", kList);
  written("titles.tsv", "Quillmark\tQ424242\n");
  const std::string page = test::read_file("docs/gazetteer.md");
  const auto block = [&](const std::string& language) {
    const auto begin = page.find("```" + language + "\n") + language.size() + 4;
    return page.substr(begin, page.find("```", begin) - begin);
  };
  std::istringstream lines(block("sh"));
  std::size_t commands = 0;
  for (std::string line; std::getline(lines, line); ++commands) {
    std::istringstream words(line);
    std::vector<std::string> command;
    for (std::string word; words >> word;) command.push_back(word);
    ASSERT_EQ(command.front(), "newsmill") << line;
    command.front() = std::filesystem::absolute(NEWSMILL_BINARY).string();
    const Ran ran = test::run({.command = command, .folder = folder_.path().string()});
    EXPECT_EQ(ran.code, kOk) << line << '\n' << ran.err;
  }
  EXPECT_EQ(commands, 3u);
  const Ran checked = test::run({.command = {NEWSMILL_BINARY, "validate", written("newsmill.yaml", block("yaml"))}});
  EXPECT_EQ(checked.code, kOk) << checked.err;
}

TEST_F(GazetteerCommand, AFailedBuildLeavesTheOldFile) {
  const std::string out = written("own.gazetteer", "old");
  EXPECT_EQ(newsmill({"build", "-o", out, file("absent.tsv")}).code, kNoInput);
  EXPECT_EQ(test::read_file(out), "old");
}

}  // namespace
}  // namespace newsmill::cli
