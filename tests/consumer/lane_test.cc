#include "consumer/lane.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "processors/core/delivery.h"
#include "tests/support/child.h"
#include "tests/support/memory_broker.h"
#include "tests/support/memory_lane.h"

namespace newsmill::consumer {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::MemoryBroker;
using test::MemoryLane;
using Call = MemoryBroker::Call;

class LaneOnMemory : public testing::Test {
 protected:
  LaneOnMemory() { test::create_topics(broker_); }

  void feed(int count, int partition = 0, const std::string& prefix = "m") {
    for (int i = 0; i < count; ++i, ++fed_)
      broker_.append("raw", partition, "key", prefix + std::to_string(fed_), 1'700'000'000'000 + fed_);
  }
  bool all_committed() {
    return eventually([&] { return broker_.all_committed("raw"); });
  }
  std::vector<std::string> values(const std::string& topic, MemoryBroker::View view = MemoryBroker::View::committed) {
    std::vector<std::string> all;
    for (const auto& record : broker_.read(topic, view)) all.push_back(*record.value);
    return all;
  }
  static std::vector<std::string> numbered(int count) {
    std::vector<std::string> all;
    for (int i = 0; i < count; ++i) all.push_back("m" + std::to_string(i));
    return all;
  }
  /// One fault, at the first such call.
  void inject_once(Call call, MemoryBroker::Fault fault) {
    broker_.inject = [call, fault, done = std::make_shared<std::atomic<bool>>(false)](
                         Call now, const std::string&) -> std::optional<MemoryBroker::Fault> {
      if (now != call || done->exchange(true)) return std::nullopt;
      return fault;
    };
  }

  MemoryBroker broker_;
  int fed_ = 0;
};

TEST_F(LaneOnMemory, KeepsTheOrderOfAPartitionThroughManyWorkers) {
  MemoryLane lane(broker_, {}, 4);
  feed(3000);
  lane.start();
  ASSERT_TRUE(all_committed());
  EXPECT_EQ(values("enriched"), numbered(3000));
  EXPECT_EQ(broker_.committed("raw", 0), 3000);
  EXPECT_TRUE(eventually([&] { return lane.meter.in_flight_records == 0; }));
  EXPECT_TRUE(lane.meter.conserved());
  EXPECT_EQ(lane.meter.records, 3000u);
}

TEST_F(LaneOnMemory, ServesSeveralPartitionsInOneTransaction) {
  MemoryLane lane(broker_);
  lane.plan.transaction_interval = 1h;  // the first transaction is due at once, the next one by its size
  lane.plan.transaction_records = 100;
  feed(1);
  lane.start();
  ASSERT_TRUE(all_committed());
  for (int i = 0; i < 50; ++i) feed(1, 0), feed(1, 1);
  ASSERT_TRUE(all_committed());
  EXPECT_TRUE(eventually([&] { return lane.meter.commits == 2; })) << lane.meter.commits;  // told after the commit
  EXPECT_EQ(broker_.committed("raw", 0), 51);
  EXPECT_EQ(broker_.committed("raw", 1), 50);
}

TEST_F(LaneOnMemory, GivesARecordTheTimestampOfItsMessage) {
  MemoryLane lane(broker_);
  broker_.append("raw", 1, "key", "m0", 1'234'567);
  broker_.append("raw", 1, "key", "bad", 7'654'321);
  lane.start();
  ASSERT_TRUE(all_committed());
  EXPECT_EQ(broker_.read("enriched").at(0).timestamp_ms, 1'234'567);
  EXPECT_EQ(broker_.read("deadletter").at(0).timestamp_ms, 7'654'321);
}

TEST_F(LaneOnMemory, SetsABadArticleAsideAndGoesOn) {
  MemoryLane lane(broker_);
  feed(3);
  broker_.append("raw", 0, "its key", "bad one", 5, {{"trace", "t"}});
  broker_.append("raw", 0, std::nullopt, std::nullopt, 5);
  feed(3);
  lane.start();
  ASSERT_TRUE(all_committed());
  EXPECT_EQ(broker_.read("enriched").size(), 7u);
  const auto letters = broker_.read("deadletter");
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].value, "bad one");
  EXPECT_EQ(letters[0].key, "its key");
  EXPECT_EQ(letters[0].header("trace"), "t");
  EXPECT_EQ(letters[0].header("newsmill-error-code"), "malformed-json");
  EXPECT_EQ(letters[0].header("newsmill-error-stage"), "copy");
  EXPECT_THAT(letters[0].header("newsmill-delivery").value_or(""), testing::StartsWith("raw:0:3:"));
  ASSERT_TRUE(eventually([&] { return lane.log().find("raw:0:3:") != std::string::npos; }));  // the last that is told
  EXPECT_THAT(lane.meter.dead_letters_by(), testing::ElementsAre(testing::Pair("copy/malformed-json", 1u)));
}

