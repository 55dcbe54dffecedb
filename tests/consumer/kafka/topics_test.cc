#include "consumer/kafka/topics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace newsmill::kafka {
namespace {

using testing::HasSubstr;

// As `kafka apply` makes it.
TopicRow sound(TopicRole role, int replicas = 1) {
  TopicRow row{role == TopicRole::input      ? "articles.raw"
               : role == TopicRole::enriched ? "articles.enriched"
               : role == TopicRole::dedup    ? "articles.dedup"
                                             : "articles.deadletter",
               role,
               {},
               {},
               {}};
  row.state.exists = true;
  row.state.partitions = 6;
  row.state.replicas = replicas;
  row.state.settings = {{"cleanup.policy", "delete"},
                        {"max.message.bytes", role == TopicRole::input ? "8388608" : "10485760"},
                        {"min.insync.replicas", replicas > 1 ? "2" : "1"},
                        {"message.timestamp.type", "CreateTime"},
                        {"message.timestamp.before.max.ms", "9223372036854775807"},
                        {"message.timestamp.after.max.ms", "3600000"},
                        {"unclean.leader.election.enable", "false"}};
  if (role == TopicRole::dedup) {
    row.state.partitions = 1;
    row.state.settings["message.timestamp.type"] = "LogAppendTime";
    row.state.settings["max.message.bytes"] = "1048588";  // Kafka's own
    row.state.settings.insert({{"retention.ms", "432000000"}, {"retention.bytes", "-1"}, {"segment.ms", "10800000"}});
  }
  return row;
}

std::vector<TopicFinding> judged(TopicRow& row) {
  std::vector<TopicFinding> findings;
  judge_topic({}, row, findings);
  return findings;
}

TEST(Topics, OfTheContractAreAccepted) {
  for (const auto role : {TopicRole::input, TopicRole::enriched, TopicRole::deadletter, TopicRole::dedup})
    for (const int replicas : {1, 3}) {
      TopicRow row = sound(role, replicas);
      const auto findings = judged(row);
      EXPECT_TRUE(findings.empty()) << sentence(findings[0]);
      EXPECT_TRUE(row.changes.empty());
    }
}

struct Row {
  TopicRole role;
  int replicas;
  const char *setting, *found;
  bool refused;
  const char* mended;  // null: by hand only
};

TEST(Topics, ThatBreakTheContractNameSettingFoundAndExpected) {
  for (const auto& row : {
           Row{TopicRole::input, 1, "cleanup.policy", "compact", true, "delete"},
           Row{TopicRole::enriched, 1, "cleanup.policy", "compact,delete", true, "delete"},
           Row{TopicRole::input, 1, "max.message.bytes", "1048588", false, "8388608"},
           Row{TopicRole::enriched, 1, "max.message.bytes", "1048588", true, "10485760"},
           Row{TopicRole::deadletter, 1, "max.message.bytes", "1048588", false, "10485760"},
           Row{TopicRole::deadletter, 1, "max.message.bytes", "16000", true, "10485760"},
           Row{TopicRole::enriched, 3, "min.insync.replicas", "1", true, "2"},
           Row{TopicRole::input, 3, "min.insync.replicas", "1", false, "2"},
           Row{TopicRole::deadletter, 1, "min.insync.replicas", "2", true, "1"},
           Row{TopicRole::enriched, 1, "message.timestamp.type", "LogAppendTime", true, "CreateTime"},
           Row{TopicRole::enriched, 1, "message.timestamp.before.max.ms", "86400000", true, "9223372036854775807"},
           Row{TopicRole::deadletter, 1, "message.timestamp.after.max.ms", "1000", true, "3600000"},
           Row{TopicRole::enriched, 1, "unclean.leader.election.enable", "true", false, nullptr},
           Row{TopicRole::dedup, 1, "cleanup.policy", "compact", true, nullptr},
           Row{TopicRole::dedup, 1, "cleanup.policy", "compact,delete", true, nullptr},
           Row{TopicRole::dedup, 1, "message.timestamp.type", "CreateTime", true, "LogAppendTime"},
           Row{TopicRole::dedup, 1, "retention.ms", "431999999", true, "432000000"},
           Row{TopicRole::dedup, 1, "retention.bytes", "1000000000", true, "-1"},
           Row{TopicRole::dedup, 1, "max.message.bytes", "100000", true, "2097152"},
           Row{TopicRole::dedup, 3, "min.insync.replicas", "1", true, "2"},
           Row{TopicRole::dedup, 3, "unclean.leader.election.enable", "true", true, "false"},
           Row{TopicRole::dedup, 1, "segment.ms", "604800000", false, "10800000"},
       }) {
    TopicRow topic = sound(row.role, row.replicas);
    topic.state.settings[row.setting] = row.found;
    const auto findings = judged(topic);
    ASSERT_EQ(findings.size(), 1u) << row.setting;
    EXPECT_EQ(findings[0].setting, row.setting);
    EXPECT_EQ(findings[0].found, row.found);
    EXPECT_EQ(findings[0].refused, row.refused) << row.setting;
    EXPECT_EQ(findings[0].mendable, row.mended != nullptr) << row.setting;
    EXPECT_FALSE(findings[0].hint.empty());
    EXPECT_THAT(sentence(findings[0]), HasSubstr(std::string(row.setting) + " is " + row.found + ", expected "));
    if (row.mended == nullptr) continue;
    EXPECT_EQ(topic.changes.at(row.setting), row.mended);
    // What is proposed is accepted.
    topic.state.settings[row.setting] = row.mended;
    EXPECT_TRUE(judged(topic).empty()) << row.setting;
  }
}

TEST(Topics, ThatAreMissingArePlannedWithTheContractsSettings) {
  config::Settings settings;
  settings.kafka.replication_factor = 3;
  TopicRow row{"articles.enriched", TopicRole::enriched, {}, {}, {}};
  std::vector<TopicFinding> findings;
  judge_topic(settings, row, findings);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(findings[0].refused);
  EXPECT_EQ(row.wanted, (std::map<std::string, std::string>{{"cleanup.policy", "delete"},
                                                            {"max.message.bytes", "10485760"},
                                                            {"message.timestamp.type", "CreateTime"},
                                                            {"min.insync.replicas", "2"}}));
}

TEST(Topics, OfTheDedupLogHaveOnePartitionAndAreKeptAsLongAsAVerdictRestsOnThem) {
  TopicRow row = sound(TopicRole::dedup);
  row.state.partitions = 2;
  auto findings = judged(row);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(findings[0].refused);
  EXPECT_FALSE(findings[0].mendable);
  EXPECT_THAT(sentence(findings[0]), HasSubstr("partitions is 2, expected 1"));
  row = sound(TopicRole::dedup);
  row.state.settings["retention.ms"] = "-1";
  EXPECT_TRUE(judged(row).empty());

  config::Settings settings;
  settings.dedup.window = std::chrono::hours(240);
  settings.kafka.partitions = 6;
  row = {"articles.dedup", TopicRole::dedup, {}, {}, {}};
  findings.clear();
  judge_topic(settings, row, findings);
  EXPECT_EQ(row.wanted.at("retention.ms"), std::to_string(12 * 86'400'000ll));
  EXPECT_EQ(row.wanted.at("message.timestamp.type"), "LogAppendTime");
  EXPECT_EQ(row.wanted.at("segment.ms"), "36000000");
  EXPECT_EQ(partitions_of(TopicRole::dedup, 6), 1);
  EXPECT_EQ(partitions_of(TopicRole::input, 6), 6);
}

TEST(Topics, WhoseSettingsCannotBeReadAreNotRefused) {
  TopicRow row = sound(TopicRole::enriched);
  row.state.settings.clear();
  row.state.unread = "Broker: Topic authorization failed";
  const auto findings = judged(row);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_FALSE(findings[0].refused);
  EXPECT_THAT(sentence(findings[0]), HasSubstr("authorization failed"));
}

TEST(Topics, TellTheirLimits) {
  TopicPlan plan;
  plan.topics = {sound(TopicRole::input), sound(TopicRole::enriched), sound(TopicRole::deadletter)};
  plan.topics[2].state.settings["max.message.bytes"] = "4096";
  const Limits limits = limits_of({}, plan);
  EXPECT_EQ(limits.at("articles.enriched"), 10'485'760u);
  EXPECT_EQ(limits.at("articles.deadletter"), 4'096u);
  EXPECT_EQ(limits.size(), 2u);
}

}  // namespace
}  // namespace newsmill::kafka
