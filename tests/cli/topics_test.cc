// newsmill test, topics explain, explain --topic, validate and run on files of topics.
#include <gmock/gmock.h>
#include <rapidjson/document.h>

#include "cli/exit.h"
#include "tests/support/child.h"
#include "tests/support/program.h"

namespace newsmill::cli {
namespace {

using test::Ran;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class TopicsCommand : public testing::Test {
 protected:
  TopicsCommand() { std::filesystem::create_directory(folder_ / "desk"); }
  Ran newsmill(std::vector<std::string> arguments, std::string in = {}) {
    arguments.insert(arguments.begin(), NEWSMILL_BINARY);
    return test::run({.command = arguments, .in = std::move(in), .folder = folder_.path().string()});
  }
  void write(const std::string& name, const std::string& text) { test::write_file(folder_ / name, text); }
  test::TemporaryFolder folder_;
};

TEST_F(TopicsCommand, TheStarterPackPassesItsTests) {
  const Ran ran = newsmill({"test"});
  EXPECT_EQ(ran.code, kOk) << ran.out << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("ok   built-in topics/port-strike.test.yaml:1 "),
                             HasSubstr("ok   built-in topics/iptc.test.yaml:2 "), HasSubstr(" documents, 0 failed\n")));
  EXPECT_EQ(ran.err, "");
}

TEST_F(TopicsCommand, AFailedTestSaysWhatWasMissedAndEndsWithOne) {
  write("desk/port.yaml",
        "- {topic: port, match: port NOT golf}\n- {topic: ship, terms: {threshold: 30, list: [{q: ship, w: 10}]}}\n"
        "- {topic: china, match: port, entities: {any: [wd:Q148]}}\n");
  write("desk/port.test.yaml",
        "- {title: A port, topics: [port]}\n- {title: A port for golf, body: One ship., topics: [port, ship]}\n"
        "- {title: The port, not: [port], scores: {port: 0.6, china: 0.5}}\n");
  const Ran ran = newsmill({"test", "desk"});
  EXPECT_EQ(ran.code, kFindings) << ran.err;
  EXPECT_EQ(ran.out,
            "ok   desk/port.test.yaml:1 A port\n"
            "FAIL desk/port.test.yaml:2 A port for golf\n"
            "       port is expected and scores 0.000, below 0.5, because of NOT golf\n"
            "       ship is expected and scores 0.333, below 0.5\n"
            "       found: no topic\n"
            "FAIL desk/port.test.yaml:3 The port\n"
            "       port is not expected and scores 0.750\n"
            "       port scores 0.750, expected 0.600\n"
            "       china scores 0.000, expected 0.500, because its entity conditions are not met\n"
            "       found: port 0.750\n"
            "3 documents, 2 failed\n");
  const Ran json = newsmill({"test", "desk/port.yaml", "--format", "json"});
  EXPECT_EQ(json.code, kFindings);
  EXPECT_THAT(json.out, AllOf(StartsWith("{\"documents\": 3, \"failed\": 2, \"results\": ["),
                              HasSubstr("\"line\": 1, \"title\": \"A port\", \"ok\": true, \"failures\": []")));
}

TEST_F(TopicsCommand, ADeadLetterIsAFailedTest) {
  write("desk/a.yaml", "{topic: a, match: x}\n");
  write("desk/a.test.yaml", "- {source: wire.example, not: [a]}\n");
  const Ran ran = newsmill({"test", "desk"});
  EXPECT_EQ(ran.code, kFindings);
  EXPECT_THAT(ran.out, HasSubstr("the document is a dead letter (no-content)"));
}

TEST_F(TopicsCommand, ATestOfOneFileSeesTheTopicsOfItsFolder) {
  write("desk/ships.yaml", "{topic: ships, match: ship OR vessel}\n");
  write("desk/ports.yaml", "{topic: ports, match: $ships AND port}\n");
  write("desk/ports.test.yaml", "{title: A vessel in port, topics: [ports, ships]}\n");
  write("desk/ships.test.yaml", "{title: A ship, not: [ships]}\n");
  const Ran ran = newsmill({"test", "desk/ports.yaml"});
  EXPECT_EQ(ran.code, kOk) << ran.out << ran.err;
  EXPECT_EQ(ran.out, "ok   desk/ports.test.yaml:1 A vessel in port\n1 documents, 0 failed\n");
  EXPECT_EQ(newsmill({"test", "desk/ports.test.yaml"}).out, ran.out);
}

