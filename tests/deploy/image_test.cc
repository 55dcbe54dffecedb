#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/child.h"

// deploy/Dockerfile as far as it can be checked without a container builder, and the file system it
// makes, run with nothing else around it.
namespace newsmill {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::filesystem::path kSource = NEWSMILL_SOURCE_DIR;

struct Instruction {
  std::string word, rest;
};

/// The instructions, one logical line each (Dockerfile reference: comments, "\" at the end of a line).
std::vector<Instruction> dockerfile() {
  std::vector<Instruction> all;
  std::istringstream lines(test::read_file(kSource / "deploy/Dockerfile"));
  std::string whole;
  for (std::string line; std::getline(lines, line);) {
    if (whole.empty() && line.empty()) continue;
    if (line.starts_with('#')) continue;
    whole += line;
    if (whole.ends_with('\\')) {
      whole.pop_back();
      continue;
    }
    const std::size_t space = whole.find(' ');
    all.push_back({whole.substr(0, space), whole.substr(space + 1)});
    whole.clear();
  }
  EXPECT_EQ(whole, "") << "the last line goes on";
  return all;
}

std::vector<Instruction> last_stage() {
  std::vector<Instruction> all = dockerfile();
  const auto from = std::ranges::find(all.rbegin(), all.rend(), std::string("FROM"), &Instruction::word);
  all.erase(all.begin(), from.base() - 1);
  return all;
}

const std::string* find(const std::vector<Instruction>& all, const std::string& word) {
  const auto found = std::ranges::find(all, word, &Instruction::word);
  return found == all.end() ? nullptr : &found->rest;
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> all;
  for (std::string word; in >> word;) all.push_back(word);
  return all;
}

TEST(Dockerfile, StagesBuildOnEachOther) {
  std::vector<std::string> names{"scratch", "${BASE}"};
  std::size_t stages = 0;
  for (const Instruction& instruction : dockerfile()) {
    const auto parts = words(instruction.rest);
    if (instruction.word == "FROM") {
      ++stages;
      EXPECT_THAT(names, ::testing::Contains(parts[0])) << "FROM " << instruction.rest;
      if (parts.size() == 3) names.push_back(parts[2]);
    }
    if (instruction.word != "COPY" || !parts[0].starts_with("--from=")) continue;
    EXPECT_THAT(names, ::testing::Contains(parts[0].substr(7))) << "COPY " << instruction.rest;
  }
  EXPECT_EQ(stages, 3u);
  EXPECT_EQ(last_stage().front().rest, "scratch");
  EXPECT_THAT(*find(dockerfile(), "ARG"), StartsWith("BASE=debian:bookworm"));
}

TEST(Dockerfile, CopiesOnlyWhatExistsAndFetchesNothingByAddress) {
  for (const Instruction& instruction : dockerfile()) {
    EXPECT_NE(instruction.word, "ADD") << instruction.rest;
    EXPECT_THAT(instruction.rest, AllOf(Not(HasSubstr("http://")), Not(HasSubstr("https://")), Not(HasSubstr("curl")),
                                        Not(HasSubstr("wget"))));
    if (instruction.word != "COPY" || instruction.rest.starts_with("--from=")) continue;
    auto parts = words(instruction.rest);
    parts.pop_back();  // where to
    for (const std::string& part : parts) EXPECT_TRUE(std::filesystem::exists(kSource / part)) << part;
  }
  for (const char* script : {"debian-packages", "build", "image-root"}) {
    const auto mode = std::filesystem::status(kSource / "deploy" / script).permissions();
    EXPECT_NE(mode & std::filesystem::perms::owner_exec, std::filesystem::perms::none) << script;
  }
}

TEST(Dockerfile, RunsAsAUserWithoutRightsAndKnowsWhetherItIsWell) {
  const auto stage = last_stage();
  ASSERT_NE(find(stage, "USER"), nullptr);
  EXPECT_EQ(*find(stage, "USER"), "10001:10001");
  ASSERT_NE(find(stage, "HEALTHCHECK"), nullptr);
  EXPECT_THAT(*find(stage, "HEALTHCHECK"), HasSubstr("CMD [\"/usr/bin/newsmill\", \"health\""));
  // Without a shell every command is a list; with one, signals would go to the shell.
  for (const char* word : {"ENTRYPOINT", "CMD", "RUN"}) {
    ASSERT_NE(find(stage, word), nullptr) << word;
    EXPECT_THAT(*find(stage, word), StartsWith("[")) << word;
  }
  EXPECT_THAT(test::read_file(kSource / ".dockerignore"), HasSubstr("build\n"));
}

TEST(ImageRoot, HoldsEverythingTheProgramNeeds) {
#ifdef NEWSMILL_SANITIZED
  GTEST_SKIP() << "a sanitized program does not go into an image";
#endif
  ASSERT_TRUE(std::filesystem::exists(NEWSMILL_BINARY)) << "build the target newsmill";
  const test::TemporaryFolder folder;
  const std::filesystem::path root = folder / "root";
  const auto made = test::run_to_end({kSource / "deploy/image-root", NEWSMILL_BINARY, root}, 60s);
  ASSERT_EQ(made.code, 0) << made.output;
  EXPECT_FALSE(std::filesystem::exists(root / "bin/sh"));
  EXPECT_TRUE(std::filesystem::exists(root / "usr/share/zoneinfo/Asia/Shanghai"));
  EXPECT_THAT(test::read_file(root / "etc/passwd"), HasSubstr(":10001:10001:"));
  const auto twice = test::run_to_end({kSource / "deploy/image-root", NEWSMILL_BINARY, root}, 60s);
  EXPECT_EQ(twice.code, 73) << twice.output;

  // An article whose zone comes from the tz database, whose domain from the public suffix list.
  test::write_file(root / "tmp/article.jsonl",
                   R"({"title":"Harbour bridge","body":"The council agreed to rebuild the old harbour bridge.",)"
                   R"("url":"https://news.example.cn/1","published_at":"2026-02-03 10:00:00"})");
  // As root or in a user namespace; neither may be allowed here.
  const auto alone = test::run_to_end(
      {"unshare", "--map-root-user", "--root", root, "/usr/bin/newsmill", "process", "/tmp/article.jsonl"}, 60s);
  if (alone.output.find("Operation not permitted") != std::string::npos) {
    std::fprintf(stderr, "SKIPPED: the program in its image. This machine allows no user namespaces: %s\n",
                 alone.output.c_str());
    GTEST_SKIP();
  }
  EXPECT_EQ(alone.code, 0) << alone.output;
  EXPECT_THAT(alone.output,
              AllOf(HasSubstr("\"instant\":\"2026-02-03T02:00:00Z\""), HasSubstr("\"tz\":\"Asia/Shanghai\"")));
}

}  // namespace
}  // namespace newsmill
