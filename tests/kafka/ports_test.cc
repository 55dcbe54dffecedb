#include "consumer/kafka/lane_ports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <mutex>
#include <thread>

#include "tests/support/kafka_fixture.h"

/// The two ports of a lane against a real broker, one call at a time: what the lane itself relies on.
namespace newsmill::test {
namespace {

using consumer::Fate;
using consumer::Outcome;
using consumer::Partition;
using consumer::Position;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr milliseconds kPatience{60'000};

/// One lane without an engine: it does what the test says.
struct Mill : consumer::Membership {
  Mill(const config::Settings& of, consumer::Logger& log) : settings(of), open(kafka::open_ports(settings, log)) {}

  void assigned(std::span<const Partition> partitions) override {
    assignments.emplace_back(partitions.begin(), partitions.end());
  }
  void revoked(std::span<const Partition> partitions, bool was_lost) override {
    ++revocations;
    lost = was_lost;
    if (on_revoke) on_revoke(partitions);
  }

  /// Opens, again while the broker has to be waited for.
  Outcome start() {
    ports = {};
    return insist([this] { return open(0, *this, link, ports); });
  }
  Outcome insist(const std::function<Outcome()>& call) {
    const auto deadline = steady_clock::now() + kPatience;
    for (;;) {
      Outcome outcome = call();
      if (outcome.fate != Fate::retry || steady_clock::now() > deadline) return outcome;
    }
  }
  /// Polls until `enough` holds.
  bool poll_until(const std::function<bool()>& enough) {
    const auto deadline = steady_clock::now() + kPatience;
    while (!enough() && !ports.input->failure() && steady_clock::now() < deadline)
      if (const auto message = ports.input->poll(milliseconds(50))) {
        values.emplace_back(message->value.value_or("(null)"));
        next[{std::string(message->topic), message->partition}] = message->offset + 1;
      }
    return enough();
  }
  bool poll(std::size_t count) {
    return poll_until([&] { return values.size() >= count; });
  }
  bool join() {
    return poll_until([&] { return !assignments.empty(); });
  }
  Outcome produce(std::string_view value) {
    consumer::Record record;
    record.topic = settings.output.enriched;
    record.key = "k";
    record.value = value;
    record.timestamp_ms = 1'700'000'000'000;
    return ports.output->produce(record);
  }
  /// begin, produce one record, send the offsets of what was polled.
  Outcome transact(std::string_view value) {
    if (auto outcome = ports.output->begin(); !outcome) return outcome;
    if (auto outcome = produce(value); !outcome) return outcome;
    const std::vector<Position> positions(next.begin(), next.end());
    return insist([&] { return ports.output->send_offsets(positions, {}); });
  }

  config::Settings settings;
  consumer::OpenPorts open;
  consumer::Link link;
  consumer::Ports ports;
  std::vector<std::vector<Partition>> assignments;
  std::vector<std::string> values;
  std::map<Partition, std::int64_t> next;
  std::function<void(std::span<const Partition>)> on_revoke;
  int revocations = 0;
  bool lost = false;
};

class Ports : public KafkaTest {
 protected:
  void SetUp() override {
    KafkaTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    settings_.instance = unique("desk");
    settings_.kafka.brokers = broker().bootstrap();
    settings_.kafka.group = unique("group");
    settings_.kafka.client = {{"session.timeout.ms", "6000"}, {"transaction.timeout.ms", "10000"}};
    settings_.input.topics[0].name = topic("raw", 2);
    settings_.output.enriched = topic("enriched", 1, {{"max.message.bytes", "10485760"}});
    settings_.output.deadletter = topic("deadletter", 1, {{"max.message.bytes", "10485760"}});
    settings_.dedup.topic = unique("dedup");
    client().create_dedup_log(settings_.dedup.topic);
  }
  const std::string& raw() const { return settings_.input.topics[0].name; }
  void feed(std::int32_t partition, const std::vector<std::string>& values) {
    std::vector<KafkaRecord> records;
    for (const auto& value : values) records.push_back({.partition = partition, .value = value});
    client().produce(raw(), records);
  }
  /// What a reader sees; a commit returns before the markers are written, so `count` are waited for.
  std::vector<std::string> results(std::size_t count = 0) {
    const auto deadline = steady_clock::now() + kPatience;
    for (;;) {
      std::vector<std::string> values;
      for (const auto& record : client().read(settings_.output.enriched))
        values.push_back(record.value.value_or("(null)"));
      if (values.size() >= count || steady_clock::now() > deadline) return values;
    }
  }

  consumer::Logger log_{config::Settings::Log{}};
  config::Settings settings_;
};

TEST_F(Ports, CommitRecordsAndOffsetsTogetherAndGoOnThere) {
  feed(0, {"a", "b"});
  feed(1, {"c"});
  {
    Mill mill(settings_, log_);
    ASSERT_EQ(mill.start().reason, "");
    ASSERT_TRUE(mill.poll(3));
    EXPECT_TRUE(mill.link.is_up());
    ASSERT_EQ(mill.transact("first").reason, "");
    EXPECT_THAT(results(), IsEmpty());
    ASSERT_EQ(mill.ports.output->commit().reason, "");
    EXPECT_FALSE(mill.ports.output->hiccup());
  }
  EXPECT_THAT(results(1), ElementsAre("first"));
  EXPECT_THAT(client().committed(settings_.kafka.group, raw()), ElementsAre(2, 1));
  feed(0, {"d"});
  Mill again(settings_, log_);
  ASSERT_EQ(again.start().reason, "");
  ASSERT_TRUE(again.poll(1));
  EXPECT_THAT(again.values, ElementsAre("d"));
}

TEST_F(Ports, KeepNullsHeadersKeysAndTimestamps) {
  client().produce(raw(), {{.partition = 0, .timestamp = 1'700'000'000'123, .key = "", .value = std::nullopt,
                            .headers = {{"a", "1"}, {"b", std::nullopt}, {"c", ""}}}});
  Mill mill(settings_, log_);
  ASSERT_EQ(mill.start().reason, "");
  std::optional<Message> message;
  const auto deadline = steady_clock::now() + kPatience;
  while (!message && steady_clock::now() < deadline) message = mill.ports.input->poll(milliseconds(100));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->timestamp_ms, 1'700'000'000'123);
  EXPECT_EQ(message->key, "");
  EXPECT_EQ(message->value, std::nullopt);
  ASSERT_EQ(message->headers.size(), 3u);
  EXPECT_EQ(message->headers[1].value, std::nullopt);
  EXPECT_EQ(message->headers[2].value, "");

  consumer::Record record;
  record.topic = settings_.output.deadletter;
  record.key = message->key;
  record.value = message->value;
  record.headers = message->headers;
  record.timestamp_ms = message->timestamp_ms;
  ASSERT_EQ(mill.ports.output->begin().reason, "");
  ASSERT_EQ(mill.ports.output->produce(record).reason, "");
  record.key = std::nullopt;
  record.value = "";
  record.timestamp_ms = 7'258'118'400'000;  // the year 2200: no broker may refuse it
  record.headers = {};
  ASSERT_EQ(mill.ports.output->produce(record).reason, "");
  ASSERT_EQ(mill.ports.output->commit().reason, "");
  std::vector<KafkaRecord> written;
  for (const auto until = steady_clock::now() + kPatience; written.size() < 2 && steady_clock::now() < until;)
    written = client().read(settings_.output.deadletter);
  ASSERT_EQ(written.size(), 2u);
  EXPECT_EQ(written[0].key, "");
  EXPECT_EQ(written[0].value, std::nullopt);
  EXPECT_EQ(written[0].timestamp, 1'700'000'000'123);
  EXPECT_THAT(written[0].headers,
              ElementsAre(KafkaHeader{"a", "1"}, KafkaHeader{"b", std::nullopt}, KafkaHeader{"c", ""}));
  EXPECT_EQ(written[1].key, std::nullopt);
  EXPECT_EQ(written[1].value, "");
  EXPECT_LT(written[1].timestamp, 7'258'118'400'000);
}

TEST_F(Ports, RewindToTheCommittedOffsetsAfterAnAbort) {
  feed(0, {"a", "b"});
  Mill mill(settings_, log_);
  ASSERT_EQ(mill.start().reason, "");
  ASSERT_TRUE(mill.poll(2));
  ASSERT_EQ(mill.transact("lost").reason, "");
  ASSERT_EQ(mill.ports.output->abort().reason, "");
  ASSERT_EQ(mill.insist([&] { return mill.ports.input->rewind(); }).reason, "");
  mill.values.clear();
  ASSERT_TRUE(mill.poll(2));
  EXPECT_THAT(mill.values, ElementsAre("a", "b"));
  ASSERT_EQ(mill.transact("kept").reason, "");
  ASSERT_EQ(mill.ports.output->commit().reason, "");
  EXPECT_THAT(results(1), ElementsAre("kept"));
}

TEST_F(Ports, PauseHoldsMessagesBackAndLosesNone) {
  feed(0, {"a", "b", "c"});
  Mill mill(settings_, log_);
  ASSERT_EQ(mill.start().reason, "");
  ASSERT_TRUE(mill.poll(1));
  mill.ports.input->pause();
  const auto until = steady_clock::now() + milliseconds(500);
  while (steady_clock::now() < until) EXPECT_FALSE(mill.ports.input->poll(milliseconds(50)));
  mill.ports.input->resume();
  ASSERT_TRUE(mill.poll(3));
  EXPECT_THAT(mill.values, ElementsAre("a", "b", "c"));
}

TEST_F(Ports, GiveOutANewAssignmentUnpaused) {
  Mill first(settings_, log_);
  ASSERT_EQ(first.start().reason, "");
  ASSERT_TRUE(first.join());
  first.ports.input->pause();
  config::Settings other = settings_;
  other.instance = unique("other");
  Mill second(other, log_);
  ASSERT_EQ(second.start().reason, "");
  ASSERT_TRUE(first.poll_until([&] {
    second.ports.input->poll(milliseconds(10));
    return first.assignments.size() == 2 && !second.assignments.empty();
  }));
  ASSERT_EQ(first.assignments[1].size(), 1u);
  feed(first.assignments[1][0].number, {"a"});
  EXPECT_TRUE(first.poll(1));
  first.ports.input->pause();
  first.ports.input->resume();
  feed(first.assignments[1][0].number, {"b"});
  EXPECT_TRUE(first.poll(2));
}

// librdkafka 2.0.2 remembers the position of the application when it pauses; a position from before the
// rewind would skip everything that the abort gave back.
TEST_F(Ports, RewindAndPauseInAnyOrderSkipNothing) {
  feed(0, {"a", "b", "c", "d"});
  feed(1, {"e", "f"});
  const std::vector<std::string> all{"a", "b", "c", "d", "e", "f"};
  Mill mill(settings_, log_);
  ASSERT_EQ(mill.start().reason, "");
  ASSERT_TRUE(mill.poll(6));
  const auto read_again = [&](const char* order) {
    mill.values.clear();
    for (const char* step = order; *step != 0; ++step) switch (*step) {
        case 'r': ASSERT_EQ(mill.insist([&] { return mill.ports.input->rewind(); }).reason, "") << order; break;
        case 'p': mill.ports.input->pause(); break;
        case 'g': mill.ports.input->resume(); break;
        case 'w': mill.ports.input->poll(milliseconds(50)); break;
        default: FAIL() << order;
      }
    ASSERT_TRUE(mill.poll(6)) << order << ": " << testing::PrintToString(mill.values);
    std::sort(mill.values.begin(), mill.values.end());
    EXPECT_EQ(mill.values, all) << order;
  };
  for (const char* order : {"r", "rpg", "prg", "prwg", "pwrg", "rpwg", "rprpg", "pgr", "prgr"}) read_again(order);
}

TEST_F(Ports, TellTheEndOfEachPartition) {
  feed(1, {"a", "b", "c"});
  Mill mill(settings_, log_);
  ASSERT_EQ(mill.start().reason, "");
  ASSERT_TRUE(mill.poll(3));
  EXPECT_TRUE(mill.poll_until([&] {
    return mill.ports.input->end({raw(), 1}) == 3 && mill.ports.input->end({raw(), 0}) == 0;
  }));
}

TEST_F(Ports, StartANewGroupAtTheLatestWithoutSkippingAfterwards) {
  feed(0, {"old"});
  settings_.kafka.start = config::Settings::Kafka::Start::latest;
  Mill mill(settings_, log_);
  ASSERT_EQ(mill.start().reason, "");
  ASSERT_TRUE(mill.join());
  EXPECT_THAT(client().committed(settings_.kafka.group, raw()), ElementsAre(1, 0));
  feed(0, {"new"});
  ASSERT_TRUE(mill.poll(1));
  EXPECT_THAT(mill.values, ElementsAre("new"));
  // Nothing was committed by us yet: starting anew must not skip it.
  Mill again(settings_, log_);
  ASSERT_EQ(again.start().reason, "");
  ASSERT_TRUE(again.poll(1));
  EXPECT_THAT(again.values, ElementsAre("new"));
}

TEST_F(Ports, StopLoudlyWhereRetentionPassedTheGroup) {
  feed(0, {"a", "b", "c", "d"});
  {
    Mill mill(settings_, log_);
    ASSERT_EQ(mill.start().reason, "");
    ASSERT_TRUE(mill.poll(1));
    mill.next[{raw(), 0}] = 1;
    ASSERT_EQ(mill.transact("one").reason, "");
    ASSERT_EQ(mill.ports.output->commit().reason, "");
  }
  client().delete_records(raw(), 0, 3);
  Mill mill(settings_, log_);
  ASSERT_EQ(mill.start().reason, "");
  mill.poll_until([&] { return mill.ports.input->failure().has_value(); });
  const auto failure = mill.ports.input->failure();
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->fate, Fate::stop);
  EXPECT_THAT(failure->reason, HasSubstr(raw() + "[0]: the offset to read next is 1, but the partition holds 3 to 4"));
  EXPECT_THAT(failure->reason, HasSubstr("2 messages were never processed"));
  EXPECT_THAT(failure->reason, HasSubstr("--reset-offsets"));
  EXPECT_THAT(mill.values, IsEmpty());
}

TEST_F(Ports, CommitInsideTheRevocationWhatWasDecided) {
  feed(0, {"a"});
  feed(1, {"b"});
  Mill first(settings_, log_);
  ASSERT_EQ(first.start().reason, "");
  ASSERT_TRUE(first.poll(2));
  Outcome inside{Fate::retry, "not called"};
  first.on_revoke = [&](std::span<const Partition> partitions) {
    EXPECT_EQ(partitions.size(), 2u);
    inside = first.transact("decided");
    if (inside) inside = first.ports.output->commit();
  };
  config::Settings other = settings_;
  other.instance = unique("other");
  Mill second(other, log_);
  ASSERT_EQ(second.start().reason, "");
  ASSERT_TRUE(first.poll_until([&] {
    second.ports.input->poll(milliseconds(10));
    return first.assignments.size() == 2 && !second.assignments.empty();
  }));
  EXPECT_EQ(first.revocations, 1);
  EXPECT_FALSE(first.lost);
  EXPECT_EQ(inside.reason, "");
  EXPECT_THAT(results(1), ElementsAre("decided"));
  EXPECT_EQ(first.assignments[1].size(), 1u);
  EXPECT_EQ(second.assignments[0].size(), 1u);
  EXPECT_THAT(client().committed(settings_.kafka.group, raw()), ElementsAre(1, 1));
}

TEST_F(Ports, FenceTheEarlierOwnerOfTheName) {
  feed(0, {"a"});
  Mill first(settings_, log_);
  ASSERT_EQ(first.start().reason, "");
  ASSERT_TRUE(first.poll(1));
  ASSERT_EQ(first.transact("zombie").reason, "");
  Mill second(settings_, log_);
  ASSERT_EQ(second.start().reason, "");
  const Outcome outcome = first.ports.output->commit();
  EXPECT_EQ(outcome.fate, Fate::fenced) << outcome.reason;
  ASSERT_TRUE(second.poll(1));
  EXPECT_THAT(second.values, ElementsAre("a"));
  first.poll_until([&] { return first.ports.input->failure().has_value(); });
  ASSERT_TRUE(first.ports.input->failure());
  EXPECT_EQ(first.ports.input->failure()->fate, Fate::fenced) << first.ports.input->failure()->reason;
  EXPECT_THAT(results(), IsEmpty());
}

TEST_F(Ports, TakeAnExpiredTransactionForAFencing) {
  settings_.kafka.client["transaction.timeout.ms"] = "1000";
  feed(0, {"a"});
  Mill mill(settings_, log_);
  ASSERT_EQ(mill.start().reason, "");
  EXPECT_EQ(mill.ports.output->transaction_timeout(), milliseconds(1000));
  ASSERT_TRUE(mill.poll(1));
  ASSERT_EQ(mill.transact("late").reason, "");
  // The broker looks for expired transactions every few seconds.
  const auto deadline = steady_clock::now() + kPatience;
  Outcome outcome;
  while (outcome && steady_clock::now() < deadline) {
    outcome = mill.produce("later");
    std::this_thread::sleep_for(milliseconds(200));
    if (outcome)
      outcome = mill.insist(
          [&] { return mill.ports.output->send_offsets(std::vector<Position>(mill.next.begin(), mill.next.end()), {}); });
  }
  EXPECT_EQ(outcome.fate, Fate::fenced) << outcome.reason;
  ASSERT_EQ(mill.start().reason, "");
  ASSERT_TRUE(mill.poll(2));
  EXPECT_THAT(mill.values, ElementsAre("a", "a"));
  EXPECT_THAT(results(), IsEmpty());
}

TEST_F(Ports, NameAMissingTopicAndFindItOnceItIsThere) {
  settings_.output.enriched = unique("later");
  Mill mill(settings_, log_);
  const Outcome outcome = mill.start();
  EXPECT_EQ(outcome.fate, Fate::rebuild);
  EXPECT_THAT(outcome.reason, HasSubstr(settings_.output.enriched + ": topic is missing"));
  EXPECT_THAT(outcome.reason, HasSubstr("newsmill kafka apply"));
  EXPECT_THAT(client().topics(), testing::Not(testing::Contains(settings_.output.enriched)));
  client().create_topic(settings_.output.enriched, 1, {{"max.message.bytes", "10485760"}});
  EXPECT_EQ(mill.start().reason, "");
}

TEST_F(Ports, StopForATopicThatBreaksTheContract) {
  settings_.output.enriched = topic("small", 1, {{"max.message.bytes", "1000"}});
  Mill mill(settings_, log_);
  const Outcome outcome = mill.start();
  EXPECT_EQ(outcome.fate, Fate::stop);
  EXPECT_THAT(outcome.reason, HasSubstr("max.message.bytes is 1000, expected at least output.max_bytes"));
}

TEST_F(Ports, LearnTheLimitOfTheDeadLettersAndStayWithinIt) {
  settings_.output.deadletter = topic("narrow", 1, {{"max.message.bytes", "20000"}});
  Mill mill(settings_, log_);
  ASSERT_EQ(mill.start().reason, "");
  EXPECT_EQ(mill.ports.output->limit(settings_.output.deadletter), 20'000u);
  // Many that fit one by one, of bytes that do not compress: no batch of them may be too large.
  ASSERT_EQ(mill.ports.output->begin().reason, "");
  std::uint32_t state = 1;
  std::string noise(15'000, ' ');
  for (char& c : noise) c = static_cast<char>((state = state * 1'664'525 + 1'013'904'223) >> 24);
  consumer::Record record;
  record.topic = settings_.output.deadletter;
  record.value = noise;
  for (int i = 0; i < 50; ++i) ASSERT_EQ(mill.ports.output->produce(record).reason, "");
  const std::string large(20'000, 'x');
  record.value = large;
  EXPECT_EQ(mill.ports.output->produce(record).fate, Fate::rebuild);
  EXPECT_EQ(mill.ports.output->commit().reason, "");
  EXPECT_EQ(client().read(settings_.output.deadletter, KafkaView::uncommitted).size(), 50u);
}

TEST_F(Ports, SayInvalidTransactionTimeoutInWords) {
  settings_.kafka.client["transaction.timeout.ms"] = "3600000";  // the broker allows 15 minutes
  Mill mill(settings_, log_);
  const Outcome outcome = mill.start();
  EXPECT_EQ(outcome.fate, Fate::stop) << outcome.reason;
  EXPECT_THAT(outcome.reason, HasSubstr("transaction.max.timeout.ms"));
}

class PortsOutage : public Ports {};

TEST_F(PortsOutage, KnowThatTheBrokerIsAwayAndGoOnWhenItIsBack) {
  feed(0, {"a"});
  Mill mill(settings_, log_);
  ASSERT_EQ(mill.start().reason, "");
  ASSERT_TRUE(mill.poll(1));
  ASSERT_EQ(mill.transact("first").reason, "");
  ASSERT_EQ(mill.ports.output->commit().reason, "");
  broker().kill();
  EXPECT_TRUE(mill.poll_until([&] { return !mill.link.is_up() && mill.ports.output->hiccup(); }));
  EXPECT_EQ(mill.ports.output->recycle().fate, Fate::retry);
  EXPECT_THAT(mill.link.why(), testing::AnyOf(HasSubstr("refused"), HasSubstr("down"), HasSubstr("Disconnected")));
  broker().start();
  EXPECT_TRUE(mill.poll_until([&] { return mill.link.is_up(); }));
  ASSERT_EQ(mill.insist([&] { return mill.ports.output->recycle(); }).reason, "");
  EXPECT_FALSE(mill.ports.output->hiccup());
  feed(0, {"b"});
  if (!mill.poll(2)) {
    // The broker answered the JoinGroup of before its death too, and so we fenced our own member.
    ASSERT_TRUE(mill.ports.input->failure());
    EXPECT_EQ(mill.ports.input->failure()->fate, Fate::rebuild) << mill.ports.input->failure()->reason;
    ASSERT_EQ(mill.start().reason, "");
    ASSERT_TRUE(mill.poll(2));
  }
  ASSERT_EQ(mill.transact("second").reason, "");
  ASSERT_EQ(mill.ports.output->commit().reason, "");
  EXPECT_THAT(results(2), ElementsAre("first", "second"));
}

TEST_F(PortsOutage, WaitForABrokerThatIsNotThereYetAndSaySoOnce) {
  broker().stop();
  std::mutex mutex;
  std::vector<std::string> lines;
  consumer::Logger log(
      config::Settings::Log{},
      [&](std::string_view line) {
        const std::lock_guard lock(mutex);
        lines.emplace_back(line);
      },
      [] { return consumer::Logger::Time{std::chrono::system_clock::now(), steady_clock::now()}; });
  const auto said = [&](std::string_view kind) {
    const std::lock_guard lock(mutex);
    return std::ranges::count_if(lines, [&](const std::string& line) { return line.find(kind) != std::string::npos; });
  };
  {
    Mill mill(settings_, log);
    const auto open = [&] { return mill.open(0, mill, mill.link, mill.ports); };
    for (int i = 0; i < 2; ++i) {
      const Outcome outcome = open();
      EXPECT_EQ(outcome.fate, Fate::retry) << outcome.reason;
      EXPECT_THAT(outcome.reason, HasSubstr("refused"));
      EXPECT_FALSE(mill.link.is_up());
    }
    EXPECT_EQ(said("kind=kafka-away"), 1);
    broker().start();
    EXPECT_EQ(mill.insist(open).reason, "");
    EXPECT_TRUE(mill.poll_until([&] { return said("kind=kafka-back") == 1; }));
    EXPECT_EQ(said("kind=kafka-away"), 1);
  }
}

}  // namespace
}  // namespace newsmill::test