TEST_F(TopicsCommand, WhatCannotBeTestedIsSaid) {
  EXPECT_EQ(newsmill({"test", "gone"}).code, kNoInput);
  write("desk/a.yaml", "{topic: a, match: x}\n");
  const Ran none = newsmill({"test", "desk"});
  EXPECT_EQ(none.code, kNoInput);
  EXPECT_THAT(none.err, HasSubstr("there is nothing to test"));
  EXPECT_EQ(newsmill({"test", "desk/a.yaml"}).code, kNoInput);
  write("desk/a.test.yaml",
        "- {title: x, topics: [aa], tpics: [a]}\n- {topics: [a]}\n- {title: y}\n- {title: z, scores: {a: much}}\n");
  const Ran wrong = newsmill({"test", "desk"});
  EXPECT_EQ(wrong.code, kConfiguration);
  for (const char* finding :
       {"desk/a.test.yaml:1:23: error[E408]: [0].topics: found \"aa\", which is no topic of this folder",
        "  hint: did you mean \"a\"?", "desk/a.test.yaml:1:28: error[E101]", "desk/a.test.yaml:2:3: error[E407]",
        "desk/a.test.yaml:3:3: error[E407]", "desk/a.test.yaml:4:26: error[E102]"})
    EXPECT_THAT(wrong.err, HasSubstr(finding));
  write("desk/a.yaml", "{topic: a, match: x AND}\n");
  const Ran broken = newsmill({"test", "desk"});
  EXPECT_EQ(broken.code, kConfiguration);
  EXPECT_THAT(broken.err, HasSubstr("desk/a.yaml:1:21: error[E405]"));
}

TEST_F(TopicsCommand, ValidateTellsTopicsTheirTestsAndHowManyThereAre) {
  write("desk/a.yaml", "- {topic: a, match: $b}\n- {topic: c, match: x}\n");
  write("desk/b.yml", "{topic: b, match: y}\n");
  write("desk/a.test.yaml", "- {title: y, topics: [a, b]}\n");
  const Ran ran = newsmill({"validate", "desk"});
  EXPECT_EQ(ran.code, kOk) << ran.err;
  EXPECT_EQ(ran.out, "desk/a.test.yaml: ok, 1 document\ndesk/a.yaml: ok, 2 topics\ndesk/b.yml: ok, 1 topic\n");
  EXPECT_EQ(newsmill({"validate", "desk/a.yaml"}).out, "desk/a.yaml: ok, 2 topics\n");
  const Ran settings = newsmill({"validate", "--set", "score_topics.topics=desk"});
  EXPECT_THAT(settings.out, AllOf(HasSubstr("desk/a.yaml: ok, 2 topics\n"), Not(HasSubstr("built-in topics/")),
                                  Not(HasSubstr("a.test.yaml"))));
}

TEST_F(TopicsCommand, ABrokenTopicEndsTheStartWithEverythingThatIsWrong) {
  write("desk/a.yaml", "topic: A\nmatch: |\n  x AND\n  (y OR z\n");
  write("desk/b.yaml", "topic: b\nmatch: $gone\nalert: {per: week}\n");
  for (const char* command : {"validate", "run", "process"}) {
    std::vector<std::string> words = {command, "--set", "score_topics.topics=desk"};
    const Ran ran = newsmill(words, "{}\n");
    EXPECT_EQ(ran.code, kConfiguration) << command << ran.err;
    for (const char* finding : {"desk/a.yaml:1:8: error[E401]", "desk/a.yaml:4:3: error[E405]",
                                "desk/b.yaml:2:8: error[E405]", "desk/b.yaml:3:14: error[E104]", "4 errors in 2 files"})
      EXPECT_THAT(ran.err, HasSubstr(finding)) << command;
  }
  const Ran missing = newsmill({"validate", "--set", "score_topics.topics=gone"});
  EXPECT_EQ(missing.code, kConfiguration);
  EXPECT_THAT(missing.err, HasSubstr("score_topics.topics: cannot read \"gone\": No such file or directory"));
}

TEST_F(TopicsCommand, ExplainsHowATopicScoresAnArticle) {
  write("desk/a.yaml", "topic: a\nmatch: port NEAR/3 strike NOT (golf OR cricket)\n"
                       "terms: {threshold: 30, list: [{q: ship, w: 15, max: 1}, {q: crane, w: 5}, {q: calm, w: -3}]}\n"
                       "entities: {none: [wd:Q1]}\n");
  write("a.json", "{\"title\":\"Strike in the port\",\"body\":\"A ship and a ship. All is calm.\"}\n");
  const std::vector<std::string> words = {
      "explain", "--topic", "a", "--article", "a.json", "--set", "score_topics.topics=desk"};
  const Ran ran = newsmill(words);
  EXPECT_EQ(ran.code, kOk) << ran.err;
  for (const char* line :
       {"article: Strike in the port\n", "\n  yes AND\n",
        "\n  yes   port NEAR/3 strike: title \"Strike in the port\"\n", "\n  no      (golf OR cricket)\n",
        "query = x / (x + 1) = 0.750\n", "\n        15     1    1.5    22.500  ship: lead \"ship\", lead \"ship\"\n",
        "\n        -3     1    1.5    -4.500  calm: lead \"calm\"\n", "\n  1 others do not match\n",
        "\n  E = 18.000; terms = E / (E + 30) = 0.375\n", "\n  none wd:Q1: not in the article\n",
        "\nscore = 1 - (1 - query)(1 - terms) = 0.844\nThe article is about this topic.\n"})
    EXPECT_THAT(ran.out, HasSubstr(line));
  write("b.json", "{\"title\":\"Strike in the port\",\"body\":\"No golf.\"}\n");
  const Ran vetoed = newsmill({"explain", "--topic", "a", "--article", "b.json", "--set", "score_topics.topics=desk"});
  EXPECT_THAT(vetoed.out, AllOf(HasSubstr("\n  yes     (golf OR cricket): lead \"golf\"\n"),
                                HasSubstr("score = 0, because of NOT (golf OR cricket)\nBelow 0.5")));
}

