#include <gmock/gmock.h>

#include <random>

#include "cli/exit.h"
#include "tests/support/child.h"
#include "tests/support/program.h"

namespace newsmill::cli {
namespace {

using test::Ran;
using testing::HasSubstr;
using testing::Not;

// Made-up words, others for every seed; a shorter text is the start of a longer one.
std::string body(unsigned seed, int sentences) {
  static const char* const kSyllables[] = {"ba", "del", "fi", "gor", "hu", "kan", "lo", "mer", "ni", "pos", "ru"};
  std::mt19937 random(seed);
  std::string text;
  for (int i = 0; i < sentences; ++i) {
    text += "The";
    for (int word = 0; word < 12; ++word)
      text += std::string(" ") + kSyllables[random() % 11] + kSyllables[random() % 11] + kSyllables[random() % 11];
    text += ". ";
  }
  return text;
}

std::string article(const std::string& id, const std::string& text, const std::string& more = "") {
  return R"({"id":")" + id + R"(","source":"wire.example","title":"About the )" + id + R"(","body":")" + text + '"' +
         more + "}\n";
}

class Explain : public testing::Test {
 protected:
  Ran duplicate(const std::string& a, const std::string& b, std::vector<std::string> more = {}) {
    test::write_file(folder_ / "a.jsonl", a);
    test::write_file(folder_ / "b.jsonl", b);
    std::vector<std::string> command{NEWSMILL_BINARY, "explain", "--duplicate", "a.jsonl", "b.jsonl"};
    command.insert(command.end(), more.begin(), more.end());
    return test::run({.command = command, .folder = folder_.path().string()});
  }
  test::TemporaryFolder folder_;
};

TEST_F(Explain, TellsACutCopyAndWhy) {
  const Ran ran = duplicate(article("a", body(1, 20)), article("b", body(1, 9)));
  EXPECT_EQ(ran.code, kOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("one story; the relation of B is subset\n"));
  EXPECT_THAT(ran.out,
              HasSubstr("because    enough of the shorter text is in the longer one, and the numbers agree\n"));
  EXPECT_THAT(ran.out, HasSubstr("article    two ids\n"));
  EXPECT_THAT(ran.out, Not(HasSubstr("keys       0 in common")));
}

TEST_F(Explain, TellsTwoArticlesOfOneTemplateByTheirNumbers) {
  const std::string text = body(2, 8);
  const Ran ran = duplicate(article("a", "Rates 17 and 23 and 31 and 47. " + text),
                            article("b", "Rates 19 and 29 and 37 and 53. " + text));
  EXPECT_THAT(ran.out, HasSubstr("two stories; the relation of B is original\n"));
  EXPECT_THAT(ran.out, HasSubstr("number: one template, two articles\n"));
  EXPECT_THAT(ran.out, HasSubstr("only in A: 17 23 31 47\n"));
  EXPECT_THAT(ran.out, HasSubstr("only in B: 19 29 37 53\n"));
}

TEST_F(Explain, TellsVersionsOfOneArticle) {
  const std::string first = article("a", body(3, 8), R"(,"version":2)");
  EXPECT_THAT(duplicate(first, first).out, HasSubstr("the relation of B is repeat\n"));
  EXPECT_THAT(duplicate(first, article("a", body(4, 8), R"(,"version":3)")).out,
              HasSubstr("because    the same article, in a newer version\n"));
  EXPECT_THAT(duplicate(first, article("a", body(4, 8), R"(,"version":1)")).out,
              HasSubstr("because    the same article, in an older version that came late\n"));
  EXPECT_THAT(duplicate(first, article("a", "", R"(,"status":"canceled")")).out, HasSubstr("because    a kill\n"));
}

TEST_F(Explain, SaysThatTheFirstOneMayNotLead) {
  const Ran ran = duplicate(article("a", body(5, 8), R"(,"status":"withheld")"), article("b", body(5, 8)));
  EXPECT_THAT(ran.out, HasSubstr("two stories; the relation of B is original\n"));
  EXPECT_THAT(ran.out, HasSubstr("because    the first one may not lead a story"));
}

TEST_F(Explain, SaysTheSameInJson) {
  const Ran ran = duplicate(article("a", body(1, 20)), article("b", body(1, 20)), {"--format", "json"});
  EXPECT_THAT(ran.out, HasSubstr(R"("oneStory":true,"relation":"exact","rule":"the same words in the same order",)"
                                 R"("sameArticle":false,)"));
  EXPECT_THAT(ran.out, HasSubstr(R"("contained":1.0000,"jaccard":1.0000,"numbers":{"both":[],"onlyA":[],"onlyB":[]}})"
                                 "\n"));
}

TEST_F(Explain, TakesTwoLinesOfStandardInput) {
  const Ran ran = test::run({.command = {NEWSMILL_BINARY, "explain", "--duplicate", "-", "-"},
                             .in = article("a", body(1, 20)) + article("b", body(1, 20))});
  EXPECT_EQ(ran.code, kOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("the relation of B is exact\n"));
}

TEST_F(Explain, SaysWhatIsWrong) {
  const auto run = [&](std::vector<std::string> more, const std::string& in = "") {
    std::vector<std::string> command{NEWSMILL_BINARY, "explain"};
    command.insert(command.end(), more.begin(), more.end());
    return test::run({.command = command, .in = in, .folder = folder_.path().string()});
  };
  EXPECT_EQ(run({}).code, kUsage);
  EXPECT_THAT(run({}).err, HasSubstr("nothing is asked"));
  const Ran missing = run({"--duplicate", "none.json", "none.json"});
  EXPECT_EQ(missing.code, kNoInput);
  EXPECT_THAT(missing.err, HasSubstr("cannot read \"none.json\""));
  const Ran one = run({"--duplicate", "-", "-"}, article("a", body(1, 3)));
  EXPECT_EQ(one.code, kNoInput);
  EXPECT_THAT(one.err, HasSubstr("no more article in standard input"));
  const Ran dead = run({"--duplicate", "-", "-"}, "{\"broken\n");
  EXPECT_EQ(dead.code, kBadData);
  EXPECT_THAT(dead.err, HasSubstr("malformed-json"));
  EXPECT_EQ(run({"--duplicate", "-", "-", "--set", "dedup.enabled=false"}).code, kConfiguration);
}

}  // namespace
}  // namespace newsmill::cli
