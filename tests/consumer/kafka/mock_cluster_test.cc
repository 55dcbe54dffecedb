#include "consumer/kafka/mock_cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "consumer/kafka/delivery_place.h"
#include "consumer/kafka/feeder.h"
#include "consumer/kafka/lane_ports.h"
#include "consumer/kafka/reader.h"

namespace newsmill::kafka {
namespace {

using consumer::Fate;
using consumer::Partition;
using consumer::Position;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;

constexpr milliseconds kPatience{60'000};

config::Settings settings_on(const MockCluster& cluster) {
  config::Settings settings;
  settings.instance = "demo";
  settings.kafka.brokers = cluster.brokers();
  settings.kafka.client = {{"session.timeout.ms", "6000"}};
  return settings;
}

consumer::Record record_of(std::string_view topic, std::string_view value, std::string_view key = "k") {
  consumer::Record record;
  record.topic = topic;
  record.key = key;
  record.value = value;
  return record;
}

struct Quiet : consumer::Membership {
  void assigned(std::span<const Partition>) override {}
  void revoked(std::span<const Partition>, bool) override {}
};

TEST(MockCluster, CarriesArticlesThroughTheRealPorts) {
  const MockCluster cluster({{"articles.raw", 2}, {"articles.enriched", 2}, {"articles.deadletter", 1}});
  const config::Settings settings = settings_on(cluster);
  consumer::Logger log{config::Settings::Log{}};
  Feeder feeder(settings, log);
  std::vector<Position> fed(3);
  for (std::size_t i = 0; i < fed.size(); ++i) {
    const auto outcome = feeder.send(record_of("articles.raw", "article " + std::to_string(i)), kPatience, fed[i]);
    ASSERT_EQ(outcome.reason, "");
  }
  EXPECT_EQ(feeder.unfinished(), 3u);
  EXPECT_EQ(fed[1].second, fed[0].second + 1);  // one key, one partition

  Quiet membership;
  consumer::Link link;
  consumer::Ports ports;
  const auto open = open_ports(settings, log, TopicCheck::none);
  const auto deadline = steady_clock::now() + kPatience;
  consumer::Outcome outcome{Fate::retry, ""};
  while (outcome.fate == Fate::retry && steady_clock::now() < deadline) outcome = open(0, membership, link, ports);
  ASSERT_EQ(outcome.reason, "");

  std::unique_ptr<TopicReader> reader;
  ASSERT_EQ(
      TopicReader::open(settings, log, "articles.enriched", {{}, true}, TopicReader::View::committed, reader).reason,
      "");
  std::size_t done = 0;
  while (done < fed.size() && steady_clock::now() < deadline) {
    const auto message = ports.input->poll(milliseconds(100));
    ASSERT_FALSE(ports.input->failure()) << ports.input->failure()->reason;
    if (!message) continue;
    ASSERT_EQ(ports.output->begin().reason, "");
    const std::string place = std::string(message->topic) + ":" + std::to_string(message->partition) + ":" +
                              std::to_string(message->offset) + ":0123456789abcdef";
    const Header header{"newsmill-delivery", place};
    consumer::Record record = record_of("articles.enriched", *message->value);
    record.headers = {&header, 1};
    ASSERT_EQ(ports.output->produce(record).reason, "");
    const Position next{{std::string(message->topic), message->partition}, message->offset + 1};
    ASSERT_EQ(ports.output->send_offsets({&next, 1}, {}).reason, "");
    ASSERT_EQ(ports.output->commit().reason, "");
    ++done;
  }
  ASSERT_EQ(done, fed.size());
  for (std::size_t read = 0; read < fed.size() && steady_clock::now() < deadline;) {
    const auto result = reader->next(milliseconds(200));
    if (!result) continue;
    const auto place = parse_delivery(*result->header("newsmill-delivery"));
    ASSERT_TRUE(place);
    EXPECT_EQ(*place, fed[read++]);
    feeder.finished(*place);
  }
  EXPECT_EQ(feeder.unfinished(), 0u);
  EXPECT_TRUE(link.is_up());
}

TEST(Feeder, NeverRunsFurtherAheadThanAPartitionHolds) {
  const MockCluster cluster({{"articles.raw", 1}});
  const config::Settings settings = settings_on(cluster);
  consumer::Logger log{config::Settings::Log{}};
  Feeder feeder(settings, log);
  const std::string value(1u << 20, 'x');
  std::vector<Position> fed;
  Position position;
  consumer::Outcome outcome;
  while ((outcome =
              feeder.send(record_of("articles.raw", value), milliseconds(fed.size() < 3 ? 60'000 : 300), position))) {
    fed.push_back(position);
    ASSERT_LT(fed.size(), 6u);
  }
  EXPECT_EQ(outcome.fate, Fate::retry);
  EXPECT_THAT(outcome.reason, HasSubstr("no room"));
  EXPECT_LE(fed.size() * value.size(), MockCluster::kPartitionBytes);
  feeder.finished(fed[0]);
  EXPECT_EQ(feeder.send(record_of("articles.raw", value), kPatience, position).reason, "");
  // Nothing was dropped: all that is unfinished is still there.
  std::unique_ptr<TopicReader> reader;
  ASSERT_TRUE(TopicReader::open(settings, log, "articles.raw", {}, TopicReader::View::committed, reader));
  std::size_t read = 0;
  for (const auto deadline = steady_clock::now() + kPatience; !reader->done() && steady_clock::now() < deadline;)
    if (reader->next(milliseconds(200))) ++read;
  EXPECT_EQ(read, fed.size() + 1);
}

TEST(Feeder, StopsWaitingWhenTold) {
  const MockCluster cluster({{"articles.raw", 1}});
  consumer::Logger log{config::Settings::Log{}};
  Feeder feeder(settings_on(cluster), log);
  const std::string value(3u << 20, 'x');
  Position position;
  ASSERT_EQ(feeder.send(record_of("articles.raw", value), kPatience, position).reason, "");
  std::thread stopper([&] { feeder.stop(); });
  EXPECT_EQ(feeder.send(record_of("articles.raw", value), kPatience, position).fate, Fate::retry);
  stopper.join();
}

TEST(DeliveryPlace, IsReadFromTheHeaderOnlyWhenWellFormed) {
  const auto place = parse_delivery("articles.raw:3:1200:0123456789abcdef");
  ASSERT_TRUE(place);
  EXPECT_EQ(place->first, (Partition{"articles.raw", 3}));
  EXPECT_EQ(place->second, 1200);
  for (const char* text :
       {"", ":", ":::", "a:b", "articles.raw:3:1200", "articles.raw:3:1200:0123",
        "articles.raw:x:1200:0123456789abcdef", "articles.raw:3::0123456789abcdef", ":3:1200:0123456789abcdef",
        "articles.raw:-3:1200:0123456789abcdef", "articles.raw:99999999999:1200:0123456789abcdef"})
    EXPECT_FALSE(parse_delivery(text)) << text;
}

}  // namespace
}  // namespace newsmill::kafka
