#include "consumer/kafka/topics.h"

#include "tests/kafka/lane_fixture.h"

namespace newsmill::test {
namespace {

/// What the contract wants of topics, planned and applied.
class Topics : public LaneTest {};

TEST_F(Topics, ThatApplyMadeServeALane) {
  consumer::Logger logger({});
  settings.kafka.partitions = 3;
  kafka::TopicPlan plan;
  ASSERT_TRUE(kafka::plan_topics(settings, logger, nullptr, plan));
  EXPECT_EQ(plan.topics.size(), 4u);
  EXPECT_FALSE(plan.empty());
  std::vector<std::string> steps;
  const auto applied =
      kafka::apply_topics(settings, logger, plan, [&](const std::string& step) { steps.push_back(step); });
  ASSERT_TRUE(applied) << applied.reason;
  EXPECT_EQ(steps.size(), 4u);
  kafka::TopicPlan again;
  ASSERT_TRUE(kafka::plan_topics(settings, logger, nullptr, again));
  EXPECT_TRUE(again.empty());
  EXPECT_TRUE(again.findings.empty());
  EXPECT_EQ(client().partitions(raw()), 3);
  EXPECT_EQ(client().topic_config(raw()).at("max.message.bytes"), std::to_string(8 << 20));
  EXPECT_EQ(client().topic_config(enriched()).at("max.message.bytes"), std::to_string(10 << 20));
  EXPECT_EQ(client().topic_config(enriched()).at("message.timestamp.type"), "CreateTime");
  EXPECT_EQ(client().partitions(settings.dedup.topic), 1);
  EXPECT_EQ(client().topic_config(settings.dedup.topic).at("message.timestamp.type"), "LogAppendTime");
  EXPECT_EQ(client().topic_config(settings.dedup.topic).at("retention.ms"), "432000000");
  PortPair pair(settings);
  EXPECT_TRUE(opened(pair));
}

TEST_F(Topics, ThatBreakTheContractAreMendedAndKeepWhatWasSet) {
  make_topics();
  client().create_topic(raw() + ".2", 1, {{"cleanup.policy", "compact"}, {"retention.ms", "123456789"}});
  settings.input.topics[0].name = raw() + ".2";
  consumer::Logger logger({});
  kafka::TopicPlan plan;
  ASSERT_TRUE(kafka::plan_topics(settings, logger, nullptr, plan));
  EXPECT_TRUE(plan.refused());
  ASSERT_TRUE(kafka::apply_topics(settings, logger, plan, [](const std::string&) {}));
  EXPECT_EQ(client().topic_config(raw()).at("cleanup.policy"), "delete");
  EXPECT_EQ(client().topic_config(raw()).at("retention.ms"), "123456789") << "what was set before stays";
  kafka::TopicPlan again;
  ASSERT_TRUE(kafka::plan_topics(settings, logger, nullptr, again));
  EXPECT_FALSE(again.refused());
}

}  // namespace
}  // namespace newsmill::test
