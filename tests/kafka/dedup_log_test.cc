#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <atomic>
#include <numeric>
#include <thread>

#include "consumer/kafka/admin.h"
#include "consumer/kafka/log_mark.h"
#include "consumer/kafka/log_reader.h"
#include "consumer/kafka/topics.h"
#include "processors/dedup/log_codec.h"
#include "tests/kafka/dedup_log_fixture.h"

namespace newsmill::test {
namespace {

using consumer::Fate;
using consumer::Outcome;
using consumer::Receipt;
using dedup::Referee;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""ms;
using testing::AllOf;
using testing::HasSubstr;

std::vector<int> numbers(int first, int count) {
  std::vector<int> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), first);
  return all;
}

/// A whole message of a version that is to come.
std::string newer_major() {
  std::string bytes = "F";
  bytes += static_cast<char>(99);
  bytes += "what nobody knows yet";
  const std::uint64_t sum = XXH3_64bits(bytes.data(), bytes.size());
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(sum >> 8 * i);
  return bytes;
}

bool wait_until(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + 2min;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(10ms);
  }
  return true;
}

/// The dedup log on a real Kafka, as the lanes of several instances share it.
class DedupLog : public DedupLogTest {};

TEST_F(DedupLog, ComesBackToEveryInstanceInOneOrder) {
  make_log();
  LogHost one(settings), two(with_instance("b"));
  ASSERT_EQ(one.catch_up().reason, "");
  ASSERT_EQ(two.catch_up().reason, "");
  for (int round = 0; round < 10; ++round) {
    ASSERT_EQ(one.append(articles(round * 200, 100)).reason, "");
    ASSERT_EQ(two.append(articles(round * 200 + 100, 100)).reason, "");
  }
  EXPECT_EQ(one.state(), two.state());
  const auto status = one.status();
  EXPECT_TRUE(status.caught_up);
  EXPECT_EQ(status.why, "");
  EXPECT_EQ(status.verdicts, 20u);
  EXPECT_NE(status.id, 0u);
  EXPECT_EQ(status.id, two.status().id);
  EXPECT_EQ(status.applied + 1, status.end);
  EXPECT_EQ(one.log().mark(), kafka::mark_text({status.id, status.applied, false}));
  // The first F is sent ahead, to give the log its name.
  auto all = appended();
  all.erase(all.begin());
  EXPECT_EQ(all, numbers(0, 2'000));
  LogHost fresh(with_instance("c"));
  EXPECT_EQ(fresh.state(), two.state());
}

TEST_F(DedupLog, IsReadFromWhereItsRetentionHasCutIt) {
  client().create_topic(raw(), 1);
  make_log();
  dedup::LogId id = 0;
  {
    LogHost host(settings);
    ASSERT_EQ(host.catch_up().reason, "");
    ASSERT_EQ(host.append(articles(0, 300)).reason, "");
    id = host.status().id;
  }
  client().delete_records(topic_name(), 0, 201);
  LogHost host(settings);
  ASSERT_EQ(host.catch_up().reason, "");
  EXPECT_EQ(host.status().id, id);
  EXPECT_EQ(host.log().referee().ask([](const Referee& referee) { return referee.live(); }), 100u);
  ASSERT_EQ(host.append(articles(300, 10)).reason, "");
  // All of it gone, as after an outage that was longer than the retention: those who commit rest on it still.
  commit(host.log().mark());
  client().delete_records(topic_name(), 0, client().end(topic_name(), 0));
  LogHost later(with_instance("b"));
  ASSERT_EQ(later.catch_up().reason, "");
  ASSERT_EQ(later.append(articles(310, 10)).reason, "");
  EXPECT_EQ(later.status().id, id);
  ASSERT_EQ(host.append(articles(320, 10)).reason, "");
  EXPECT_EQ(host.status().foreign, 0u);
}

TEST_F(DedupLog, PassesOverWhatIsNoMessageAndSaysWhere) {
  make_log();
  LogHost host(settings);
  ASSERT_EQ(host.catch_up().reason, "");
  ASSERT_EQ(host.append(articles(0, 10)).reason, "");
  std::string whole, cut, random;
  dedup::encode(dedup::FingerprintMessage{articles(99, 1)[0], 0, consumer::wall_clock_ms(), host.status().id}, whole);
  cut = whole.substr(0, whole.size() / 2);
  for (std::uint32_t i = 0, state = 1; i < 100'000; ++i) {
    state = state * 1'664'525 + 1'013'904'223;
    random += static_cast<char>(state >> 24);
  }
  const auto at = client().end(topic_name(), 0);
  client().produce(topic_name(), {{.value = cut}, {.value = random}, {.value = ""}, {.key = "k"}, {.value = whole}});
  ASSERT_EQ(host.append(articles(10, 10)).reason, "");
  EXPECT_EQ(host.status().skipped, 4u);
  EXPECT_EQ(host.log().referee().ask([](const Referee& referee) { return referee.live(); }), 21u);
  EXPECT_THAT(host.written(), AllOf(HasSubstr("was passed over"), HasSubstr("offset=" + std::to_string(at))));
  LogHost fresh(with_instance("b"));
  EXPECT_EQ(fresh.state(), host.state());
  EXPECT_EQ(fresh.status().skipped, 4u);
}

TEST_F(DedupLog, ThatIsNewIsGivenOneNameHoweverManyBeginAtOnce) {
  make_log();
  LogHost one(settings), two(with_instance("b"));
  ASSERT_EQ(one.catch_up().reason, "");
  ASSERT_EQ(two.catch_up().reason, "");
  Outcome first;
  std::thread other([&] { first = one.append(articles(0, 50)); });
  const Outcome second = two.append(articles(50, 50));
  other.join();
  EXPECT_EQ(first.reason, "");
  EXPECT_EQ(second.reason, "");
  EXPECT_EQ(one.status().id, two.status().id);
  EXPECT_EQ(one.state(), two.state());
  EXPECT_EQ(one.log().referee().ask([](const Referee& referee) { return referee.live(); }), 100u);
}

TEST_F(DedupLog, OfAnotherNameOrLengthThanIsCommittedIsNotUsed) {
  client().create_topic(raw(), 2);
  make_log();
  LogHost host(settings);
  ASSERT_EQ(host.catch_up().reason, "");
  ASSERT_EQ(host.append(articles(0, 20)).reason, "");
  const dedup::LogId id = host.status().id;
  struct Row {
    std::string metadata, why;
  };
  for (const Row& row :
       {Row{kafka::mark_text({id ^ 1, 3, false}), "the topic was made anew, or dedup.topic names another"},
        Row{kafka::mark_text({id, 1'000, false}), "has lost its end"},
        Row{kafka::mark_text({0, -1, true}), "is being made anew by `newsmill dedup rebuild`"}}) {
    commit(row.metadata, 1);
    LogHost fresh(settings);
    const Outcome outcome = fresh.catch_up();
    EXPECT_EQ(outcome.fate, Fate::rebuild);
    EXPECT_THAT(outcome.reason, HasSubstr(row.why));
    EXPECT_THAT(fresh.status().why, HasSubstr(row.why));
    EXPECT_FALSE(fresh.status().dead);
    // Until an operator has acted.
    commit("by another tool", 1);
    EXPECT_EQ(fresh.catch_up().reason, "");
    EXPECT_EQ(fresh.status().why, "");
  }
  commit(host.log().mark(), 1);
  EXPECT_EQ(LogHost(settings).catch_up().reason, "");
}

TEST_F(DedupLog, WhoseTopicIsMadeAnewUnderLoadIsUsedNoMore) {
  client().create_topic(raw(), 1);
  make_log();
  LogHost host(settings);
  ASSERT_EQ(host.catch_up().reason, "");
  ASSERT_EQ(host.append(articles(0, 500)).reason, "");
  commit(host.log().mark());
  std::atomic<bool> stop{false};
  std::thread load([&] {
    std::shared_ptr<Receipt> receipt;
    for (int number = 500; !stop && !host.status().dead; number += 20) {
      if (!host.append_only(articles(number, 20), receipt)) break;
      std::this_thread::sleep_for(5ms);
    }
  });
  make_anew();
  EXPECT_TRUE(wait_until([&] { return host.status().dead; })) << host.written();
  stop = true;
  load.join();
  EXPECT_NE(host.status().why, "");
  EXPECT_EQ(host.catch_up().fate, Fate::rebuild);
  std::shared_ptr<Receipt> receipt;
  EXPECT_EQ(host.append_only(articles(9'000, 1), receipt).fate, Fate::rebuild);
  // A new process finds it, and says so.
  LogHost fresh(settings);
  const Outcome outcome = fresh.catch_up();
  EXPECT_EQ(outcome.fate, Fate::rebuild) << fresh.status().end;
  EXPECT_THAT(outcome.reason, HasSubstr("newsmill dedup rebuild"));
}

TEST_F(DedupLog, IsRefusedByNameWhereItsTopicBreaksTheContract) {
  consumer::Logger logger({});
  client().create_topic(raw(), 1);
  for (const std::string& name : {enriched(), settings.output.deadletter})
    client().create_topic(name, 1, {{"max.message.bytes", std::to_string(10 << 20)}});
  struct Row {
    int partitions;
    std::map<std::string, std::string> config;
    std::string why;
    bool mended;
  };
  for (const Row& row :
       {Row{2, {{"message.timestamp.type", "LogAppendTime"}, {"retention.ms", "-1"}},
            "partitions is 2, expected 1", false},
        Row{1, {{"message.timestamp.type", "LogAppendTime"}, {"retention.ms", "-1"}, {"cleanup.policy", "compact"}},
            "cleanup.policy is compact, expected delete", false},
        Row{1, {{"retention.ms", "-1"}}, "message.timestamp.type is CreateTime, expected LogAppendTime", true},
        Row{1,
            {{"message.timestamp.type", "LogAppendTime"}, {"retention.ms", "3600000"}, {"retention.bytes", "1000000"}},
            "retention.ms is 3600000, expected at least dedup.window and two days", true}}) {
    settings.dedup.topic = unique("dedup");
    client().create_topic(topic_name(), row.partitions, row.config);
    LogHost host(settings);
    const Outcome outcome = host.catch_up();
    EXPECT_EQ(outcome.fate, Fate::stop) << row.why;
    EXPECT_THAT(outcome.reason, AllOf(HasSubstr(topic_name()), HasSubstr(row.why)));
    kafka::TopicPlan plan, after;
    ASSERT_TRUE(kafka::plan_topics(settings, logger, nullptr, plan));
    EXPECT_TRUE(plan.refused());
    ASSERT_TRUE(kafka::apply_topics(settings, logger, plan, [](const std::string&) {}));
    ASSERT_TRUE(kafka::plan_topics(settings, logger, nullptr, after));
    EXPECT_EQ(after.refused(), !row.mended) << row.why;
    if (row.mended) {
      EXPECT_EQ(LogHost(settings).catch_up().reason, "");
    }
  }
}

TEST_F(DedupLog, IsWaitedForUntilItsTopicIsThere) {
  LogHost host(settings);
  const Outcome outcome = host.catch_up();
  EXPECT_EQ(outcome.fate, Fate::rebuild);
  EXPECT_THAT(outcome.reason, AllOf(HasSubstr(topic_name()), HasSubstr("newsmill kafka apply")));
  make_log();
  EXPECT_TRUE(wait_until([&] { return static_cast<bool>(host.log().catch_up()); })) << host.status().why;
  EXPECT_EQ(host.append(articles(0, 5)).reason, "");
}

TEST_F(DedupLog, TakesNothingFromAHostWhoseClockIsOffAndSaysSo) {
  make_log();
  std::atomic<std::int64_t> off{-3'600'000};
  LogHost host(settings, [&] { return consumer::wall_clock_ms() + off; });
  ASSERT_EQ(host.catch_up().reason, "");
  std::shared_ptr<Receipt> receipt;
  std::vector<Fingerprint> all = articles(0, 3);
  std::vector<const Fingerprint*> pointers;
  for (const Fingerprint& article : all) pointers.push_back(&article);
  EXPECT_TRUE(wait_until([&] {
    host.log().append(pointers, receipt);
    return host.status().why.find("clock of this host is 60 min behind") != std::string::npos;
  })) << host.status().why;
  EXPECT_GE(host.status().own_late, 2u);
  EXPECT_EQ(host.log().referee().ask([](const Referee& referee) { return referee.live(); }), 0u);
  off = 0;
  EXPECT_EQ(host.append(all).reason, "");
  EXPECT_EQ(host.status().why, "");
}

TEST_F(DedupLog, OfANewerMajorVersionStopsWhoCannotReadIt) {
  make_log();
  LogHost host(settings);
  ASSERT_EQ(host.catch_up().reason, "");
  ASSERT_EQ(host.append(articles(0, 5)).reason, "");
  std::shared_ptr<Receipt> receipt;
  client().produce(topic_name(), {{.value = newer_major()}});
  ASSERT_TRUE(wait_until([&] { return host.catch_up().fate == Fate::stop; }));
  EXPECT_THAT(host.catch_up().reason, AllOf(HasSubstr("offset "), HasSubstr("upgrade this one")));
  EXPECT_EQ(host.append_only(articles(5, 1), receipt).fate, Fate::stop);
  LogHost fresh(settings);
  EXPECT_EQ(fresh.catch_up().fate, Fate::stop);
}

TEST_F(DedupLog, ThatLosesItsOwnTimeUnderWayStopsItsReaders) {
  make_log();
  LogHost host(settings);
  ASSERT_EQ(host.append(articles(0, 5)).reason, "");
  consumer::Logger logger({});
  kafka::Contact contact(logger);
  kafka::Admin admin(settings, contact, nullptr);
  ASSERT_TRUE(admin.alter(topic_name(), {{"message.timestamp.type", "CreateTime"}, {"retention.ms", "-1"}}));
  int number = 5;
  std::shared_ptr<Receipt> receipt;
  EXPECT_TRUE(wait_until([&] { return host.append_only(articles(number++, 1), receipt).fate == Fate::stop; }));
  EXPECT_THAT(host.status().why, HasSubstr("message.timestamp.type is not LogAppendTime any more"));
  EXPECT_THAT(host.catch_up().reason, HasSubstr("newsmill kafka apply"));
}

TEST_F(DedupLog, IsReadByAToolFromWhatItKeeps) {
  make_log();
  LogHost host(settings);
  ASSERT_EQ(host.append(articles(0, 1'500)).reason, "");
  client().delete_records(topic_name(), 0, 100);
  consumer::Logger logger({});
  std::unique_ptr<kafka::DedupLogReader> reader;
  const Outcome outcome = kafka::DedupLogReader::open(settings, logger, kafka::DedupLogReader::From::beginning, reader);
  ASSERT_EQ(outcome.reason, "");
  EXPECT_EQ(reader->first(), 100);
  EXPECT_EQ(reader->start(), 100);
  EXPECT_EQ(reader->end(), client().end(topic_name(), 0));
  EXPECT_EQ(reader->newest_id(), host.status().id);
  std::vector<dedup::LogOffset> offsets;
  while (!reader->done() && !reader->failure())
    reader->read(1'000ms, [&](const kafka::LogMessage& message) {
      offsets.push_back(message.offset);
      EXPECT_TRUE(message.appended);
      EXPECT_GT(message.append_ms, consumer::wall_clock_ms() - 3'600'000);
    });
  ASSERT_EQ(offsets.size(), static_cast<std::size_t>(reader->end() - 100));
  EXPECT_EQ(offsets.front(), 100);
  EXPECT_TRUE(std::ranges::is_sorted(offsets));
}

class DedupLogOutage : public DedupLogTest {};

TEST_F(DedupLogOutage, HoldsEveryFingerprintOnceAndInOrderWhenTheBrokerIsKilled) {
  make_log();
  LogHost one(settings), two(with_instance("b"));
  ASSERT_EQ(one.catch_up().reason, "");
  ASSERT_EQ(two.catch_up().reason, "");
  ASSERT_EQ(one.append(articles(0, 10)).reason, "");
  std::shared_ptr<Receipt> receipt;
  int number = 10;
  const auto feed = [&](int rounds) {
    for (int round = 0; round < rounds; ++round, number += 50)
      ASSERT_EQ(one.append_only(articles(number, 50), receipt).reason, "");
  };
  for (int kill = 0; kill < 2; ++kill) {
    feed(20);
    broker().kill();
    feed(20);
    EXPECT_TRUE(wait_until([&] { return two.log().catch_up().fate == Fate::retry; }));
    EXPECT_FALSE(one.status().dead);
    broker().start();
    feed(20);
    ASSERT_EQ(one.applied(*receipt).reason, "") << one.written();
  }
  auto all = appended();
  all.erase(all.begin());
  EXPECT_EQ(all, numbers(0, number));
  EXPECT_EQ(one.state(), two.state());
}

}  // namespace
}  // namespace newsmill::test
