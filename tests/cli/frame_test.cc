#include <gmock/gmock.h>

#include "cli/exit.h"
#include "tests/support/child.h"
#include "tests/support/program.h"

namespace newsmill::cli {
namespace {

using test::Ran;
using testing::HasSubstr;
using testing::StartsWith;

Ran newsmill(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), NEWSMILL_BINARY);
  return test::run({.command = arguments});
}

TEST(CommandLine, SaysWhatWasMeant) {
  struct Row {
    std::vector<std::string> arguments;
    const char* expect;
  };
  const Row rows[] = {
      {{"proces"},
       "newsmill: unknown command \"proces\"; did you mean \"process\"?\n  hint: `newsmill --help` lists what there "
       "is\n"},
      {{"zebra"}, "newsmill: unknown command \"zebra\"\n  hint: `newsmill --help` lists what there is\n"},
      {{"-c", "version", "--set", "a=b", "valdate"},
       "newsmill: unknown command \"valdate\"; did you mean \"validate\"?\n  hint: `newsmill --help` lists what there "
       "is\n"},
      {{"config", "shwo"},
       "newsmill: unknown command \"shwo\"; did you mean \"show\"?\n  hint: `newsmill config --help` lists what there "
       "is\n"},
      {{"process", "--formt", "text"},
       "newsmill: unknown option \"--formt\"; did you mean \"--format\"?\n  hint: `newsmill process --help` lists what "
       "there is\n"},
      {{"--confg=x", "version"},
       "newsmill: unknown option \"--confg\"; did you mean \"--config\"?\n  hint: `newsmill version --help` lists what "
       "there is\n"},
      {{"help", "E1O2"},
       "newsmill: no help on \"E1O2\"; did you mean \"E102\"?\n  hint: ask for a command, a finding (E102), an "
       "option (kafka.lanes), a dead letter's code (no-content) or a flag (short)\n"},
  };
  for (const auto& row : rows) {
    const Ran ran = newsmill(row.arguments);
    EXPECT_EQ(ran.err, row.expect);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.code, kUsage);
  }
}

TEST(CommandLine, NeedsACommand) {
  const Ran nothing = newsmill({});
  EXPECT_EQ(nothing.code, kUsage);
  EXPECT_THAT(nothing.err, HasSubstr("Usage: newsmill"));
  const Ran half = newsmill({"config"});
  EXPECT_EQ(half.code, kUsage);
  EXPECT_THAT(half.err, StartsWith("newsmill: a command is needed after \"newsmill config\": show, new"));
}

TEST(CommandLine, RefusesValuesOutsideTheirBounds) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"process", "--format", "pdf"},
                                                    {"process", "--jobs", "1000"},
                                                    {"version", "--format", "xml"}}) {
    const Ran ran = newsmill(arguments);
    EXPECT_EQ(ran.code, kUsage) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr(arguments[1])) << ran.err;
  }
}

TEST(CommandLine, HelpGoesToStandardOutput) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"process", "--help"}, {"help"}, {"help", "process"}}) {
    const Ran ran = newsmill(arguments);
    EXPECT_EQ(ran.code, kOk);
    EXPECT_THAT(ran.out, HasSubstr("Usage: newsmill"));
    EXPECT_EQ(ran.err, "");
  }
  EXPECT_THAT(newsmill({"help", "e102"}).out, StartsWith("E102: wrong value\n"));
  EXPECT_THAT(newsmill({"help", "kafka.lanes"}).out, StartsWith("kafka.lanes: whole number\n"));
}

TEST(Version, ForPeopleAndForMachines) {
  EXPECT_EQ(newsmill({"version"}).out, "newsmill " NEWSMILL_VERSION "\n");
  EXPECT_EQ(newsmill({"version", "--format", "json"}).out,
            "{\"name\": \"newsmill\", \"version\": \"" NEWSMILL_VERSION "\"}\n");
}

TEST(Config, PrintsTheCommittedFiles) {
  const std::filesystem::path root = NEWSMILL_SOURCE_DIR;
  EXPECT_EQ(newsmill({"config", "docs"}).out, test::read_file(root / "docs/options.md"));
  EXPECT_EQ(newsmill({"config", "schema"}).out, test::read_file(root / "config/default/schema/newsmill.schema.json"));
  EXPECT_EQ(newsmill({"config", "new"}).out, test::read_file(root / "config/default/newsmill.yaml"));
  EXPECT_EQ(newsmill({"config", "builtin", "newsmill.yaml"}).out,
            test::read_file(root / "config/default/newsmill.yaml"));
  EXPECT_THAT(newsmill({"config", "builtin"}).out, HasSubstr("\nsources.yaml\n"));
  const Ran unknown = newsmill({"config", "builtin", "source.yaml"});
  EXPECT_EQ(unknown.code, kNoInput);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean \"sources.yaml\"?"));
}

TEST(Config, ShowsValuesWithTheirOriginAndMasksSecrets) {
  const test::TemporaryFolder folder;
  test::write_file(folder / "n.yaml", "instance: mill-1\nkafka:\n  client:\n    sasl.password: hunter2\n");
  const Ran text = test::run({.command = {NEWSMILL_BINARY, "config", "show", "--set", "kafka.lanes=2"},
                              .environment = {{"NEWSMILL_CONFIG", (folder / "n.yaml").string()}}});
  EXPECT_EQ(text.code, kOk) << text.err;
  EXPECT_THAT(text.out, HasSubstr("  lanes: 2                         # --set\n"));
  EXPECT_THAT(text.out, HasSubstr("n.yaml:1\n"));
  EXPECT_THAT(text.out, HasSubstr("    sasl.password: \"********\""));
  const Ran json = newsmill({"-c", (folder / "n.yaml").string(), "config", "show", "--format", "json"});
  EXPECT_THAT(json.out, HasSubstr("\"kafka.client.sasl.password\": {\"value\": \"********\""));
  for (const auto& out : {text.out, json.out}) EXPECT_EQ(out.find("hunter2"), std::string::npos);
  const Ran wrong = newsmill({"config", "show", "--set", "kafka.lnes=2"});
  EXPECT_EQ(wrong.code, kConfiguration);
  EXPECT_EQ(wrong.out, "");
}

}  // namespace
}  // namespace newsmill::cli
