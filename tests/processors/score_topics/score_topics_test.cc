#include "processors/score_topics/score_topics.h"

#include <gmock/gmock.h>

#include <memory>

#include "config/settings.h"
#include "processors/core/sources.h"
#include "tests/support/text_article.h"
#include "tests/support/topics_of.h"
#include "tests/support/work.h"

namespace newsmill::score_topics {
namespace {

using test::TextArticle;

/// The step with topics of one file.
class Step {
 public:
  explicit Step(const std::string& yaml, bool enabled = true) {
    knowledge_.topics = test::topics_of(yaml);
    knowledge_.sources = std::make_shared<Sources>();
    config::Settings settings;
    settings.score_topics.enabled = enabled;
    step_ = make(settings, knowledge_);
  }
  Status run(TextArticle& article, std::uint64_t units = Budget::kUnits) {
    work_.budget = Budget(units);
    return step_->process(article.article(), work_.scratch);
  }
  void forget() { step_.reset(), knowledge_ = {}; }

 private:
  Knowledge knowledge_;
  std::unique_ptr<Processor> step_;
  test::Work work_;
};

std::string ids(const TextArticle& article) {
  std::string all;
  for (const TopicScore& topic : article.article().topics) (all += all.empty() ? "" : ",") += topic.id;
  return all;
}

TEST(ScoreTopics, KeepsThoseAtTheirThresholdTheHighestFirst) {
  Step step(R"(
- {topic: below, terms: {threshold: 31, list: [{q: port, w: 30}]}}
- {topic: z-at, terms: {threshold: 30, list: [{q: port, w: 30}]}}
- {topic: a-at, match: port}
- {topic: title, match: strike}
- {topic: gone, match: gone}
)");
  TextArticle article("Strike", "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
                                "fifteen sixteen seventeen eighteen nineteen twenty more.\n\nThe port.");
  ASSERT_TRUE(step.run(article));
  EXPECT_EQ(ids(article), "title,a-at,z-at");
  EXPECT_EQ(article.article().topics[0].score, 0.75);
  EXPECT_EQ(article.article().topics[1].score, 0.5);
}

TEST(ScoreTopics, EverythingOfAScoreOutlivesTheTopics) {
  TextArticle article("Strike in the port", "Dockers strike.");
  Step step(
      "topic: port-strike\nname: Ports\niptc: medtop:20000530\nlabels: {desk: economy, tier: b}\nmatch: strike NEAR/5 "
      "port\n");
  ASSERT_TRUE(step.run(article));
  step.forget();
  ASSERT_EQ(ids(article), "port-strike");
  const TopicScore& topic = article.article().topics[0];
  EXPECT_EQ(topic.name, "Ports");
  EXPECT_EQ(topic.iptc, "medtop:20000530");
  ASSERT_EQ(topic.labels.size(), 2u);
  EXPECT_EQ(topic.labels[0].first, "desk");
  EXPECT_EQ(topic.labels[1].second, "b");
  EXPECT_EQ(topic.definition.size(), 16u);
  ASSERT_EQ(topic.evidence.size(), 1u);
  EXPECT_EQ(topic.evidence[0].clause, "strike NEAR/5 port");
  EXPECT_EQ(topic.evidence[0].field, text::Field::headline);
  EXPECT_EQ(topic.evidence[0].begin, 0u);
  EXPECT_EQ(topic.evidence[0].end, 18u);
  EXPECT_FALSE(topic.evidence[0].weight);
  EXPECT_FALSE(topic.truncated);
}

TEST(ScoreTopics, EvidenceIsCappedTheBestFirstEachClauseBeforeItsRepeats) {
  std::string body = "port ";
  for (int i = 0; i < 30; ++i) body += "ship ";
  body += "golf crane";
  Step step(
      "topic: t\nterms: {threshold: 1, list: [{q: ship, w: 20}, {q: port, w: 5}, {q: crane, w: 30}, {q: golf, w: "
      "-3}]}\n");
  TextArticle article("", body);
  ASSERT_TRUE(step.run(article));
  const TopicScore& topic = article.article().topics.at(0);
  ASSERT_EQ(topic.evidence.size(), TopicScore::kEvidence);
  EXPECT_TRUE(topic.truncated);
  std::string clauses;
  for (const TopicEvidence& one : topic.evidence.first(5)) clauses += std::string(one.clause) + " ";
  EXPECT_EQ(clauses, "crane ship port golf ship ");
  EXPECT_EQ(topic.evidence[3].weight, -3);
  for (std::size_t i = 5; i < topic.evidence.size(); ++i)
    EXPECT_GT(topic.evidence[i].begin, topic.evidence[i - 1].begin);
}

TEST(ScoreTopics, TwentyReasonsAreNotTruncated) {
  std::string body;
  for (int i = 0; i < 20; ++i) body += "ship ";
  Step step("topic: t\nmatch: ship\n");
  TextArticle article("", body);
  ASSERT_TRUE(step.run(article));
  EXPECT_EQ(article.article().topics.at(0).evidence.size(), 20u);
  EXPECT_FALSE(article.article().topics.at(0).truncated);
}

TEST(ScoreTopics, WhatHasNoPlaceInTheTextIsAFieldAndAValue) {
  Step step("topic: t\nmatch: source:wire.example AND port\nentities: {any: [wd:Q1], none: [wd:Q2]}\n");
  TextArticle article("", "a port");
  article.article().source = "wire.example";
  const Mention mention[] = {{2, 6}};
  Entity entity;
  entity.id = "wd:Q1", entity.mentions = mention;
  article.article().entities.push_back(entity);
  ASSERT_TRUE(step.run(article));
  std::vector<std::string> values;
  for (const TopicEvidence& one : article.article().topics.at(0).evidence)
    if (one.end == 0)
      values.push_back(std::string(one.kind) + "=" + std::string(one.value) + " by " + std::string(one.clause));
  EXPECT_THAT(values,
              testing::UnorderedElementsAre("source=wire.example by source:wire.example", "entity=wd:Q1 by wd:Q1"));
}

TEST(ScoreTopics, LongClausesAreShownByTheirBeginning) {
  std::string query = "(ship";
  for (int i = 0; i < 100; ++i) query += "\n     OR w" + std::to_string(i);
  Step step("topic: t\nmatch: |\n  " + query + ")\n  NEAR/3 port\n");
  TextArticle article("", "ship in port");
  ASSERT_TRUE(step.run(article));
  const std::string clause(article.article().topics.at(0).evidence[0].clause);
  EXPECT_EQ(clause.find('\n'), std::string::npos);
  EXPECT_THAT(clause, testing::EndsWith("…"));
  EXPECT_LE(clause.size(), 123u);
}

TEST(ScoreTopics, CountryOfThePublisherCanBeAsked) {
  config::Diagnostics diagnostics;
  const auto document = config::Document::parse("s.yaml", "sources: {wire.example: {country: NL}}\n", diagnostics);
  Knowledge knowledge;
  knowledge.sources = std::make_shared<Sources>(Sources::read(document, diagnostics));
  knowledge.topics = test::topics_of("topic: t\nmatch: country:NL AND port\n");
  const auto step = make(config::Settings{}, knowledge);
  test::Work work;
  TextArticle article("", "a port");
  ASSERT_TRUE(step->process(article.article(), work.scratch));
  EXPECT_EQ(ids(article), "");
  article.article().source = "wire.example";
  ASSERT_TRUE(step->process(article.article(), work.scratch));
  EXPECT_EQ(ids(article), "t");
}

TEST(ScoreTopics, DoesNothingWhenItIsOffOrHasNoTopics) {
  TextArticle article("", "a port");
  ASSERT_TRUE(Step("topic: t\nmatch: port\n", false).run(article));
  EXPECT_EQ(ids(article), "");
  ASSERT_TRUE(Step("[]\n").run(article));
  EXPECT_EQ(ids(article), "");
}

TEST(ScoreTopics, AnArticleThatCostsTooMuchIsADeadLetterAndTheNextIsNot) {
  std::string body;
  for (int i = 0; i < 20'000; ++i) body += "port ship ";
  Step step("topic: t\nmatch: (port OR ship) NEAR/50 (port OR ship) NEAR/50 (ship OR port)\n");
  TextArticle article("", body);
  const Status status = step.run(article, 100'000);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::budget);
  TextArticle next("", "port ship port");
  ASSERT_TRUE(step.run(next));
  EXPECT_EQ(ids(next), "t");
}

TEST(ScoreTopics, EmptyTextsAndEndlessOnesAreScored) {
  Step step("- {topic: t, match: 'w AND NOT z'}\n- {topic: n, match: NOT w}\n");
  TextArticle empty("", "");
  ASSERT_TRUE(step.run(empty));
  EXPECT_EQ(ids(empty), "n");
  std::string body;
  for (int i = 0; i < 1'000'000; ++i) body += "w ";
  TextArticle endless("", body);
  ASSERT_TRUE(step.run(endless));
  EXPECT_EQ(ids(endless), "t");
  EXPECT_TRUE(endless.article().topics[0].truncated);
}

TEST(ScoreTopics, TheSameArticleGivesTheSameEvidenceAgain) {
  const std::string yaml = "- {topic: b, match: port OR ship}\n- {topic: a, match: ship OR port}\n";
  Step one(yaml), other(yaml);
  TextArticle first("Port", "ship port ship"), second("Port", "ship port ship"), between("", "x");
  ASSERT_TRUE(one.run(first));
  ASSERT_TRUE(other.run(between));
  ASSERT_TRUE(other.run(second));
  ASSERT_EQ(ids(first), "a,b");
  ASSERT_EQ(ids(second), "a,b");
  for (std::size_t i = 0; i < 2; ++i) {
    const TopicScore &x = first.article().topics[i], &y = second.article().topics[i];
    EXPECT_EQ(x.score, y.score);
    ASSERT_EQ(x.evidence.size(), y.evidence.size());
    for (std::size_t k = 0; k < x.evidence.size(); ++k) {
      EXPECT_EQ(x.evidence[k].begin, y.evidence[k].begin);
      EXPECT_EQ(x.evidence[k].clause, y.evidence[k].clause);
    }
  }
}

}  // namespace
}  // namespace newsmill::score_topics