TEST_F(TopicsCommand, ExplainsForMachines) {
  write("desk/a.yaml", "topic: a\nmatch: port AND NOT golf\nterms: {threshold: 30, list: [{q: ship, w: 30}]}\n");
  write("a.json", "{\"title\":\"Port\",\"body\":\"A ship.\"}\n");
  const Ran ran = newsmill({"explain", "--topic", "a", "--article", "a.json", "--format", "json", "--set",
                            "score_topics.topics=desk"});
  EXPECT_EQ(ran.code, kOk) << ran.err;
  rapidjson::Document json;
  json.Parse(ran.out.c_str());
  ASSERT_FALSE(json.HasParseError()) << ran.out;
  EXPECT_STREQ(json["topic"].GetString(), "a");
  EXPECT_NEAR(json["parts"]["query"].GetDouble(), 0.75, 1e-9);
  EXPECT_NEAR(json["parts"]["terms"].GetDouble(), 0.6, 1e-9);  // 30 · 1.5 / (45 + 30)
  EXPECT_TRUE(json["parts"]["entities"].IsNull());
  EXPECT_NEAR(json["score"].GetDouble(), 1 - 0.25 * 0.4, 1e-9);
  ASSERT_EQ(json["match"].Size(), 4u);  // AND, port, NOT, golf
  EXPECT_STREQ(json["match"][1]["clause"].GetString(), "port");
  EXPECT_STREQ(json["match"][1]["hits"][0]["place"].GetString(), "title");
  EXPECT_STREQ(json["match"][1]["hits"][0]["surface"].GetString(), "Port");
  EXPECT_TRUE(json["match"][2]["matches"].GetBool());
  EXPECT_FALSE(json["match"][3]["matches"].GetBool());
  EXPECT_EQ(json["terms"][0]["boost"].GetDouble(), 1.5);
}

TEST_F(TopicsCommand, ExplainSaysWhenThereIsNoSuchTopicOrArticle) {
  write("a.json", "{\"title\":\"x\"}\n");
  const Ran topic = newsmill({"explain", "--topic", "diplomazy", "--article", "a.json"});
  EXPECT_EQ(topic.code, kNoInput);
  EXPECT_THAT(topic.err, HasSubstr("no topic \"diplomazy\"; did you mean \"diplomacy\"?"));
  EXPECT_EQ(newsmill({"explain", "--topic", "diplomacy", "--article", "gone.json"}).code, kNoInput);
  EXPECT_EQ(newsmill({"explain", "--topic", "diplomacy"}).code, kUsage);
  write("bad.json", "{\"source\":\"x\"}\n");
  EXPECT_EQ(newsmill({"explain", "--topic", "diplomacy", "--article", "bad.json"}).code, kBadData);
}

TEST_F(TopicsCommand, TopicsExplainShowsNormalFormAndAnchors) {
  write(
      "desk/a.yaml",
      "- {topic: a, dialect: lucene, match: '+canal +(ship vessel) -\"root canal\"'}\n- {topic: n, match: NOT golf}\n");
  write("desk/b.yaml", "{topic: b, match: hidden}\n");
  const Ran ran = newsmill({"topics", "explain", "desk/a.yaml"});
  EXPECT_EQ(ran.code, kOk) << ran.err;
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("  match: canal AND (ship OR vessel) AND NOT \"root canal\"\n"),
                    HasSubstr("    asked of articles with canal\n"),
                    HasSubstr("    asked of every article, since nothing has to be in it"), Not(HasSubstr("hidden"))));
  EXPECT_THAT(newsmill({"topics", "explain", "desk/a.yaml", "--format", "json"}).out,
              HasSubstr("\"anchors\": [\"canal\"]"));
  EXPECT_EQ(newsmill({"topics", "explain", "desk/gone.yaml"}).code, kNoInput);
}

}  // namespace
}  // namespace newsmill::cli
