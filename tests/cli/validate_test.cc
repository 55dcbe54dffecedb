#include <gmock/gmock.h>

#include <sstream>

#include "cli/exit.h"
#include "tests/support/child.h"
#include "tests/support/program.h"

namespace newsmill::cli {
namespace {

using test::Ran;
using testing::HasSubstr;
using testing::StartsWith;

/// The lines of files that an operator has.
std::string without_builtin(const std::string& out) {
  std::istringstream lines(out);
  std::string rest;
  for (std::string line; std::getline(lines, line);)
    if (!line.starts_with("built-in ")) rest += line + "\n";
  return rest;
}

class Validate : public testing::Test {
 protected:
  Ran validate(std::vector<std::string> arguments) {
    std::vector<std::string> command = {NEWSMILL_BINARY, "validate"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return test::run({.command = command, .folder = folder_.path().string()});
  }
  void write(const std::string& name, const std::string& text) { test::write_file(folder_ / name, text); }
  test::TemporaryFolder folder_;
};

TEST_F(Validate, ListsEachFileAlsoWhenItIsGood) {
  write("newsmill.yaml", "kafka: {lanes: 2}\n");
  const Ran ran = validate({"newsmill.yaml"});
  EXPECT_EQ(ran.code, kOk) << ran.err;
  EXPECT_THAT(ran.out, StartsWith("newsmill.yaml: ok\nbuilt-in sources.yaml: ok\nbuilt-in lexicons/de.yaml: ok\n"));
  EXPECT_EQ(ran.err, "");
}

TEST_F(Validate, FindsEverythingOfAllFilesInOneGo) {
  std::filesystem::create_directory(folder_ / "lex");
  write("lex/en.yaml", "language: en\nrows:\n  - {id: a, place: nowhere, kind: rights, match: [x]}\n");
  write("sources.yaml", "sources:\n  wire.example: {tz: Mars/Base}\n");
  write("newsmill.yaml",
        "kafka:\n  lanes: none\n  client: {no.such.key: 1, bootstrap.servers: x, sasl.password: hunter2}\n"
        "sources: {file: sources.yaml}\nnormalize: {lexicons: lex}\n");
  const Ran ran = validate({"newsmill.yaml", "--set", "log.level=loud"});
  EXPECT_EQ(ran.code, kConfiguration);
  EXPECT_EQ(without_builtin(ran.out),
            "newsmill.yaml: 3 errors\nsources.yaml: 1 error\nlex/en.yaml: 1 error\n--set: 1 error\n");
  for (const char* expect :
       {"newsmill.yaml:2:10: error[E102]: kafka.lanes: expected a whole number from 1 to 64, found \"none\"\n    "
        "lanes: none\n           ^\n",
        "newsmill.yaml:3:25: error[E112]: kafka.client.no.such.key: No such configuration property: \"no.such.key\"\n",
        "newsmill.yaml:3:47: error[E112]: kafka.client.bootstrap.servers: it is a setting of its own\n",
        "  hint: write kafka.brokers\n", "sources.yaml:2:22: error[E201]", "lex/en.yaml:3:20: error[E104]",
        "--set:1:11: error[E104]: log.level: expected one of debug, info, warning, error, found \"loud\"\n",
        "6 errors in 4 files\n"})
    EXPECT_THAT(ran.err, HasSubstr(expect));
  EXPECT_EQ(ran.err.find("hunter2"), std::string::npos) << ran.err;
}

TEST_F(Validate, TellsKnowledgeFilesByTheirKeys) {
  write("publishers", "sources:\n  wire.example: {tier: many}\n");
  write("rules", "language: en\nrows:\n  - {place: head}\n");
  write("settings", "sources: {file: publishers}\n");
  write("names", "entities:\n  - {id: acme, name: Acme Robotics, type: ORG}\n");
  const Ran ran = validate({"publishers", "rules", "settings", "names", "--format", "json"});
  EXPECT_EQ(ran.code, kConfiguration);
  EXPECT_THAT(ran.out, HasSubstr("{\"file\": \"publishers\", \"kind\": \"sources\", \"errors\": "));
  EXPECT_THAT(ran.out, HasSubstr("{\"file\": \"rules\", \"kind\": \"lexicon\", \"errors\": "));
  EXPECT_THAT(ran.out, HasSubstr("{\"file\": \"names\", \"kind\": \"watchlist\", \"errors\": 0"));
  EXPECT_THAT(ran.out, HasSubstr("{\"file\": \"settings\", \"kind\": \"configuration\", \"errors\": 0"));
  EXPECT_THAT(ran.out, HasSubstr("\"code\": \"E102\", \"file\": \"publishers\", \"line\": 2, \"column\": 24"));
  EXPECT_EQ(ran.err, "");
}

TEST_F(Validate, PointsAtTheOptionThatNamesAMissingFile) {
  write("newsmill.yaml", "sources:\n  file: gone.yaml\nnormalize:\n  lexicons: gone\n");
  const Ran ran = validate({"newsmill.yaml"});
  EXPECT_EQ(ran.code, kConfiguration);
  EXPECT_THAT(
      ran.err,
      HasSubstr(
          "newsmill.yaml:2:9: error[E001]: sources.file: cannot read \"gone.yaml\": No such file or directory\n"));
  EXPECT_THAT(
      ran.err,
      HasSubstr(
          "newsmill.yaml:4:13: error[E001]: normalize.lexicons: cannot read \"gone\": No such file or directory\n"));
}

TEST_F(Validate, ReportsFilesThatCannotBeReadAndTheWarningsOfLibrdkafka) {
  EXPECT_EQ(validate({"gone.yaml"}).code, kConfiguration);
  write("newsmill.yaml", "kafka: {client: {sasl.mechanism: PLAIN, sasl.username: a, sasl.password: b}}\n");
  const Ran warned = validate({"newsmill.yaml"});
  const Ran denied = validate({"newsmill.yaml", "--deny-warnings"});
  EXPECT_EQ(warned.code, kOk) << warned.err;
  EXPECT_THAT(warned.err, HasSubstr("warning[E112]"));
  EXPECT_THAT(warned.out, StartsWith("newsmill.yaml: ok, 1 warning\n"));
  EXPECT_EQ(denied.code, kFindings);
}

TEST_F(Validate, ChecksTheDefaultsWithoutAnyFile) {
  const Ran ran = validate({});
  EXPECT_EQ(ran.code, kOk) << ran.err;
  EXPECT_THAT(ran.out, StartsWith("defaults: ok\n"));
}

}  // namespace
}  // namespace newsmill::cli
