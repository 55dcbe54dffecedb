#include <librdkafka/rdkafka.h>

#include <csignal>

#include "tests/kafka/run_fixture.h"

namespace newsmill::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// `newsmill dedup` on a real Kafka: the log is looked at, lost, and made anew from what was published.
class DedupCommand : public RunTest {
 protected:
  /// Articles of one text are copies of one another.
  static std::string telling(const std::string& id, int text) {
    std::string body;
    for (int i = 0; i < 60; ++i) body += "word" + std::to_string((text * 7919 + i * 104729) % 5003) + ' ';
    return R"({"id":")" + id + R"(","source":"example.org","title":"About )" + id + R"(","body":")" + body + R"("})";
  }
  /// The records so far, once there are `count`.
  std::vector<KafkaRecord> records(std::size_t count) {
    EXPECT_TRUE(wait_until([&] { return settled(enriched).size() >= count; }));
    return settled(enriched);
  }
  /// The record of an article by the id that its provider gave it.
  static std::string record_of(const std::vector<KafkaRecord>& all, const std::string& id) {
    for (const KafkaRecord& record : all)
      if (record.value.value_or("").find("\"value\":\"" + id + "\"") != std::string::npos) return *record.value;
    ADD_FAILURE() << "no record of " << id;
    return {};
  }
  static std::string member(const std::string& record, const std::string& before) {
    const std::size_t at = record.find(before);
    EXPECT_NE(at, std::string::npos) << before;
    const std::size_t begin = at + before.size();
    return at == std::string::npos ? "" : record.substr(begin, record.find('"', begin) - begin);
  }
  static std::string story_of(const std::string& record) { return member(record, "\"story\":{\"id\":\""); }
  static std::string relation_of(const std::string& record) { return member(record, "\"relation\":\""); }

  void lose_the_log() {
    client().delete_topic(dedup);
    ASSERT_TRUE(wait_until([&] { return !client().topics().contains(dedup); }));
    client().create_dedup_log(dedup);
  }
};

TEST_F(DedupCommand, StatusAndShowSayWhatTheLogHolds) {
  make_topics(2);
  Instance instance = make(with("a"));
  const Finished empty = command(instance, {"dedup", "status"});
  EXPECT_EQ(empty.code, 0) << empty.output;
  EXPECT_THAT(empty.output, AllOf(HasSubstr(dedup + ": empty"), HasSubstr("contract  kept"),
                                  HasSubstr(raw + ":1  nothing is committed")));
  instance.start();
  feed({{.key = "a", .value = telling("first", 1)}});
  records(1);
  feed({{.key = "b", .value = telling("second", 1)}, {.key = "c", .value = telling("other", 2)}});
  const auto all = records(3);
  ASSERT_TRUE(drained(&instance));
  const std::string story = story_of(record_of(all, "first"));
  EXPECT_EQ(story_of(record_of(all, "second")), story);

  const Finished status = command(instance, {"dedup", "status", "--replay"});
  EXPECT_EQ(status.code, 0) << status.output;
  EXPECT_THAT(status.output,
              AllOf(HasSubstr(dedup + ": log "), HasSubstr("contract  kept"),
                    HasSubstr("what is committed rests on this log"),
                    HasSubstr("3 live, 0 of them without a verdict, in 2 stories")));
  const Finished json = command(instance, {"dedup", "status", "--replay", "--format", "json"});
  EXPECT_THAT(json.output, AllOf(HasSubstr(R"("agrees":true,"why":null)"),
                                 HasSubstr(R"("live":3,"undecided":0,"stories":2)")));

  const Finished shown = command(instance, {"dedup", "show", "urn:uuid:" + story});
  EXPECT_EQ(shown.code, 0) << shown.output;
  EXPECT_THAT(shown.output, AllOf(HasSubstr("fingerprint of " + raw + ":"), HasSubstr("original: opens story " + story),
                                  HasSubstr("exact: another article with the same text, in story " + story),
                                  HasSubstr("live, original in story " + story), HasSubstr("this is its verdict")));
  const Finished nobody = command(instance, {"dedup", "show", raw + ":0:4711"});
  EXPECT_EQ(nobody.code, 66) << nobody.output;
  EXPECT_THAT(nobody.output, HasSubstr("says nothing about " + raw + ":0:4711"));
  for (const KafkaRecord& record : all) {
    const std::string delivery = record.header("newsmill-delivery").value_or("");
    const Finished one = command(instance, {"dedup", "show", delivery, "--format", "json"});
    EXPECT_EQ(one.code, 0) << one.output;
    EXPECT_THAT(one.output, AllOf(HasSubstr("\"story\":\"" + story_of(*record.value)), HasSubstr("\"counts\":true")));
  }
}

