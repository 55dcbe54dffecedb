#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "cli/exit.h"
#include "tests/support/child.h"
#include "tests/support/program.h"

namespace newsmill::cli {
namespace {

using test::Ran;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class Process : public testing::Test {
 protected:
  Ran process(std::vector<std::string> arguments, const std::string& in = {}) {
    std::vector<std::string> command = {NEWSMILL_BINARY, "process"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return test::run({.command = command, .in = in, .folder = folder_.path().string()});
  }
  void write(const std::string& name, const std::string& text) { test::write_file(folder_ / name, text); }
  std::string read(const std::string& name) { return test::read_file(folder_ / name); }
  test::TemporaryFolder folder_;
};

std::size_t lines(const std::string& text) { return static_cast<std::size_t>(std::ranges::count(text, '\n')); }

const std::string kArticle =
    "{\"id\":\"a-1\",\"source\":\"wire.example\",\"title\":\"Ferry service resumes\",\"body\":\"The ferry between the "
    "two islands "
    "runs again from Monday, the harbour master said. It had been out of service for nine days.\"}\n";

TEST_F(Process, ReadsStandardInputByLines) {
  const Ran ran = process({}, kArticle + "\n" + kArticle);
  EXPECT_EQ(ran.code, kOk) << ran.err;
  EXPECT_EQ(lines(ran.out), 2u);
  EXPECT_THAT(ran.out, HasSubstr("\"delivery\":{\"topic\":\"-\",\"partition\":0,\"offset\":2"));
  EXPECT_THAT(ran.err, StartsWith("2 articles in "));
  EXPECT_THAT(ran.err, EndsWith("2 records, 0 dead letters\n"));
}

TEST_F(Process, SetsBadArticlesAsideAndGoesOn) {
  write("in.jsonl", kArticle + "{\"title\": \"cut\n" + "{}\n" + kArticle + "{\"title\":\"\xff\xfe\xfd\xfc\"}\n");
  const Ran ran = process({"in.jsonl", "--deadletters", "dead.jsonl", "--format", "plain"});
  EXPECT_EQ(ran.code, kOk) << ran.err;
  EXPECT_EQ(lines(ran.out), 2u);
  const std::string dead = read("dead.jsonl");
  EXPECT_EQ(lines(dead), 3u) << dead;
  EXPECT_THAT(dead, StartsWith("{\"delivery\":\"in.jsonl:0:1:"));
  EXPECT_THAT(dead, HasSubstr("\"stage\":\"decode\",\"code\":\"malformed-json\",\"found\":"));
  EXPECT_THAT(dead, HasSubstr("\"value\":\"{\\\"title\\\": \\\"cut\"}\n"));
  EXPECT_THAT(dead, HasSubstr("\"code\":\"no-content\""));
  EXPECT_THAT(dead, HasSubstr("\"value_base64\":\"eyJ0aXRsZSI6Iv/+/fwifQ==\"}\n"));
  EXPECT_THAT(ran.err, HasSubstr("1 × malformed-json, the first at in.jsonl:2: found "));
  EXPECT_THAT(ran.err, EndsWith(" in dead.jsonl\n"));
  EXPECT_THAT(ran.err, HasSubstr("2 records, 3 dead letters in "));
}

TEST_F(Process, ExitsWith65WhenEveryArticleFailed) {
  EXPECT_EQ(process({"--format", "plain"}, "{}\n[]\n").code, kBadData);
  EXPECT_EQ(process({}, "").code, kOk);
}

TEST_F(Process, SetsALineOverTheCapAsideWithItsStartAndItsHash) {
  const Ran ran = process({"--set", "input.max_bytes=1KiB", "--deadletters", "dead.jsonl"},
                          std::string(5000, 'x') + "\n" + kArticle);
  EXPECT_EQ(ran.code, kOk) << ran.err;
  EXPECT_EQ(lines(ran.out), 1u);
  const std::string dead = read("dead.jsonl");
  EXPECT_THAT(
      dead,
      HasSubstr(
          "\"code\":\"too-large\",\"found\":\"5000 bytes\",\"expected\":\"at most 1024 bytes\",\"where\":\"line 1\""));
  EXPECT_THAT(dead, HasSubstr("\"truncated\":true,\"value\":\"" + std::string(1024, 'x') + "\"}\n"));
}

TEST_F(Process, WritesTheSameBytesWhateverTheNumberOfThreads) {
  std::string in;
  for (int i = 0; i < 3000; ++i) {
    std::string article = kArticle;
    article.replace(article.find("a-1"), 3, "a-" + std::to_string(i));
    in += i % 50 == 7 ? "{\"broken\": " + std::to_string(i) + "\n" : article;
  }
  write("in.jsonl", in);
  const Ran one = process({"in.jsonl", "-j", "1", "--deadletters", "one", "--format", "plain"});
  const Ran four = process({"in.jsonl", "-j", "4", "--deadletters", "four", "--format", "plain"});
  EXPECT_EQ(lines(one.out), 2940u);
  EXPECT_EQ(lines(read("one")), 60u);
  EXPECT_TRUE(one.out == four.out);
  EXPECT_TRUE(read("one") == read("four"));
}

TEST_F(Process, TakesATextAsOneArticle) {
  write("story.txt", "Ferry service resumes\n\nThe ferry runs again from Monday, the harbour master said on Friday.\n");
  const Ran named = process({"story.txt", "--source", "wire.example"});
  EXPECT_EQ(lines(named.out), 1u) << named.err;
  EXPECT_THAT(named.out, HasSubstr("\"format\":\"text\""));
  EXPECT_THAT(named.out, HasSubstr("{\"name\":\"wire.example\",\"role\":\"publisher\"}"));
  EXPECT_EQ(lines(process({"--format", "text"}, read("story.txt")).out), 1u);
}

TEST_F(Process, NamesFilesThatCannotBeReadBeforeItBegins) {
  write("in.jsonl", kArticle);
  const Ran ran = process({"in.jsonl", "gone.jsonl", "."});
  EXPECT_EQ(ran.code, kNoInput);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(
      ran.err,
      "newsmill: cannot read \"gone.jsonl\": No such file or directory\nnewsmill: cannot read \".\": Is a directory\n");
}

TEST_F(Process, RefusesAWrongConfigurationAndAnOutputItCannotWrite) {
  EXPECT_EQ(process({"--set", "input.max_bytes=1"}, kArticle).code, kConfiguration);
  const Ran ran = process({"--deadletters", "no/such/folder/dead"}, kArticle);
  EXPECT_EQ(ran.code, kIo);
  EXPECT_THAT(ran.err, HasSubstr("cannot write \"no/such/folder/dead\": No such file or directory"));
}

/// A terminal on standard error, as a person has it.
class Terminal {
 public:
  Terminal() : master_(posix_openpt(O_RDWR | O_NOCTTY)) {
    if (master_ < 0 || grantpt(master_) != 0 || unlockpt(master_) != 0) throw std::runtime_error("no pseudo terminal");
  }
  ~Terminal() { close(master_); }
  std::string name() const { return ptsname(master_); }
  /// What was written to it so far.
  std::string text() {
    std::string all;
    std::array<char, 4096> block;
    for (pollfd ready{master_, POLLIN, 0}; poll(&ready, 1, 0) > 0 && (ready.revents & POLLIN) != 0;) {
      const auto got = ::read(master_, block.data(), block.size());
      if (got <= 0) break;
      all.append(block.data(), static_cast<std::size_t>(got));
    }
    return all;
  }

 private:
  int master_;
};

TEST_F(Process, DrawsAProgressBarOnATerminalAndWipesIt) {
  std::string in;
  for (int i = 0; i < 4000; ++i) in += kArticle;
  write("in.jsonl", in);
  Terminal terminal;
  test::Child child({.command = {NEWSMILL_BINARY, "process", "in.jsonl", "-j", "1"},
                     .environment = {{"TERM", "xterm"}},
                     .folder = folder_.path(),
                     .err = terminal.name()});
  ASSERT_EQ(child.wait(std::chrono::minutes(2)), kOk);
  const std::string text = terminal.text();
  EXPECT_THAT(text, HasSubstr(" % · "));
  EXPECT_THAT(text, HasSubstr(" articles, 0 dead letters, "));
  EXPECT_THAT(text, HasSubstr("\r\x1b[K4,000 articles in "));
}

TEST_F(Process, SaysThatTheDiskIsFull) {
  const Ran ran = process({"--deadletters", "/dev/full", "--format", "plain"}, "{}\n" + kArticle);
  EXPECT_EQ(ran.code, kIo);
  EXPECT_THAT(ran.err, HasSubstr("cannot write: No space left on device"));
}

}  // namespace
}  // namespace newsmill::cli
