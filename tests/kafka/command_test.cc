#include "tests/kafka/run_fixture.h"

namespace newsmill::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

/// Commands that talk to Kafka: kafka, dlq, health.
class Command : public RunTest {};

TEST_F(Command, KafkaPlansAppliesAndIsContentAfterwards) {
  Instance::Options options = with("a");
  options.kafka["partitions"] = "3";
  const Instance instance = make(options);
  const Finished planned = command(instance, {"kafka", "plan"});
  EXPECT_NE(planned.code, 0) << "a plan that is not empty is no success";
  EXPECT_THAT(planned.output, AllOf(HasSubstr(raw), HasSubstr(enriched), HasSubstr(deadletter)));
  EXPECT_FALSE(client().topics().contains(raw)) << "a plan changes nothing";
  const Finished applied = command(instance, {"kafka", "apply"});
  EXPECT_EQ(applied.code, 0) << applied.output;
  EXPECT_EQ(client().partitions(raw), 3);
  EXPECT_EQ(client().topic_config(deadletter).at("max.message.bytes"), std::to_string(10 << 20));
  const Finished again = command(instance, {"kafka", "plan"});
  EXPECT_EQ(again.code, 0) << again.output;
}

TEST_F(Command, DlqListsShowsAndReplaysADeadLetterUnderItsFirstDelivery) {
  make_topics();
  Instance::Options options = with("a");
  Instance strict = make(options);
  write_file(strict.config(), [&] {
    std::string text = read_file(strict.config());
    return text.replace(text.find("input:\n"), 7, "input:\n  max_bytes: 1KiB\n");
  }());
  strict.start();
  std::string long_article = article("article-1");
  long_article.insert(long_article.find("Ferries"), std::string(2000, 'x') + " ");
  feed({{.key = "k", .value = long_article, .headers = {{"trace", "7"}}}});
  ASSERT_TRUE(drained(&strict));
  ASSERT_EQ(settled(deadletter).size(), 1u);
  const std::string delivery = settled(deadletter)[0].header("newsmill-delivery").value_or("");
  ASSERT_EQ(strict.stop(), 0);

  Instance instance = make(options);
  const Finished listed = command(instance, {"dlq", "list"});
  EXPECT_EQ(listed.code, 0) << listed.output;
  EXPECT_THAT(listed.output, AllOf(HasSubstr("too-large"), HasSubstr(raw)));
  const Finished shown = command(instance, {"dlq", "show", "0:0"});
  EXPECT_EQ(shown.code, 0) << shown.output;
  EXPECT_THAT(shown.output, AllOf(HasSubstr("Harbour reopens"), HasSubstr(delivery), HasSubstr("trace")));
  const Finished unasked = command(instance, {"dlq", "replay"});
  EXPECT_NE(unasked.code, 0) << "nobody can be asked, and nobody said --yes";
  EXPECT_EQ(client().end(raw, 0), 1);
  const Finished replayed = command(instance, {"dlq", "replay", "--yes"});
  EXPECT_EQ(replayed.code, 0) << replayed.output;
  client().settle(raw);
  const auto back = client().read(raw);
  ASSERT_EQ(back.size(), 2u);
  EXPECT_EQ(back[1].key, "k");
  EXPECT_EQ(back[1].value, long_article);
  EXPECT_THAT(back[1].headers, ElementsAre(KafkaHeader{"trace", "7"}, KafkaHeader{"newsmill-delivery", delivery}));

  instance.start();
  ASSERT_TRUE(wait_until([&] { return times().size() == 1; }));
  EXPECT_THAT(times(), ElementsAre(Pair("article-1", 1)));
  EXPECT_THAT(*settled(enriched)[0].value, HasSubstr("\"offset\":0")) << "the record names the first delivery";
  EXPECT_EQ(settled(deadletter).size(), 1u);
}

TEST_F(Command, HealthSaysWhetherTheInstanceIsReady) {
  make_topics();
  Instance instance = make(with("a"));
  EXPECT_EQ(command(instance, {"health"}).code, 69);
  instance.start();
  instance.wait_until_ready();
  EXPECT_EQ(command(instance, {"health"}).code, 0);
}

}  // namespace
}  // namespace newsmill::test