TEST_F(LaneOnMemory, MakesADeadLetterOfAnArticleWhoseStepThrows) {
  MemoryLane lane(broker_, [](Article& article, Scratch&) -> Status {
    if (article.message.value == "m1") throw std::runtime_error("a defect");
    return ok;
  });
  feed(3);
  lane.start();
  ASSERT_TRUE(all_committed());
  EXPECT_THAT(values("enriched"), testing::ElementsAre("m0", "m2"));
  EXPECT_EQ(broker_.read("deadletter").at(0).header("newsmill-error-code"), "internal");
  EXPECT_TRUE(eventually([&] { return lane.logged("defect") == 1; }));  // said after the commit
}

TEST_F(LaneOnMemory, CutsADeadLetterThatItsTopicWouldRefuse) {
  broker_.create("deadletter", 1, 20'000);
  MemoryLane lane(broker_);
  broker_.append("raw", 0, "k", "bad" + std::string(100'000, 'x'));
  feed(1);
  lane.start();
  ASSERT_TRUE(all_committed());
  const auto letters = broker_.read("deadletter");
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_LT(letters[0].value->size(), 20'000u);
  EXPECT_TRUE(letters[0].header("newsmill-error-truncated").has_value());
  EXPECT_EQ(letters[0].header("newsmill-error-sha256")->size(), 64u);
  EXPECT_EQ(lane.meter.aborts, 0u);
}

TEST_F(LaneOnMemory, MakesADeadLetterOfARecordThatItsTopicWouldRefuse) {
  broker_.create("enriched", 2, 20'000);
  MemoryLane lane(broker_);
  broker_.append("raw", 0, "k", std::string(50'000, 'x'));
  feed(1);
  lane.start();
  ASSERT_TRUE(all_committed());
  EXPECT_EQ(broker_.read("deadletter").at(0).header("newsmill-error-code"), "output-too-large");
  EXPECT_EQ(broker_.read("deadletter").at(0).value->size(), 50'000u);
  EXPECT_EQ(broker_.read("enriched").size(), 1u);
}

TEST_F(LaneOnMemory, RewindsAfterAnAbortAndDoublesNothing) {
  for (const Call call : {Call::produce, Call::send_offsets, Call::commit}) {
    const int before = fed_;
    inject_once(call, {{Fate::abort, "injected"}});
    MemoryLane lane(broker_);
    feed(200);
    lane.start();
    ASSERT_TRUE(all_committed());
    EXPECT_EQ(lane.meter.aborts, 1u) << static_cast<int>(call);
    EXPECT_EQ(lane.meter.restarts, 0u);
    EXPECT_GT(lane.meter.rewound_records, 0u);
    EXPECT_EQ(values("enriched"), numbered(fed_)) << static_cast<int>(call) << " from " << before;
  }
  EXPECT_GT(broker_.aborted_records(), 0u);
  EXPECT_GT(values("enriched", MemoryBroker::View::uncommitted).size(), static_cast<std::size_t>(fed_));
}

TEST_F(LaneOnMemory, StartsAnewAfterACommitWhoseEndNobodyKnows) {
  for (const bool applied : {false, true}) {
    inject_once(Call::commit, {{Fate::rebuild, "injected"}, applied});
    MemoryLane lane(broker_);
    feed(200);
    lane.start();
    ASSERT_TRUE(all_committed());
    EXPECT_EQ(lane.meter.restarts, 1u);
    EXPECT_EQ(values("enriched"), numbered(fed_));
  }
}

TEST_F(LaneOnMemory, CallsAgainWhatGoesOnInTheBackground) {
  std::map<Call, int> left{{Call::open, 3}, {Call::produce, 3}, {Call::send_offsets, 3}, {Call::commit, 3}};
  broker_.inject = [&](Call call, const std::string&) -> std::optional<MemoryBroker::Fault> {
    const auto found = left.find(call);
    if (found == left.end() || found->second == 0) return std::nullopt;
    --found->second;
    return MemoryBroker::Fault{{Fate::retry, "not yet"}};
  };
  MemoryLane lane(broker_);
  feed(50);
  lane.start();
  ASSERT_TRUE(all_committed());
  EXPECT_EQ(values("enriched"), numbered(50));
  EXPECT_EQ(lane.meter.aborts, 0u);
  EXPECT_EQ(lane.meter.restarts, 0u);
}

TEST_F(LaneOnMemory, RecyclesTheProducerBeforeTheNextTransactionAfterAHiccup) {
  std::atomic<int> recycled{0}, begun_unclean{0};
  std::atomic<bool> hiccup{false}, first{true};
  broker_.inject = [&](Call call, const std::string&) -> std::optional<MemoryBroker::Fault> {
    if (call == Call::recycle) {
      ++recycled;
      hiccup = false;
    }
    if (call == Call::begin && hiccup) ++begun_unclean;
    if (call != Call::commit || !first.exchange(false)) return std::nullopt;
    hiccup = true;
    return MemoryBroker::Fault{{}, true, true};
  };
  MemoryLane lane(broker_);
  feed(10);
  lane.start();
  ASSERT_TRUE(all_committed());
  feed(10);
  ASSERT_TRUE(all_committed());
  EXPECT_EQ(recycled, 1);
  EXPECT_EQ(begun_unclean, 0);
  EXPECT_EQ(values("enriched"), numbered(20));
}

TEST_F(LaneOnMemory, CommitsWhatIsDecidedWhenItsPartitionsAreRevoked) {
  std::atomic<int> in_revoke{0};
  MemoryLane lane(broker_);
  lane.failpoints.emplace("in-revoke", [&](int) { ++in_revoke; });
  lane.plan.transaction_interval = 1h;  // nothing is due but by the revocation
  lane.plan.transaction_records = 1'000'000;
  feed(1);
  lane.start();
  ASSERT_TRUE(all_committed());
  feed(500);
  ASSERT_TRUE(eventually([&] { return lane.meter.processed_articles == 501; }));
  EXPECT_EQ(broker_.committed("raw", 0), 1);
  broker_.rebalance();
  ASSERT_TRUE(all_committed());
  EXPECT_EQ(in_revoke, 1);
  EXPECT_EQ(values("enriched"), numbered(501));
  EXPECT_EQ(lane.meter.rewound_records, 0u);
}

TEST_F(LaneOnMemory, ThrowsAwayWhatAnOlderGenerationLeftInTheWorkers) {
  std::mutex mutex;
  std::condition_variable changed;
  std::atomic<bool> inside{false}, released{false};
  MemoryLane lane(broker_, [&](Article& article, Scratch&) -> Status {
    if (article.message.value != "m0" || inside.exchange(true)) return ok;
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return released.load(); });
    return ok;
  });
  feed(300);
  lane.start();
  ASSERT_TRUE(eventually([&] { return inside.load(); }));
  broker_.rebalance();  // the first batch is in a worker, the others wait behind it
  ASSERT_TRUE(eventually([&] { return lane.meter.rewound_records > 0; }));
  {
    const std::lock_guard lock(mutex);
    released = true;
  }
  changed.notify_all();
  ASSERT_TRUE(all_committed());
  EXPECT_EQ(values("enriched"), numbered(300));
  EXPECT_TRUE(eventually([&] { return lane.meter.in_flight_records == 0; }));
  EXPECT_TRUE(lane.meter.conserved());
}

TEST_F(LaneOnMemory, CommitsNothingOfLostPartitions) {
  MemoryLane lane(broker_);
  lane.plan.transaction_interval = 1h;
  lane.plan.transaction_records = 1'000'000;
  feed(1);
  lane.start();
  ASSERT_TRUE(all_committed());
  feed(100);
  ASSERT_TRUE(eventually([&] { return lane.meter.processed_articles == 101; }));
  const auto commits = lane.meter.commits.load();
  broker_.expel("test-0");
  ASSERT_TRUE(eventually([&] { return lane.meter.rewound_records == 100; }));
  EXPECT_EQ(lane.meter.commits, commits);
  EXPECT_EQ(lane.meter.aborts, 0u) << "it is not even tried";
  EXPECT_EQ(broker_.committed("raw", 0), 1);
  ASSERT_TRUE(eventually([&] { return lane.meter.processed_articles == 201; })) << "they were assigned again";
  lane.drain();
  EXPECT_EQ(lane.wait_for_end(), 0);
  EXPECT_EQ(values("enriched"), numbered(101));
}

TEST_F(LaneOnMemory, PausesWhenItsRingIsFullAndHoldsItsBound) {
  std::mutex mutex;
  std::condition_variable changed;
  bool released = false;
  MemoryLane lane(broker_, [&](Article&, Scratch&) -> Status {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return released; });
    return ok;
  });
  lane.plan.buffer_bytes = 16u << 20;
  feed(4000, 0, std::string(5000, 'x') + "m");
  lane.start();
  ASSERT_TRUE(eventually([&] { return lane.meter.is_paused.load(); }));
  const auto consumed = lane.meter.consumed_records.load();
  EXPECT_LT(consumed, 4000u);
  {
    const std::lock_guard lock(mutex);
    released = true;
  }
  changed.notify_all();
  ASSERT_TRUE(all_committed());
  EXPECT_EQ(broker_.read("enriched").size(), 4000u);
  EXPECT_GE(broker_.pauses(), 1u);
  EXPECT_LE(lane.meter.most_bytes, lane.plan.buffer_bytes);
  EXPECT_TRUE(eventually([&] { return !lane.meter.is_paused; }));
}

TEST_F(LaneOnMemory, TakesAnArticleLargerThanItsRing) {
  test::create_topics(broker_, 2, 8u << 20);
  MemoryLane lane(broker_);
  lane.plan.buffer_bytes = 1u << 20;
  feed(5);
  feed(1, 0, std::string(3u << 20, 'x'));
  feed(5);
  lane.start();
  ASSERT_TRUE(all_committed());
  EXPECT_EQ(broker_.read("enriched").size(), 11u);
}

TEST_F(LaneOnMemory, HandsAPartBatchToIdleWorkersAtOnce) {
  MemoryLane lane(broker_);
  lane.plan.linger = 1h;  // were it waited for, the message would never come through
  lane.start();
  for (int i = 0; i < 5; ++i) {
    feed(1);
    ASSERT_TRUE(all_committed());
  }
  EXPECT_TRUE(eventually([&] { return lane.meter.commits == 5; })) << lane.meter.commits;
}

TEST_F(LaneOnMemory, DrainsWhatItHasRead) {
  std::atomic<int> committed{0};
  MemoryLane lane(broker_, {}, 1);
  lane.on_committed = [&](const Batch::Item&) { ++committed; };
  lane.plan.transaction_interval = 1h;
  lane.plan.transaction_records = 1'000'000;
  feed(1000);
  lane.start();
  ASSERT_TRUE(eventually([&] { return lane.meter.consumed_records > 500; }));
  lane.drain();
  EXPECT_EQ(lane.wait_for_end(), 0);
  EXPECT_EQ(lane.meter.consumed_records, lane.meter.records);
  EXPECT_EQ(static_cast<std::uint64_t>(broker_.committed("raw", 0)), lane.meter.records);
  EXPECT_EQ(static_cast<std::uint64_t>(committed), lane.meter.records);
  EXPECT_EQ(lane.meter.rewound_records, 0u);
}

TEST_F(LaneOnMemory, SaysSoWhenADrainCouldNotCommitWhatWasRead) {
  for (const Fate fate : {Fate::abort, Fate::rebuild, Fate::fenced}) {
    SCOPED_TRACE(static_cast<int>(fate));
    const auto before = static_cast<std::uint64_t>(broker_.committed("raw", 0) > 0 ? broker_.committed("raw", 0) : 0);
    std::atomic<bool> armed{false};  // what is injected stands before the lane runs, which reads it
    broker_.inject = [&armed, fate](Call call, const std::string&) -> std::optional<MemoryBroker::Fault> {
      if (call != Call::commit || !armed.exchange(false)) return std::nullopt;
      return MemoryBroker::Fault{{fate, "injected"}};
    };
    MemoryLane lane(broker_, {}, 1);
    lane.plan.transaction_interval = 1h;
    lane.plan.transaction_records = 1'000'000;
    feed(1);
    lane.start();
    ASSERT_TRUE(all_committed());  // the first transaction is due at once, the next one when it drains
    feed(100);
    ASSERT_TRUE(eventually([&] { return lane.meter.processed_articles == 101; }));
    armed = true;
    lane.drain();
    EXPECT_EQ(lane.wait_for_end(), 75);
    EXPECT_EQ(lane.logged("lane-not-drained"), 1);
    EXPECT_EQ(static_cast<std::uint64_t>(broker_.committed("raw", 0)), before + 1);
    broker_.inject = {};
    MemoryLane next(broker_);
    next.start();
    ASSERT_TRUE(all_committed());
    EXPECT_EQ(values("enriched"), numbered(fed_)) << "nothing is lost or doubled";
    next.drain();
    EXPECT_EQ(next.wait_for_end(), 0);
  }
}

TEST_F(LaneOnMemory, WaitsForABrokerAndEndsWhenToldTo) {
  broker_.set_away(true);
  MemoryLane lane(broker_);
  lane.start();
  feed(10);
  EXPECT_FALSE(lane.health.ready(Component::lane));
  broker_.set_away(false);
  ASSERT_TRUE(all_committed());
  EXPECT_TRUE(lane.health.ready(Component::lane));
  lane.drain();
  EXPECT_EQ(lane.wait_for_end(), 0);

  broker_.set_away(true);
  MemoryLane other(broker_);
  other.start();
  other.drain();
  EXPECT_EQ(other.wait_for_end(), 0);
}

TEST_F(LaneOnMemory, ReadsNothingMoreWhileTheBrokerIsAway) {
  MemoryLane lane(broker_);
  feed(100);
  lane.start();
  ASSERT_TRUE(all_committed());
  broker_.set_away(true);
  feed(100);
  EXPECT_FALSE(lane.lane().link().is_up());
  const auto consumed = lane.meter.consumed_records.load();
  broker_.set_away(false);
  ASSERT_TRUE(all_committed());
  EXPECT_EQ(consumed, 100u);
  EXPECT_EQ(values("enriched"), numbered(200));
}

TEST_F(LaneOnMemory, EndsWhenAnotherProcessUsesItsName) {
  MemoryLane lane(broker_);
  lane.plan.instance = "desk-1";
  broker_.inject = [&](Call call, const std::string&) -> std::optional<MemoryBroker::Fault> {
    if (call != Call::produce) return std::nullopt;
    return MemoryBroker::Fault{{Fate::fenced, "fenced by a newer instance"}};
  };
  feed(10);
  lane.start();
  EXPECT_EQ(lane.wait_for_end(), 78);
  EXPECT_EQ(lane.meter.restarts, 2u) << "the third one is one too many";
  EXPECT_THAT(lane.log(), testing::HasSubstr("desk-1"));
}

TEST_F(LaneOnMemory, DoesNotCountFencingsThatFollowAHiccup) {
  std::atomic<int> fencings{0};
  MemoryLane lane(broker_);
  broker_.inject = [&](Call call, const std::string&) -> std::optional<MemoryBroker::Fault> {
    if (call != Call::produce || fencings >= 6) return std::nullopt;
    ++fencings;
    return MemoryBroker::Fault{{Fate::fenced, "fenced by a newer instance"}, false, true};
  };
  feed(10);
  lane.start();
  ASSERT_TRUE(all_committed());
  EXPECT_EQ(fencings, 6);
}

TEST_F(LaneOnMemory, StopsLoudlyWhenRetentionHasPassedIt) {
  feed(10);
  broker_.truncate("raw", 0, 5);
  MemoryLane lane(broker_);
  lane.start();
  EXPECT_EQ(lane.wait_for_end(), 78);
  EXPECT_THAT(lane.log(), testing::HasSubstr("is gone"));
  EXPECT_FALSE(lane.health.ready(Component::topics));
}

TEST_F(LaneOnMemory, TriesAgainToOpenTopicsThatAreMissingAndSaysItOnce) {
  std::atomic<int> tries{0};
  MemoryLane lane(broker_);
  broker_.inject = [&](Call call, const std::string&) -> std::optional<MemoryBroker::Fault> {
    if (call != Call::open || ++tries > 20) return std::nullopt;
    return MemoryBroker::Fault{{Fate::rebuild, "topic raw is missing"}};
  };
  feed(3);
  lane.start();
  ASSERT_TRUE(all_committed());
  EXPECT_EQ(lane.logged("lane-open"), 1);
  EXPECT_TRUE(lane.health.ready(Component::topics));
}

TEST_F(LaneOnMemory, PassesEveryFailpointOnceInATransaction) {
  MemoryLane lane(broker_);
  feed(1);
  for (const std::string name :
       {"after-produce", "before-send-offsets", "after-send-offsets", "before-commit", "after-commit"}) {
    std::atomic<int> passed{0};
    MemoryLane one(broker_);
    one.failpoints.emplace(name, [&](int signal) {
      ++passed;
      EXPECT_EQ(signal, SIGKILL);
    });
    feed(1);
    one.start();
    ASSERT_TRUE(all_committed());
    one.drain();
    EXPECT_EQ(one.wait_for_end(), 0);
    EXPECT_EQ(passed, 1) << name;
  }
}

TEST_F(LaneOnMemory, ForgetsASuspectOnceItsDeadLetterIsCommitted) {
  const test::TemporaryFolder folder;
  feed(2);
  Message message;
  message.topic = "raw";
  message.offset = 1;
  message.value = "m1";
  const Delivery delivery = delivery_of(message);
  const std::string file = folder / "suspects";
  for (int run = 0; run < 2; ++run) {
    Suspects suspects(file, 2);
    suspects.starts(0, delivery);
    suspects.charge_hung(0s);
  }
  MemoryLane lane(broker_, {}, 2, file);
  lane.start();
  ASSERT_TRUE(all_committed());
  EXPECT_THAT(values("enriched"), testing::ElementsAre("m0"));
  EXPECT_EQ(broker_.read("deadletter").at(0).header("newsmill-error-code"), "crashed");
  EXPECT_TRUE(eventually([&] { return !lane.suspects.any(); }));
}

TEST_F(LaneOnMemory, EndsTheLagOfARevokedPartition) {
  MemoryLane lane(broker_);
  feed(3);
  lane.start();
  ASSERT_TRUE(all_committed());
  ASSERT_TRUE(eventually([&] { return lane.meter.lags().size() == 2; }));
  lane.drain();
  EXPECT_EQ(lane.wait_for_end(), 0);
  EXPECT_TRUE(lane.meter.lags().empty());
}

}  // namespace
}  // namespace newsmill::consumer
