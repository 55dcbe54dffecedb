#include "consumer/kafka/dead_letters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/kafka_fixture.h"

namespace newsmill::test {
namespace {

using kafka::DeadLetter;
using kafka::DeadLetterFilter;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DeadLetters : public KafkaTest {
 protected:
  void SetUp() override {
    KafkaTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    settings_.instance = unique("desk");
    settings_.kafka.group = unique("group");
    settings_.kafka.brokers = broker().bootstrap();
    settings_.output.deadletter = topic("deadletter", 2);
    raw_ = topic("raw", 3);
  }
  KafkaRecord letter(int partition, const std::string& value, const std::string& stage, const std::string& code,
                     std::int64_t timestamp) {
    return {.partition = partition,
            .timestamp = timestamp,
            .key = "key of " + value,
            .value = value,
            .headers = {{"feed", "wire"},
                        {"null", std::nullopt},
                        {"newsmill-error-stage", stage},
                        {"newsmill-error-code", code},
                        {"newsmill-error-found", "x"},
                        {"newsmill-delivery", raw_ + ":2:41:0123456789abcdef"}}};
  }
  std::vector<std::string> list(const DeadLetterFilter& filter) {
    std::vector<std::string> values;
    const auto outcome = kafka::list_dead_letters(settings_, log_, filter, [&](const DeadLetter& found) {
      values.push_back(found.message.value.value_or("(null)"));
      return true;
    });
    EXPECT_EQ(outcome.reason, "");
    return values;
  }

  consumer::Logger log_{config::Settings::Log{}};
  config::Settings settings_;
  std::string raw_;
};

TEST_F(DeadLetters, AreListedByFilterWithoutAGroup) {
  client().produce(settings_.output.deadletter,
                   {letter(0, "a", "decode", "malformed-json", 1'000), letter(0, "b", "normalize", "budget", 3'000),
                    letter(0, "c", "decode", "too-large", 2'000)});
  EXPECT_THAT(list({}), ElementsAre("a", "b", "c"));
  DeadLetterFilter filter;
  filter.stage = "decode";
  EXPECT_THAT(list(filter), ElementsAre("a", "c"));
  filter.code = "too-large";
  EXPECT_THAT(list(filter), ElementsAre("c"));
  filter = {};
  filter.since_ms = 2'000;
  filter.until_ms = 3'000;
  EXPECT_THAT(list(filter), ElementsAre("c"));
  filter = {};
  filter.limit = 2;
  EXPECT_THAT(list(filter), ElementsAre("a", "b"));
  filter = {};
  filter.topic = "elsewhere";
  EXPECT_THAT(list(filter), IsEmpty());
  EXPECT_THAT(client().committed(settings_.kafka.group, settings_.output.deadletter), ElementsAre(-1, -1));
}

TEST_F(DeadLetters, AreShownWithAllTheirHeaders) {
  client().produce(settings_.output.deadletter, {letter(1, "a", "decode", "malformed-json", 1'000),
                                                  letter(1, "b", "normalize", "budget", 2'000)});
  DeadLetterFilter filter;
  filter.place = {1, 1};
  std::optional<DeadLetter> shown;
  ASSERT_TRUE(kafka::list_dead_letters(settings_, log_, filter, [&](const DeadLetter& found) {
    shown = found;
    return true;
  }));
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->message.key, "key of b");
  EXPECT_EQ(shown->stage, "normalize");
  EXPECT_EQ(shown->code, "budget");
  EXPECT_EQ(shown->found, "x");
  EXPECT_EQ(shown->message.headers.size(), 6u);
  EXPECT_EQ(shown->message.headers[1].second, std::nullopt);
  ASSERT_TRUE(shown->origin);
  EXPECT_EQ(shown->origin->first, (consumer::Partition{raw_, 2}));
  EXPECT_EQ(shown->origin->second, 41);

  filter.place = {1, 7};
  const auto outcome = kafka::list_dead_letters(settings_, log_, filter, [](const DeadLetter&) { return true; });
  EXPECT_THAT(outcome.reason, HasSubstr("[1] holds offsets 0 to 1, not 7"));
  filter.place = {5, 0};
  EXPECT_THAT(kafka::list_dead_letters(settings_, log_, filter, [](const DeadLetter&) { return true; }).reason,
              HasSubstr("partitions 0 to 1"));
}

TEST_F(DeadLetters, GoBackToWhereTheyCameFrom) {
  KafkaRecord null_value = letter(1, "n", "decode", "empty", 1'000);
  null_value.value = std::nullopt;
  null_value.key = std::nullopt;
  KafkaRecord cut = letter(0, "cut", "encode", "output-too-large", 1'000);
  cut.headers.push_back({"newsmill-error-truncated", "value bytes 3 of 9000000"});
  KafkaRecord foreign{.partition = 0, .value = "foreign"};
  KafkaRecord odd = letter(0, "odd", "decode", "empty", 1'000);
  odd.headers.back().value = "somewhere";
  client().produce(settings_.output.deadletter,
                   {letter(0, "a", "decode", "malformed-json", 1'000), cut, foreign, odd, null_value});
  kafka::ReplayCounts counts;
  const auto outcome = kafka::replay_dead_letters(settings_, log_, {}, counts);
  ASSERT_EQ(outcome.reason, "");
  EXPECT_EQ(counts.replayed, 2u);
  ASSERT_EQ(counts.refused.size(), 3u);
  EXPECT_THAT(counts.refused[0].second, HasSubstr("it was cut (value bytes 3 of 9000000)"));
  EXPECT_THAT(counts.refused[1].second, HasSubstr("no header newsmill-delivery"));
  EXPECT_THAT(counts.refused[2].second, HasSubstr("expected topic:partition:offset:hash"));

  std::vector<KafkaRecord> back;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (back.size() < 2 && std::chrono::steady_clock::now() < deadline) back = client().read(raw_);
  ASSERT_EQ(back.size(), 2u);
  const KafkaRecord& whole = back[0].value ? back[0] : back[1];
  const KafkaRecord& empty = back[0].value ? back[1] : back[0];
  EXPECT_EQ(whole.key, "key of a");
  EXPECT_EQ(whole.value, "a");
  EXPECT_THAT(whole.headers, ElementsAre(KafkaHeader{"feed", "wire"}, KafkaHeader{"null", std::nullopt},
                                         KafkaHeader{"newsmill-delivery", raw_ + ":2:41:0123456789abcdef"}));
  EXPECT_EQ(empty.key, std::nullopt);
  EXPECT_EQ(empty.value, std::nullopt);
}

TEST_F(DeadLetters, StayWhenTheirTopicIsGone) {
  KafkaRecord record = letter(0, "a", "decode", "malformed-json", 1'000);
  record.headers.back().value = unique("gone") + ":0:1:0123456789abcdef";
  client().produce(settings_.output.deadletter, {record});
  kafka::ReplayCounts counts;
  const auto outcome = kafka::replay_dead_letters(settings_, log_, {}, counts);
  EXPECT_FALSE(outcome);
  EXPECT_THAT(outcome.reason, HasSubstr("does not exist"));
  EXPECT_EQ(counts.replayed, 0u);
}

TEST_F(DeadLetters, OfAnAbsentTopicAreAFailureInWords) {
  settings_.output.deadletter = unique("absent");
  const auto outcome = kafka::list_dead_letters(settings_, log_, {}, [](const DeadLetter&) { return true; });
  EXPECT_THAT(outcome.reason, HasSubstr("Unknown topic or partition"));
  EXPECT_THAT(client().topics(), testing::Not(testing::Contains(settings_.output.deadletter)));
}

}  // namespace
}  // namespace newsmill::test