TEST_F(DedupCommand, ALostLogIsMadeAnewAndLaterCopiesJoinTheirOldStories) {
  make_topics(2);
  Instance instance = make(with("a"));
  instance.start();
  for (int text = 1; text <= 5; ++text) {
    feed({{.key = "k" + std::to_string(text), .value = telling("first-" + std::to_string(text), text)}});
    records(static_cast<std::size_t>(2 * text - 1));
    feed({{.key = "m" + std::to_string(text), .value = telling("second-" + std::to_string(text), text)}});
    records(static_cast<std::size_t>(2 * text));
  }
  ASSERT_TRUE(drained(&instance));
  const Finished busy = command(instance, {"dedup", "rebuild", "--yes"});
  EXPECT_EQ(busy.code, 75) << busy.output;
  EXPECT_THAT(busy.output, AllOf(HasSubstr("stop all instances first"), HasSubstr(group + "-a-0")));
  ASSERT_EQ(instance.stop(), 0);
  const auto before = settled(enriched);
  lose_the_log();

  const Finished lost = command(instance, {"dedup", "status"});
  EXPECT_EQ(lost.code, 1) << lost.output;
  EXPECT_THAT(lost.output, HasSubstr("newsmill dedup rebuild"));
  // An instance that finds the new log does not begin, and says what to do; it needs no restart.
  instance.start();
  ASSERT_TRUE(wait_until([&] {
    return command(instance, {"health"}).output.find("newsmill dedup rebuild") != std::string::npos;
  })) << command(instance, {"health"}).output;
  feed({{.key = "x", .value = telling("third-3", 3)}});
  EXPECT_FALSE(instance.ready());

  const Finished rebuilt = command(instance, {"dedup", "rebuild", "--yes", "--from", enriched});
  EXPECT_EQ(rebuilt.code, 0) << rebuilt.output;
  EXPECT_THAT(rebuilt.output, AllOf(HasSubstr("10 articles written, 0 were in the log"), Not(HasSubstr("warning"))));
  const auto all = records(11);
  EXPECT_EQ(story_of(record_of(all, "third-3")), story_of(record_of(before, "first-3")));
  EXPECT_EQ(relation_of(record_of(all, "third-3")), "exact");
  ASSERT_TRUE(drained(&instance));
  ASSERT_TRUE(wait_until([&] { return instance.ready(); }));
  ASSERT_EQ(instance.stop(), 0);
  const Finished status = command(instance, {"dedup", "status", "--replay"});
  EXPECT_EQ(status.code, 0) << status.output;
  EXPECT_THAT(status.output, HasSubstr("11 live, 0 of them without a verdict, in 5 stories"));
  // To do it again changes nothing.
  const Finished again = command(instance, {"dedup", "rebuild", "--yes"});
  EXPECT_EQ(again.code, 0) << again.output;
  EXPECT_THAT(again.output, HasSubstr("0 articles written, 11 were in the log"));
  EXPECT_EQ(command(instance, {"dedup", "status"}).code, 0);
}

TEST_F(DedupCommand, ARebuildThatIsKilledKeepsInstancesOutUntilItIsRepeated) {
  make_topics();
  Instance instance = make(with("a"));
  instance.start();
  feed({{.key = "k", .value = telling("first", 1)}});
  records(1);
  ASSERT_TRUE(drained(&instance));
  ASSERT_EQ(instance.stop(), 0);
  lose_the_log();

  // Somebody's open transaction on the records holds it up after it has marked the offsets.
  rd_kafka_t* producer = kafka_handle(false, broker().bootstrap(), {{"transactional.id", unique("writer")}});
  ASSERT_EQ(rd_kafka_init_transactions(producer, 30'000), nullptr);
  ASSERT_EQ(rd_kafka_begin_transaction(producer), nullptr);
  KafkaRecord pending{.value = "not a record"};
  ASSERT_EQ(rd_kafka_producev(producer, RD_KAFKA_VTYPE_TOPIC, enriched.c_str(), RD_KAFKA_VTYPE_VALUE,
                              pending.value->data(), pending.value->size(), RD_KAFKA_VTYPE_OPAQUE, &pending,
                              RD_KAFKA_VTYPE_END),
            RD_KAFKA_RESP_ERR_NO_ERROR);
  ASSERT_EQ(rd_kafka_flush(producer, 30'000), RD_KAFKA_RESP_ERR_NO_ERROR);
  Child killed({.command = {NEWSMILL_BINARY, "dedup", "rebuild", "--yes", "--config", instance.config()}});
  ASSERT_TRUE(wait_until([&] {
    return command(instance, {"dedup", "status"}).output.find("the log is being made anew") != std::string::npos;
  }));
  ASSERT_TRUE(killed.running()) << "it waits for the transaction";
  killed.signal(SIGKILL);
  ASSERT_TRUE(killed.wait(std::chrono::minutes(1)));
  ASSERT_EQ(rd_kafka_abort_transaction(producer, 30'000), nullptr);
  rd_kafka_destroy(producer);

  const Finished status = command(instance, {"dedup", "status"});
  EXPECT_EQ(status.code, 1) << status.output;
  EXPECT_THAT(status.output, HasSubstr("newsmill dedup rebuild"));
  instance.start();
  ASSERT_TRUE(wait_until([&] {
    return command(instance, {"health"}).output.find("newsmill dedup rebuild") != std::string::npos;
  })) << command(instance, {"health"}).output;
  const Finished again = command(instance, {"dedup", "rebuild", "--yes"});
  EXPECT_EQ(again.code, 0) << again.output;
  EXPECT_THAT(again.output, HasSubstr("1 articles written, 0 were in the log"));
  instance.wait_until_ready();
  EXPECT_EQ(command(instance, {"dedup", "status"}).code, 0);
}

}  // namespace
}  // namespace newsmill::test
