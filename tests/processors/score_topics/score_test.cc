// The rule of the score, by rows that were computed by hand: docs/topics.md, "The score".
#include <gtest/gtest.h>

#include <cmath>

#include "processors/score_topics/scorer.h"
#include "tests/support/text_article.h"
#include "tests/support/topics_of.h"

namespace newsmill::score_topics {
namespace {

using test::TextArticle;

// 25 words, so that what stands behind them is not in the lead (the first paragraphs up to 20 words).
const std::string kLead =
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty and five words more here.\n\n";

double score(const std::string& yaml, const std::string& headline, const std::string& body) {
  const TextArticle article(headline, body);
  return test::scoring_of(test::topics_of(yaml), "t", article.article()).score;
}

TEST(Score, ABareMatchIsOneTermThatWeighsAsMuchAsTheThreshold) {
  const double kRoot2 = std::sqrt(2.0);
  struct Row { const char *query, *headline, *body; double score; } rows[] = {
      {"port", "", "a port", 0.5},                                // 1 / (1 + 1)
      {"port", "", "a port, a port", kRoot2 / (kRoot2 + 1)},      // two hits
      {"port", "", "port port port port", 2.0 / 3},               // four: 2 / (2 + 1)
      {"port", "The port", "a ship", 0.75},                       // title: 3 / (3 + 1)
      {"port OR ship", "", "a port and a ship", kRoot2 / (kRoot2 + 1)},
      {"port AND ship", "", "a port and a ship", 0.5},            // one time both
      {"port AND ship", "", "port port port and a ship", 0.5},    // still one time both
      {"port AND ship", "", "port port port, ship ship", kRoot2 / (kRoot2 + 1)},
      {"port AND ship", "Port", "a ship", 0.5},                   // not both in the title
      {"port AND ship", "Port and ship", "", 0.75},
      {"ATLEAST/3(port)", "", "port port port", 0.5},             // every third
      {"ATLEAST/2(port)", "", "port port port port", kRoot2 / (kRoot2 + 1)},
      {"port^2", "", "a port", 2.0 / 3},                          // ^ multiplies the boost
      {"port OR p*", "", "a port", 0.5},                          // one place is one hit
      {"port NEAR/3 ship", "", "a port, a ship", 0.5},
      {"port AND wc>1", "", "a port", 0.5},                       // a length is no evidence
      {"gone", "", "a port", 0},
  };
  for (const Row& row : rows)
    EXPECT_NEAR(score(std::string("topic: t\nmatch: ") + row.query + "\n", row.headline, kLead + row.body), row.score,
                1e-12)
        << row.query << " in " << row.headline << "|" << row.body;
}

TEST(Score, TheLeadCountsOneAndAHalf) {
  EXPECT_NEAR(score("topic: t\nmatch: port\n", "", "A port in the lead."), 1.5 / 2.5, 1e-12);
  EXPECT_NEAR(score("topic: t\nmatch: port\n", "", kLead + "A port behind it."), 0.5, 1e-12);
}

TEST(Score, WeightsAddUpAgainstTheThreshold) {
  const auto terms = [](const std::string& list) { return "topic: t\nterms: {threshold: 30, list: [" + list + "]}\n"; };
  struct Row { const char *list, *headline, *body; double score; } rows[] = {
      {"{q: port, w: 30}", "", "a port", 0.5},                                 // exactly the threshold
      {"{q: port, w: 15}", "", "a port", 15.0 / 45},
      {"{q: port, w: 15}, {q: ship, w: 15}", "", "a port and a ship", 0.5},
      {"{q: port, w: 15}", "", "port port port port", 0.5},                    // 15 · 4^0.5
      {"{q: port, w: 15, max: 1}", "", "port port port port", 15.0 / 45},
      {"{q: port, w: 15, max: 4}", "", "port port port port port port", 0.5},
      {"{q: port, w: 10}", "Port", "", 0.5},                                   // 10 · 3
      {"{q: port, w: 10}", "Port", "port port port", 60.0 / 90},               // 10 · 4^0.5 · 3
      {"{q: [port, ship], w: 15}", "", "a port and a ship", 0.5},              // two terms of one weight
      {"{q: port, w: 60}, {q: golf, w: -30}", "", "a port, golf", 0.5},
      {"{q: port, w: 60}, {q: golf, w: -60}", "", "a port, golf", 0},          // a sum of 0 is no evidence
      {"{q: port, w: 60}, {q: golf, w: -90}", "", "a port, golf", 0},
      {"{q: golf, w: -90}", "", "golf", 0},
      {"{q: port, w: 7.5}", "", "port port port port", 15.0 / 45},
  };
  for (const Row& row : rows)
    EXPECT_NEAR(score(terms(row.list), row.headline, kLead + row.body), row.score, 1e-12)
        << row.list << " in " << row.body;
}

TEST(Score, QueryAndTermsAreSurerTogetherOrBothNeeded) {
  const std::string both = "topic: t\nmatch: port\nterms: {threshold: 30, list: [{q: ship, w: 10}]}\n";
  EXPECT_NEAR(score(both, "", kLead + "a port and a ship"), 1 - 0.5 * 0.75, 1e-12);
  EXPECT_NEAR(score(both, "", kLead + "a port"), 0.5, 1e-12);
  EXPECT_NEAR(score(both, "", kLead + "a ship"), 0.25, 1e-12);
  EXPECT_NEAR(score(both + "combine: all\n", "", kLead + "a port and a ship"), 0.25, 1e-12);
  EXPECT_NEAR(score(both + "combine: all\n", "", kLead + "a port"), 0, 1e-12);
}

TEST(Score, NotVetoesTheWholeTopic) {
  const std::string terms = "terms: {threshold: 30, list: [{q: ship, w: 60}]}\n";
  EXPECT_EQ(score("topic: t\nmatch: port NOT golf\n", "", "a port, golf"), 0);
  EXPECT_EQ(score("topic: t\nmatch: port NOT golf\n" + terms, "", "a port, a ship, golf"), 0);
  EXPECT_GT(score("topic: t\nmatch: port NOT golf\n" + terms, "", "a ship"), 0.5);
  // A query that only excludes gives no part beside others, and every other article alone.
  EXPECT_NEAR(score("topic: t\nmatch: NOT golf\n" + terms, "", kLead + "a ship"), 60.0 / 90, 1e-12);
  EXPECT_EQ(score("topic: t\nmatch: NOT golf\n" + terms, "", "a ship, golf"), 0);
  EXPECT_EQ(score("topic: t\nmatch: NOT golf\n" + terms, "", "nothing"), 0);
  EXPECT_EQ(score("topic: t\nmatch: NOT golf\n", "", "nothing"), 0.5);
  EXPECT_EQ(score("topic: t\ndialect: lucene\nmatch: +port -golf\n" + terms, "", "port, ship, golf"), 0);
  EXPECT_EQ(score("topic: t\nmatch: port NOT (golf OR \"root canal\")\n" + terms, "", "ship, a root canal"), 0);
}

TEST(Score, AnotherTopicsQueryCountsAsItsOwn) {
  const std::string two = "- {topic: t, match: '$w AND ship'}\n- {topic: w, match: port OR harbour}\n";
  EXPECT_NEAR(score(two, "", kLead + "a port, a harbour, ship ship"), std::sqrt(2.0) / (std::sqrt(2.0) + 1), 1e-12);
  EXPECT_NEAR(score("- {topic: t, match: $w}\n- {topic: w, match: port AND ship}\n", "", kLead + "port port port ship"),
              0.5, 1e-12);
}

TEST(Score, EntitiesAreConditionsAndAloneAScore) {
  TextArticle text("Ministers meet", kLead + "China and Russia, China");
  const Mention china[] = {{0, 5, text::Field::headline}, {200, 205}, {210, 215}, {220, 225}}, russia[] = {{230, 236}};
  Entity one, two;
  one.id = "wd:Q148", one.ids.iso3166 = "CN", one.salience = 0.6, one.mentions = china;
  two.id = "wd:Q159", two.salience = 0.1, two.mentions = russia;
  text.article().entities = {one, two};
  const auto of = [&](const std::string& yaml) {
    return test::scoring_of(test::topics_of("topic: t\n" + yaml), "t", text.article()).score;
  };
  EXPECT_NEAR(of("entities: {any: [wd:Q148]}\n"), 6.0 / 7, 1e-12);            // 4^0.5 · 3
  EXPECT_NEAR(of("entities: {any: [iso:CN]}\n"), 6.0 / 7, 1e-12);
  EXPECT_NEAR(of("entities: {all: [wd:Q148, wd:Q159]}\n"), 0.5, 1e-12);       // as strong as the weaker
  EXPECT_NEAR(of("entities: {any: [wd:Q159, wd:Q9]}\n"), 0.5, 1e-12);
  EXPECT_EQ(of("entities: {all: [wd:Q148, wd:Q9]}\n"), 0);
  EXPECT_EQ(of("entities: {all: [wd:Q148, wd:Q159], min_salience: 0.2}\n"), 0);
  EXPECT_EQ(of("entities: {any: [wd:Q148], none: [wd:Q159]}\n"), 0);
  EXPECT_GT(of("entities: {any: [wd:Q148], none: [wd:Q159], min_salience: 0.2}\n"), 0.5);
  EXPECT_NEAR(of("match: meet\nentities: {any: [wd:Q148]}\n"), 0.75, 1e-12);  // the query's score, conditions met
  EXPECT_EQ(of("match: meet\nentities: {any: [wd:Q9]}\n"), 0);
  EXPECT_EQ(of("match: gone\nentities: {any: [wd:Q148]}\n"), 0);
  EXPECT_EQ(of("match: NOT meet\nentities: {any: [wd:Q148]}\n"), 0);
  EXPECT_NEAR(of("match: NOT gone\nentities: {any: [wd:Q148]}\n"), 6.0 / 7, 1e-12);
}

TEST(Score, PartsAreThoseThatTheTopicHas) {
  const TextArticle article("", "a port");
  const auto parts = [&](const std::string& yaml) {
    return test::scoring_of(test::topics_of("topic: t\n" + yaml), "t", article.article()).parts;
  };
  const TopicScore::Parts query = parts("match: port\n");
  EXPECT_TRUE(query.query && !query.terms && !query.entities && !query.model);
  const TopicScore::Parts terms = parts("terms: {threshold: 1, list: [{q: gone, w: 1}]}\n");
  EXPECT_TRUE(!terms.query && terms.terms && !terms.entities);
  EXPECT_EQ(*terms.terms, 0);
  const TopicScore::Parts all =
      parts("match: port\nterms: {threshold: 1, list: [{q: gone, w: 1}]}\nentities: {any: [wd:Q1]}\n");
  EXPECT_TRUE(all.query && all.terms && all.entities);
  EXPECT_EQ(*all.entities, 0);
}

}  // namespace
}  // namespace newsmill::score_topics
