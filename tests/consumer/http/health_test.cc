#include "consumer/http/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <vector>

namespace newsmill::consumer {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

struct HealthTest : ::testing::Test {
  Health::Clock::time_point now{1000s};
  Health health{60s, [this] { return now; }};

  void make_all_ready() {
    for (std::size_t i = 0; i < static_cast<std::size_t>(Component::count_); ++i)
      health.part(static_cast<Component>(i)).ready();
  }
};

TEST_F(HealthTest, IsNotReadyBeforeEveryComponentSaysSo) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(Component::count_); ++i) {
    EXPECT_FALSE(health.readiness().ready) << component_name(static_cast<Component>(i));
    EXPECT_EQ(health.readiness().parts[i].reason, "starting");
    health.part(static_cast<Component>(i)).ready();
  }
  EXPECT_TRUE(health.readiness().ready);
}

TEST_F(HealthTest, SaysWhichPartIsNotReadyWhyAndSinceWhen) {
  make_all_ready();
  now += 10s;
  health.part(Component::kafka).not_ready("no broker answers at 127.0.0.1:9092");
  now += 7s;
  health.part(Component::kafka).not_ready("no broker answers at 127.0.0.1:9093");  // another reason, the same outage
  const Health::Readiness readiness = health.readiness();
  EXPECT_FALSE(readiness.ready);
  const Health::PartState& kafka = readiness.parts[static_cast<std::size_t>(Component::kafka)];
  EXPECT_EQ(kafka.reason, "no broker answers at 127.0.0.1:9093");
  EXPECT_EQ(kafka.age, 7s);
  EXPECT_FALSE(health.ready(Component::kafka));
  EXPECT_TRUE(health.ready(Component::lane));
}

TEST_F(HealthTest, AComponentIsReadyWhenAllItsPartsAre) {
  make_all_ready();
  Health::Part& second = health.add(Component::lane, "lane 1");
  EXPECT_FALSE(health.readiness().ready);
  EXPECT_FALSE(health.ready(Component::lane));
  second.ready();
  EXPECT_TRUE(health.readiness().ready);
  EXPECT_TRUE(health.ready(Component::lane));
}

TEST_F(HealthTest, IsAliveUntilAPartThatBeatFallsSilent) {
  EXPECT_TRUE(health.liveness().alive);  // nothing has started to beat
  health.part(Component::lane).beat();
  now += 60s;
  EXPECT_TRUE(health.liveness().alive);
  now += 1s;
  const Health::Liveness liveness = health.liveness();
  EXPECT_FALSE(liveness.alive);
  EXPECT_THAT(liveness.reason, HasSubstr("lane has shown no sign of life for 61 s"));
  health.part(Component::lane).beat();
  EXPECT_TRUE(health.liveness().alive);
}

TEST_F(HealthTest, WaitingForKafkaIsNotDeath) {
  Health::Part& lane = health.part(Component::lane);
  lane.beat();
  lane.waits();
  now += 24h;
  EXPECT_TRUE(health.liveness().alive);
  lane.beat();
  now += 61s;
  EXPECT_FALSE(health.liveness().alive);
}

TEST_F(HealthTest, ANoteChangesNothingOfTheState) {
  make_all_ready();
  now += 5s;
  health.part(Component::config).note("topics/port.yaml:3:8: a query is wrong");
  const Health::Readiness noted = health.readiness();
  EXPECT_TRUE(noted.ready);
  EXPECT_EQ(noted.parts[0].note, "topics/port.yaml:3:8: a query is wrong");
  EXPECT_EQ(noted.parts[0].reason, "");
  EXPECT_EQ(noted.parts[0].age, 5s);
  health.part(Component::config).note({});
  EXPECT_EQ(health.readiness().parts[0].note, "");
}

TEST(Health, IsReadWhileManyThreadsChangeIt) {
  Health health;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&health, t] {
      Health::Part& part = t % 2 == 0 ? health.part(Component::lane) : health.add(Component::lane, "another lane");
      for (int i = 0; i < 2000; ++i) {
        part.beat();
        part.not_ready("turn");
        part.ready();
      }
    });
  for (int i = 0; i < 2000; ++i) {
    const Health::Readiness readiness = health.readiness();
    for (const Health::PartState& part : readiness.parts) EXPECT_EQ(part.ready, part.reason.empty());
    EXPECT_TRUE(health.liveness().alive);
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(health.ready(Component::lane));
}

}  // namespace
}  // namespace newsmill::consumer
