#include "tests/kafka/lane_fixture.h"

namespace newsmill::test {
namespace {

using consumer::Fate;
using std::chrono_literals::operator""ms;
using testing::ElementsAre;

/// A lane as a member of its group, and what it writes, seen from outside.
class Members : public LaneTest {};

TEST_F(Members, TakeOverWithoutARebalanceWhenMadeAnewUnderTheSameName) {
  make_topics(2);
  PortPair first(settings), second(with_instance("b"));
  ASSERT_TRUE(opened(first));
  ASSERT_TRUE(opened(second));
  ASSERT_TRUE(first.poll_until([&] {
    second.input().poll(1ms);
    return first.input().assignment().size() == 1 && second.input().assignment().size() == 1;
  }));
  const int assignments = second.assignments;
  first.close();
  ASSERT_TRUE(opened(first));
  ASSERT_TRUE(first.poll_until([&] {
    second.input().poll(1ms);
    return first.input().assignment().size() == 1;
  }));
  EXPECT_EQ(second.assignments, assignments);
}

TEST_F(Members, StartANewGroupAtTheBeginningOrAtTheEnd) {
  make_topics();
  feed({"old"});
  settings.kafka.start = config::Settings::Kafka::Start::earliest;
  PortPair earliest(settings);
  ASSERT_TRUE(opened(earliest));
  ASSERT_TRUE(earliest.poll_until([&] { return earliest.polled.size() == 1; }));
  EXPECT_EQ(earliest.polled[0].value, "old");

  settings.kafka.group = unique("group");
  settings.kafka.start = config::Settings::Kafka::Start::latest;
  PortPair latest(settings);
  ASSERT_TRUE(opened(latest));
  ASSERT_TRUE(latest.poll_until([&] { return latest.assignments == 1; }));
  feed({"new"});
  ASSERT_TRUE(latest.poll_until([&] { return latest.polled.size() == 1; }));
  EXPECT_EQ(latest.polled[0].value, "new");
}

TEST_F(Members, KnowWhatATopicTakesAndRefuseALargerRecordWithoutHarm) {
  make_topics();
  PortPair pair(settings);
  ASSERT_TRUE(opened(pair));
  const std::size_t limit = pair.output().limit(enriched());
  EXPECT_EQ(limit, std::size_t{10} << 20);
  const std::string too_large(limit, 'x'), fits(limit - 1000, 'x');
  ASSERT_TRUE(pair.output().begin());
  EXPECT_FALSE(pair.output().produce(record("k", too_large)));
  ASSERT_TRUE(pair.output().produce(record("k", fits)));
  const auto outcome = pair.output().commit();
  EXPECT_TRUE(outcome) << outcome.reason;
  EXPECT_EQ(values(enriched()).size(), 1u);
}

TEST_F(Members, PutAKeyWhereJavaClientsPutIt) {
  make_topics(6);
  PortPair pair(settings);
  ASSERT_TRUE(opened(pair));
  ASSERT_TRUE(pair.output().begin());
  for (const char* key : {"21", "foobar", "a-little-bit-long-string", "abc"})
    ASSERT_TRUE(pair.output().produce(record(key, key)));
  ASSERT_TRUE(pair.output().commit());
  // murmur2 of these keys as Kafka's own UtilsTest.testMurmur2 has it, without the sign bit, modulo 6.
  const std::map<std::string, std::int32_t> murmur2{{"21", -973932308},
                                                    {"foobar", -790332482},
                                                    {"a-little-bit-long-string", -985981536},
                                                    {"abc", 479470107}};
  client().settle(enriched());
  for (const KafkaRecord& record : client().read(enriched()))
    EXPECT_EQ(record.partition, (murmur2.at(*record.key) & 0x7fffffff) % 6) << *record.key;
}

class MembersOutage : public LaneTest {};

TEST_F(MembersOutage, ComeThroughAKilledBrokerWithoutLosingOrDoubling) {
  make_topics();
  feed({"1"});
  PortPair pair(settings);
  ASSERT_TRUE(opened(pair));
  ASSERT_TRUE(pair.poll_until([&] { return pair.polled.size() == 1; }));
  ASSERT_TRUE(pair.output().begin());
  ASSERT_TRUE(pair.output().produce(record("k", "one")));
  broker().kill();
  broker().start();
  // What the lane does: a failed transaction is aborted or everything is made anew, and the input rewound.
  const std::vector<consumer::Position> next{{{raw(), 0}, 1}};
  auto outcome = pair.output().send_offsets(next, {});
  while (outcome.fate == Fate::retry) outcome = pair.output().send_offsets(next, {});
  if (outcome) outcome = pair.output().commit();
  EXPECT_TRUE(pair.output().hiccup()) << "a broken connection asks for a new producer";
  if (!outcome) {
    pair.close();
    pair.polled.clear();
    ASSERT_TRUE(opened(pair));
    ASSERT_TRUE(pair.poll_until([&] { return pair.polled.size() == 1; }));
    ASSERT_TRUE(pair.transact(enriched(), {"one"}));
  } else {
    EXPECT_TRUE(pair.output().recycle());
  }
  EXPECT_THAT(values(enriched()), ElementsAre("one"));
  EXPECT_THAT(client().committed(settings.kafka.group, raw()), ElementsAre(1));
  feed({"2"});
  ASSERT_TRUE(pair.poll_until([&] { return !pair.polled.empty() && pair.polled.back().value == "2"; }));
  ASSERT_TRUE(pair.transact(enriched(), {"two"}));
  EXPECT_THAT(values(enriched()), ElementsAre("one", "two"));
}

}  // namespace
}  // namespace newsmill::test
