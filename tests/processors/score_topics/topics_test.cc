#include "processors/score_topics/topics.h"

#include <gmock/gmock.h>

#include <sstream>

#include "tests/support/text_article.h"
#include "tests/support/topics_of.h"

namespace newsmill::score_topics {
namespace {

using config::Diagnostics;
using std::chrono_literals::operator""h;

/// "line:column code message" of every finding.
std::string findings_of(const std::string& yaml) {
  Diagnostics diagnostics;
  test::topics_of(yaml, diagnostics);
  std::string text;
  for (const auto& finding : diagnostics.sorted()) {
    const bool warning = finding.severity == config::Diagnostic::Severity::warning;
    text += std::to_string(finding.line) + ":" + std::to_string(finding.column) + " " + finding.code +
            (warning ? "w " : " ") + finding.message + "\n";
  }
  return text;
}

TEST(Topics, ReadsEverythingThatATopicMaySay) {
  const auto topics = test::topics_of(R"(
- topic: port-strike
  name: Strikes in ports
  labels: {desk: economy, tier: "1"}
  iptc: medtop:20000530
  match: strike NEAR/5 port
  terms: {threshold: 30, list: [{q: dock, w: 15}, {q: [crane, 'title:ship'], w: -2.5, max: 3}]}
  entities: {any: [wd:Q1, gn:2], all: ['iso:NL'], none: [watch:acme], min_salience: 0.2}
  combine: all
  alert: {min_score: 0.7, per: article, cooldown: 6h, severity: critical}
- {topic: other, match: x}
)");
  ASSERT_EQ(topics->all().size(), 2u);
  const Topic& topic = *topics->find("port-strike");
  EXPECT_EQ(topic.name, "Strikes in ports");
  EXPECT_EQ(topic.labels, (std::vector<std::pair<std::string, std::string>>{{"desk", "economy"}, {"tier", "1"}}));
  EXPECT_EQ(topic.iptc, "medtop:20000530");
  ASSERT_TRUE(topic.match);
  EXPECT_EQ(topics->queries()->text(*topic.match), "strike NEAR/5 port");
  ASSERT_EQ(topic.terms.size(), 3u);
  EXPECT_EQ(topic.terms[2].weight, -2.5);
  EXPECT_EQ(topic.terms[2].most, 3u);
  EXPECT_EQ(topics->queries()->text(topic.terms[2].query), "title:ship");
  EXPECT_EQ(topic.threshold, 30);
  EXPECT_EQ(topic.entities.any, (std::vector<std::string>{"wd:Q1", "gn:2"}));
  EXPECT_EQ(topic.entities.all, std::vector<std::string>{"iso:NL"});
  EXPECT_EQ(topic.entities.none, std::vector<std::string>{"watch:acme"});
  EXPECT_EQ(topic.entities.min_salience, 0.2);
  EXPECT_EQ(topic.combine, Topic::Combine::all);
  ASSERT_TRUE(topic.alert);
  EXPECT_EQ(topic.alert->min_score, 0.7);
  EXPECT_EQ(topic.alert->per, AlertRule::Per::article);
  EXPECT_EQ(topic.alert->cooldown, 6h);
  EXPECT_EQ(topic.alert->severity, AlertRule::Severity::critical);
  EXPECT_EQ(topic.file, "t.yaml");
  EXPECT_EQ(topic.line, 2u);
  const Topic& other = *topics->find("other");
  EXPECT_EQ(other.name, "other");
  EXPECT_FALSE(other.alert);
  EXPECT_EQ(topics->find("none"), nullptr);
  EXPECT_EQ(topics->use(*other.match).topic, 1u);
  EXPECT_EQ(topics->use(topic.terms[1].query).term, 1u);
}

struct Row { const char *yaml, *findings; };

TEST(Topics, PlacesEveryFinding) {
  const Row rows[] = {
      {"topic: Port\nmatch: x\n", "1:8 E401 topic: found \"Port\", which is no id of a topic\n"},
      {"topic: a,b\nmatch: x\n", "1:8 E401 topic: found \"a,b\", which is no id of a topic\n"},
      {"topic: -a\nmatch: x\n", "1:8 E401 topic: found \"-a\", which is no id of a topic\n"},
      {"match: x\n", "1:1 E106 topic: this key is needed here, and it is missing\n"},
      {"- {topic: a, match: x}\n- {topic: b, match: x}\n- {topic: a, match: x}\n",
       "3:11 E401 [2].topic: the id \"a\" is taken by the topic at t.yaml:1\n"},
      {"topic: a\n", "1:1 E402 this topic asks nothing of an article\n"},
      {"topic: a\nentities: {none: [wd:Q1]}\n", "1:1 E402 this topic asks nothing of an article\n"},
      {"topic: a\nentities: {min_salience: 0.5}\n", "1:1 E402 this topic asks nothing of an article\n"},
      {"topic: a\nmatch: x\niptc: medtop:1\n",
       "3:7 E404 iptc: found \"medtop:1\", expected a code of IPTC's Media Topics\n"},
      {"topic: a\nmatch: [x]\n", "2:8 E105 match: expected one query, found a list\n"},
      {"topic: a\nmatsch: x\nmatch: x\n", "2:1 E101 unknown key \"matsch\"\n"},
      {"topic: a\nmatch: x\nmodel: {file: m.mmlr}\n",
       "3:8 E101 model: unknown key: topics are scored by match, terms and entities\n"},
      {"topic: a\nmatch: x\ndialect: solr\n", "3:10 E104 dialect: expected one of strict, lucene, found \"solr\"\n"},
      {"topic: a\nterms: {list: [{q: x, w: 1}]}\n",
       "2:8 E106 terms.threshold: this key is needed here, and it is missing\n"},
      {"topic: a\nterms: {threshold: 0, list: [{q: x, w: 1}]}\n",
       "2:20 E103 terms.threshold: expected a number above 0\n"},
      {"topic: a\nterms: {threshold: 9, list: [{w: 1}, {q: x}, {q: x, w: heavy}, {q: x, w: 1, max: -1}]}\n",
       "2:30 E106 terms.list[0].q: this key is needed here, and it is missing\n"
       "2:38 E106 terms.list[1].w: this key is needed here, and it is missing\n"
       "2:56 E102 terms.list[2].w: expected a number from -10000 to 10000, found \"heavy\"\n"
       "2:82 E103 terms.list[3].max: expected a whole number from 0 to 1000000, found \"-1\"\n"},
      {"topic: a\nentities: {any: [Q1, 'wd: Q1', 'wd:']}\n",
       "2:18 E403 entities.any: found \"Q1\", expected the id of an entity\n"
       "2:22 E403 entities.any: found \"wd: Q1\", expected the id of an entity\n"
       "2:32 E403 entities.any: found \"wd:\", expected the id of an entity\n"},
      {"topic: a\nmatch: x\nalert: {min_score: 0.4, per: week, cooldown: 6, severity: bad, to: me}\n",
       "3:20 E103 alert.min_score: expected a number from 0.5 to 1, found \"0.4\"\n"
       "3:30 E104 alert.per: expected one of story, article, found \"week\"\n"
       "3:46 E111 alert.cooldown: expected a duration from 0ms to 30d, found \"6\"\n"
       "3:59 E104 alert.severity: expected one of info, warning, critical, found \"bad\"\n"
       "3:64 E101 unknown key \"alert.to\"\n"},
      {"just words\n", "1:1 E105 expected a map of keys and values, found \"just words\"\n"
                       "1:1 E106 topic: this key is needed here, and it is missing\n"
                       "1:1 E402 this topic asks nothing of an article\n"},
  };
  for (const Row& row : rows) EXPECT_EQ(findings_of(row.yaml), row.findings) << row.yaml;
}

TEST(Topics, PlacesFindingsOfQueriesInsideTheirYaml) {
  // The place is where the query is wrong, whatever way the value is written.
  const std::pair<const char*, const char*> rows[] = {
      {"topic: a\nmatch: x AND\n", "2:10 E405"},
      {"topic: a\nmatch: '\"it''s\" AND )'\n", "2:21 E405"},
      {"topic: a\nmatch: \"\\\"\\u00e9\\\" AND )\"\n", "2:24 E405"},
      {"topic: a\nmatch: |\n  (port OR\n    harbour) AND\n    )\n", "5:5 E405"},
      {"topic: a\nmatch: >\n  port\n  OR )\n", "4:6 E405"},
      {"topic: a\nterms:\n  threshold: 9\n  list:\n    - {q: [x, 'y AND )'], w: 1}\n", "5:22 E405"},
      {"topic: a\nmatch: x NOT $gone\n", "2:14 E405"},
      {"- {topic: a, match: x OR $b}\n- {topic: b, match: y OR $a}\n", "1:26 E405"},
  };
  for (const auto& [yaml, place] : rows) EXPECT_THAT(findings_of(yaml), testing::StartsWith(place)) << yaml;
}

TEST(Topics, FindsEverythingOfAllFilesInOnePass) {
  Diagnostics diagnostics;
  std::vector<config::Document> documents;
  documents.push_back(config::Document::parse("a.yaml", "topic: a\nmatch: x AND\nitpc: x\n", diagnostics));
  documents.push_back(config::Document::parse("b.yaml", "topic: a\nmatch: y)\n", diagnostics));
  const Topics topics = Topics::read(documents, diagnostics);
  EXPECT_TRUE(topics.all().empty());
  std::string places;
  for (const auto& finding : diagnostics.sorted())
    places += finding.file + ":" + std::to_string(finding.line) + " " + finding.code + "\n";
  EXPECT_EQ(places, "a.yaml:2 E405\na.yaml:3 E101\nb.yaml:1 E401\nb.yaml:2 E405\n");
}

TEST(Topics, ManyWildcardsAreALintOnly) {
  std::string query = "w0*";
  for (int i = 1; i <= 200; ++i) query += " OR w" + std::to_string(i) + "*";
  EXPECT_THAT(findings_of("topic: a\nmatch: " + query + "\n"),
              testing::StartsWith("2:8 E406w 201 words with wildcards"));
}

TEST(Topics, ADefinitionIsWhatDecidesAndNotHowItIsWritten) {
  const auto digits = [](const std::string& yaml) { return test::topics_of(yaml)->find("a")->definition; };
  const std::string one = digits("topic: a\nmatch: x AND (y OR z)\n");
  EXPECT_EQ(one.size(), 16u);
  EXPECT_EQ(one.find_first_not_of("0123456789abcdef"), std::string::npos);
  // Comments, names, labels, alerts and the way of writing do not count.
  EXPECT_EQ(
      one,
      digits("# c\ntopic: a\nname: N\nlabels: {k: v}\nalert: {min_score: 0.9}\nmatch: |\n  x   # why\n  (y OR z)\n"));
  for (const char* other : {"topic: a\nmatch: x AND (y OR zz)\n", "topic: a\nmatch: x OR (y AND z)\n",
                            "topic: a\nmatch: x AND (y OR z)\ncombine: all\n",
                            "topic: a\nmatch: x AND (y OR z)\nentities: {none: [wd:Q1]}\n",
                            "topic: a\nmatch: x AND (y OR z)\nterms: {threshold: 9, list: [{q: x, w: 1}]}\n"})
    EXPECT_NE(one, digits(other)) << other;
  // What is included counts, however far away.
  const auto including = [&](const std::string& far) {
    return digits("- {topic: a, match: x OR $b}\n- {topic: b, match: $c}\n- {topic: c, match: " + far + "}\n");
  };
  EXPECT_EQ(including("q"), including("q"));
  EXPECT_NE(including("q"), including("r"));
}

TEST(Topics, HostileFilesEndInFindings) {
  std::string deep = "topic: a\nmatch: '" + std::string(10'000, '(') + "'\n";
  EXPECT_THAT(findings_of(deep), testing::HasSubstr(" E405 "));
  EXPECT_THAT(findings_of("topic: a\nmatch: '" + std::string(1'000'000, '*') + "'\n"), testing::StartsWith("2:9 E406w "));
  EXPECT_THAT(findings_of("topic: a\nmatch: \"\\uD800 x\"\n"), testing::HasSubstr("2:15 E002 "));
  std::string circle, chain;
  for (int i = 0; i < 300; ++i) {
    circle += "- {topic: t" + std::to_string(i) + ", match: $t" + std::to_string((i + 1) % 300) + "}\n";
    chain += "- {topic: t" + std::to_string(i) + ", match: " + (i < 299 ? "$t" + std::to_string(i + 1) : "x") + "}\n";
  }
  EXPECT_THAT(findings_of(circle), testing::HasSubstr(" E405 "));
  findings_of(chain);  // sound or too deep, but it ends
  std::string same = "topic: " + std::string(200, 'a') + "\nmatch: x\n";
  EXPECT_THAT(findings_of(same), testing::StartsWith("1:8 E401 "));
  EXPECT_EQ(findings_of(""), "");
  EXPECT_EQ(findings_of("# topic: a\n"), "");
  EXPECT_EQ(findings_of("[]\n"), "");
}

TEST(Topics, TenThousandTopicsAreReadAndAskedByTheirRareWords) {
  std::string yaml;
  for (int i = 0; i < 10'000; ++i) {
    const std::string n = std::to_string(i);
    yaml += "- {topic: t" + n + ", match: port AND rare" + n + "}\n";
  }
  const auto topics = test::topics_of(yaml);
  ASSERT_EQ(topics->all().size(), 10'000u);
  const test::TextArticle article("A port", "rare7 and rare9999 in the port");
  Scorer scorer(topics);
  Budget budget;
  ASSERT_TRUE(scorer.look(article.article(), "", budget));
  EXPECT_THAT(scorer.candidates(), testing::ElementsAre(7, 9999));
}

TEST(Topics, NamesOfTestFilesAreTold) {
  EXPECT_TRUE(is_topic_test("topics/port.test.yaml"));
  EXPECT_FALSE(is_topic_test("topics/port.yaml"));
  EXPECT_FALSE(is_topic_test("topics/test.yaml"));
}

}  // namespace
}  // namespace newsmill::score_topics
