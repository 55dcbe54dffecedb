#include <gmock/gmock.h>

#include "cli/exit.h"
#include "tests/support/child.h"
#include "tests/support/program.h"

// `newsmill dedup` as far as it goes without a Kafka; the rest is in tests/kafka.
namespace newsmill::cli {
namespace {

using test::Ran;
using testing::AllOf;
using testing::HasSubstr;

Ran dedup(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {NEWSMILL_BINARY, "dedup"});
  return test::run({.command = arguments});
}

TEST(DedupCommand, NeedsToBeToldWhat) {
  const Ran nothing = dedup({});
  EXPECT_EQ(nothing.code, kUsage);
  EXPECT_THAT(nothing.err, AllOf(HasSubstr("status"), HasSubstr("show"), HasSubstr("rebuild")));
  const Ran show = dedup({"show"});
  EXPECT_EQ(show.code, kUsage);
  EXPECT_THAT(show.err, HasSubstr("id"));
}

TEST(DedupCommand, SaysWhatAnIdLooksLike) {
  for (const char* id : {"w-1", "b2c9e688", "articles.raw:0", "articles.raw:0:x"}) {
    const Ran ran = dedup({"show", id});
    EXPECT_EQ(ran.code, kUsage) << id;
    EXPECT_THAT(ran.err, AllOf(HasSubstr(id), HasSubstr("b2c9e688-fdde-8308-9d22-0d51631bac7e"),
                               HasSubstr("topic:partition:offset")));
    EXPECT_EQ(ran.out, "");
  }
}

TEST(DedupCommand, RebuildsOnlyWhenSomebodyAgrees) {
  const Ran ran = dedup({"rebuild"});
  EXPECT_EQ(ran.code, kUsage);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("standard input is no terminal"), HasSubstr("--yes")));
}

TEST(DedupCommand, RebuildsNothingWhereDedupIsSwitchedOff) {
  const Ran ran = dedup({"rebuild", "--yes", "--set", "dedup.enabled=false"});
  EXPECT_EQ(ran.code, kConfiguration);
  EXPECT_THAT(ran.err, HasSubstr("dedup.enabled is false"));
}

TEST(DedupCommand, SaysThatNoBrokerAnswers) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"status"},
                                                {"show", "articles.raw:0:1"},
                                                {"rebuild", "--yes"}}) {
    std::vector<std::string> arguments = words;
    arguments.insert(arguments.end(), {"--set", "kafka.brokers=127.0.0.1:1"});
    const Ran ran = dedup(arguments);
    EXPECT_EQ(ran.code, kUnavailable) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("kafka.brokers")) << words[0];
    EXPECT_EQ(ran.out, "");
  }
}

TEST(DedupCommand, RefusesAWrongConfiguration) {
  const Ran ran = dedup({"status", "--set", "dedup.windw=3h"});
  EXPECT_EQ(ran.code, kConfiguration);
  EXPECT_THAT(ran.err, HasSubstr("did you mean"));
}

}  // namespace
}  // namespace newsmill::cli
