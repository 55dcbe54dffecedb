#include "consumer/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "config/load.h"
#include "consumer/http/client.h"
#include "consumer/knowledge.h"
#include "consumer/reload.h"
#include "consumer/memory_dedup_log.h"
#include "consumer/suspects.h"
#include "processors/catalogue.h"
#include "tests/support/child.h"
#include "tests/support/memory_broker.h"
#include "tests/support/memory_chain.h"
#include "tests/support/memory_lane.h"
#include "tests/support/referee_log.h"

namespace newsmill::consumer {
namespace {

using namespace std::chrono_literals;
using test::eventually;

/// A gate in the chain, shut until it is opened.
class Gate {
 public:
  void pass() {
    ++inside_;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return open_; });
  }
  void open() {
    {
      const std::lock_guard lock(mutex_);
      open_ = true;
    }
    changed_.notify_all();
  }
  int inside() const { return inside_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  std::atomic<int> inside_{0};
};

class ServiceOnMemory : public testing::Test {
 protected:
  ServiceOnMemory() : log_({}, [this](std::string_view line) {
    const std::lock_guard lock(mutex_);
    lines_ += line;
  }, [] { return Logger::Time{std::chrono::system_clock::now(), std::chrono::steady_clock::now()}; }) {
    test::create_topics(broker_, 4);
    settings_.instance = "desk";
    settings_.input.topics.front().name = "raw";
    settings_.output.enriched = "enriched";
    settings_.output.deadletter = "deadletter";
    settings_.kafka.workers = 2;
    settings_.kafka.transaction_interval = 5ms;
    settings_.http.listen = "";
  }
  ~ServiceOnMemory() override {
    gate_.open();
    if (!thread_.joinable()) return;
    finished_ = true;
    thread_.join();
  }

  void feed(int count) {
    for (int i = 0; i < count; ++i, ++fed_) broker_.append("raw", fed_ % 4, "key", "m" + std::to_string(fed_));
  }
  /// `step` is the chain, but for what makes a record of it.
  void start(test::FunctionStep::Function step = {}) {
    hosting_.emplace(Hosting{.settings = settings_,
                             .open = broker_.ports("desk", {"raw"}),
                             .chain = chain_ ? chain_ : test::memory_chain(std::move(step)),
                             .signals = signals_,
                             .log = log_,
                             .configuration_hash = "0123456789abcdef",
                             .open_dedup = open_dedup_,
                             .reload = reload_,
                             .known = known_,
                             .on_started =
                                 [this](const std::vector<std::string>& addresses) {
                                   addresses_ = addresses;
                                   started_ = true;
                                 },
                             .on_committed = {},
                             .finished = [this] { return finished_.load(); },
                             .patience = patience_,
                             .end_now =
                                 [this](int code) {
                                   ended_now_ = code;
                                   gate_.open();  // so that the test can end where a process would have
                                 }});
    thread_ = std::thread([this] { code_ = serve(*hosting_); });
  }
  int join() {
    thread_.join();
    return code_;
  }
  std::string log() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  bool all_committed() {
    return eventually([&] { return broker_.all_committed("raw"); });
  }

  const Signals signals_;  // before any thread
  Gate gate_;
  test::MemoryBroker broker_;
  config::Settings settings_;
  std::mutex mutex_;
  std::string lines_;
  Logger log_;
  Workers::MakeChain chain_;  ///< in place of the one of start()
  std::function<std::optional<Workers::MakeChain>(std::string&)> reload_;
  std::function<metrics::Registry::Known()> known_;
  std::function<std::unique_ptr<DedupLog>()> open_dedup_;
  std::chrono::milliseconds patience_ = Vigil::kLimit;
  std::optional<Hosting> hosting_;
  std::vector<std::string> addresses_;
  std::atomic<bool> started_{false}, finished_{false};
  std::atomic<int> ended_now_{-1};
  std::thread thread_;
  int fed_ = 0, code_ = -1;
};

TEST_F(ServiceOnMemory, RunsSeveralLanesAndEndsWhenAllIsDone) {
  settings_.kafka.lanes = 3;
  feed(1000);
  start();
  ASSERT_TRUE(all_committed());
  EXPECT_EQ(broker_.members().size(), 3u);
  finished_ = true;
  EXPECT_EQ(join(), 0);
  EXPECT_EQ(broker_.read("enriched").size(), 1000u);
  EXPECT_THAT(log(), testing::HasSubstr("configuration=0123456789abcdef"));
}

TEST_F(ServiceOnMemory, DrainsAtASignal) {
  for (const int signal : {SIGTERM, SIGINT}) {
    finished_ = false;
    feed(100);
    start();
    ASSERT_TRUE(all_committed());
    ::kill(::getpid(), signal);
    EXPECT_EQ(join(), 0) << signal;
    EXPECT_THAT(log(), testing::HasSubstr(signal == SIGTERM ? "SIGTERM" : "SIGINT"));
  }
  EXPECT_EQ(ended_now_, -1);
}

TEST_F(ServiceOnMemory, CommitsWhatIsInFlightBeforeItEnds) {
  feed(200);
  start([this](Article&, Scratch&) -> Status {
    gate_.pass();
    return ok;
  });
  ASSERT_TRUE(eventually([&] { return gate_.inside() > 0; }));
  ::kill(::getpid(), SIGTERM);
  ASSERT_TRUE(eventually([&] { return log().find("draining") != std::string::npos; }));
  gate_.open();
  EXPECT_EQ(join(), 0);
  EXPECT_GT(broker_.read("enriched").size(), 0u);
  EXPECT_EQ(ended_now_, -1);
}

TEST_F(ServiceOnMemory, EndsAtOnceAtASecondSignal) {
  feed(10);
  start([this](Article&, Scratch&) -> Status {
    gate_.pass();
    return ok;
  });
  ASSERT_TRUE(eventually([&] { return gate_.inside() > 0; }));
  ::kill(::getpid(), SIGTERM);
  ASSERT_TRUE(eventually([&] { return log().find("draining") != std::string::npos; }));
  ::kill(::getpid(), SIGINT);
  EXPECT_TRUE(eventually([&] { return ended_now_ == 128 + SIGINT; }));
  join();
}

TEST_F(ServiceOnMemory, EndsWhenItIsNotDrainedInTime) {
  settings_.kafka.drain_deadline = 50ms;
  feed(10);
  start([this](Article&, Scratch&) -> Status {
    gate_.pass();
    return ok;
  });
  ASSERT_TRUE(eventually([&] { return gate_.inside() > 0; }));
  finished_ = true;
  EXPECT_TRUE(eventually([&] { return ended_now_ == 75; }));
  join();
}

TEST_F(ServiceOnMemory, EndsToBeStartedAgainWhenNothingMovesAndChargesTheArticle) {
  const test::TemporaryFolder folder;
  settings_.kafka.state_dir = (folder / "state").string();
  patience_ = 300ms;
  feed(1);
  start([this](Article&, Scratch&) -> Status {
    gate_.pass();
    return ok;
  });
  ASSERT_TRUE(eventually([&] { return ended_now_ == 75; }));
  EXPECT_THAT(log(), testing::HasSubstr("delivery=raw:0:0:"));
  EXPECT_TRUE(test::eventually([&] { return broker_.all_committed("raw"); }));
  finished_ = true;
  join();
}

TEST_F(ServiceOnMemory, WaitsForABrokerThatIsAwayForAsLongAsItTakes) {
  patience_ = 100ms;
  std::atomic<int> tries{0};
  broker_.inject = [&](test::MemoryBroker::Call call, const std::string&) -> std::optional<test::MemoryBroker::Fault> {
    if (call == test::MemoryBroker::Call::open) ++tries;
    return std::nullopt;
  };
  broker_.set_away(true);
  feed(10);
  start();
  ASSERT_TRUE(eventually([&] { return tries >= 50; })) << "10 ms each, so five times its patience";
  EXPECT_EQ(ended_now_, -1);
  broker_.set_away(false);
  EXPECT_TRUE(all_committed());
}

TEST_F(ServiceOnMemory, TakesNewKnowledgeAtASighupAndKeepsTheOldWhenItIsWrong) {
  std::atomic<int> reloads{0};
  reload_ = [&](std::string&) -> std::optional<Workers::MakeChain> {
    if (++reloads == 1) return std::nullopt;
    return test::memory_chain(
        [](Article&, Scratch&) -> Status { return Error{Code::no_content, "new knowledge", "", ""}; });
  };
  start();
  ::kill(::getpid(), SIGHUP);
  ASSERT_TRUE(eventually([&] { return log().find("the knowledge in use stays") != std::string::npos; }));
  feed(10);
  ASSERT_TRUE(all_committed());
  EXPECT_EQ(broker_.read("enriched").size(), 10u);
  ::kill(::getpid(), SIGHUP);
  ASSERT_TRUE(eventually([&] { return log().find("every batch from here on") != std::string::npos; }));
  feed(10);
  ASSERT_TRUE(all_committed());
  EXPECT_EQ(broker_.read("enriched").size(), 10u);
  EXPECT_EQ(broker_.read("deadletter").size(), 10u);
}

TEST_F(ServiceOnMemory, EndsWithTheCodeOfALaneThatNeedsAnOperator) {
  settings_.kafka.lanes = 2;
  feed(40);
  for (int partition = 0; partition < 4; ++partition) broker_.truncate("raw", partition, 5);
  start();
  EXPECT_EQ(join(), 78);
}

TEST_F(ServiceOnMemory, RefusesAFailpointItDoesNotKnow) {
  ::setenv("NEWSMILL_FAILPOINT", "somewhere", 1);
  start();
  EXPECT_EQ(join(), 78);
  ::unsetenv("NEWSMILL_FAILPOINT");
  EXPECT_THAT(log(), testing::HasSubstr("after-produce"));
}

TEST_F(ServiceOnMemory, AnswersForItsHealthAndItsNumbers) {
  settings_.http.listen = "127.0.0.1:0";
  broker_.set_away(true);
  start();
  ASSERT_TRUE(eventually([&] { return started_.load(); }));
  ASSERT_EQ(addresses_.size(), 1u);
  std::string why;
  const auto listen = http::parse_listen(addresses_.front(), why);
  ASSERT_TRUE(listen) << why;
  const auto status = [&](const std::string& path) { return http::get(*listen, path, "", 10s).status; };
  EXPECT_EQ(status("/livez"), 200);
  EXPECT_EQ(status("/readyz"), 503);
  broker_.set_away(false);
  EXPECT_TRUE(eventually([&] { return status("/readyz") == 200; }));
  feed(25);
  broker_.append("raw", 0, "key", "bad");
  ASSERT_TRUE(all_committed());
  const auto sum = [&](const std::string& family) {
    std::istringstream text(http::get(*listen, "/metrics", "", 10s).body);
    double total = 0;
    for (std::string line; std::getline(text, line);)
      if (line.starts_with(family + "{") || line.starts_with(family + " "))
        total += std::stod(line.substr(line.rfind(' ')));
    return total;
  };
  EXPECT_TRUE(eventually([&] { return sum("newsmill_delivered_total") == 25; }));
  EXPECT_EQ(sum("newsmill_input_records_total"), sum("newsmill_delivered_total") + sum("newsmill_dead_letter_total") +
                                                     sum("newsmill_records_rewound_total") +
                                                     sum("newsmill_records_in_flight"));
  EXPECT_EQ(sum("newsmill_dead_letter_total"), 1);
}

TEST_F(ServiceOnMemory, ShowsWhatItKnowsAtTheStartAndAfterAReload) {
  settings_.http.listen = "127.0.0.1:0";
  std::atomic<int> read{0};
  known_ = [&] {
    const std::string version = std::to_string(read);
    return metrics::Registry::Known{{{"topics", "v" + version}}, {"topic-" + version}};
  };
  reload_ = [&](std::string& why) -> std::optional<Workers::MakeChain> {
    if (read == 1) {
      why = "topics/port.yaml:3:8: a bracket is not closed (1 error in topics/port.yaml)";
      return std::nullopt;
    }
    ++read;
    return test::memory_chain();
  };
  start();
  ASSERT_TRUE(eventually([&] { return started_.load(); }));
  std::string why;
  const auto listen = http::parse_listen(addresses_.front(), why);
  ASSERT_TRUE(listen) << why;
  const auto shows = [&](const std::string& text) {
    return http::get(*listen, "/metrics", "", 10s).body.find(text) != std::string::npos;
  };
  EXPECT_TRUE(shows("newsmill_knowledge_info{kind=\"topics\",version=\"v0\"} 1"));
  EXPECT_TRUE(shows("newsmill_topic_matches_total{topic=\"topic-0\"} 0"));
  ::kill(::getpid(), SIGHUP);
  EXPECT_TRUE(eventually([&] { return shows("newsmill_topic_matches_total{topic=\"topic-1\"} 0"); }));
  EXPECT_FALSE(shows("topic-0"));
  EXPECT_TRUE(shows("newsmill_config_last_reload_successful 1"));
  ::kill(::getpid(), SIGHUP);
  EXPECT_TRUE(eventually([&] { return shows("newsmill_config_last_reload_successful 0"); }));
  EXPECT_TRUE(shows("newsmill_knowledge_info{kind=\"topics\",version=\"v1\"} 1"));
  const auto ready = [&] { return http::get(*listen, "/readyz", "", 10s).body; };
  EXPECT_TRUE(eventually([&] {
    return ready().find("; the last reload was refused, what was read before is in use: topics/port.yaml:3:8: "
                        "a bracket is not closed") != std::string::npos;
  }));
  read = 2;
  ::kill(::getpid(), SIGHUP);
  EXPECT_TRUE(eventually([&] { return ready().find("refused") == std::string::npos; }));
}

TEST_F(ServiceOnMemory, ABadTopicChangesNothingUntilItIsMended) {
  const test::TemporaryFolder desk;
  const auto topic = [&](const std::string& yaml) { test::write_file(desk / "port.yaml", yaml); };
  topic("topic: port\nmatch: port\n");
  config::Diagnostics diagnostics;
  const config::Loaded loaded = config::load({}, {"score_topics.topics=" + desk.path().string()}, diagnostics);
  const auto chain_of = [&](const std::shared_ptr<const Knowledge>& knowledge) -> Workers::MakeChain {
    return [&loaded, knowledge] { return Workers::Chain{knowledge, make_pipeline(loaded.settings, *knowledge)}; };
  };
  chain_ = chain_of(load_knowledge(loaded, diagnostics).knowledge);
  ASSERT_FALSE(diagnostics.has_errors());
  reload_ = [&](std::string& why) -> std::optional<Workers::MakeChain> {
    const auto read = reload_knowledge(loaded, log_, why);
    return read ? std::optional(chain_of(read)) : std::nullopt;
  };
  settings_.http.listen = "127.0.0.1:0";
  // The topics of one article, once its record is there.
  const auto topics = [&] {
    const std::string title = "A ship in port " + std::to_string(fed_++);
    broker_.append("raw", 0, "key", "{\"title\":\"" + title + "\"}");
    EXPECT_TRUE(all_committed());
    std::string last;
    for (const auto& stored : broker_.read("enriched"))
      if (stored.value.value_or("").find("\"value\":\"" + title + "\"") != std::string::npos) last = *stored.value;
    EXPECT_NE(last, "") << title;
    return (last.find("\"id\":\"port\"") != std::string::npos ? "port " : "") +
           std::string(last.find("\"id\":\"ship\"") != std::string::npos ? "ship " : "");
  };
  start();
  ASSERT_TRUE(eventually([&] { return started_.load(); }));
  std::string why;
  const auto listen = http::parse_listen(addresses_.front(), why);
  ASSERT_TRUE(listen) << why;
  const auto ready = [&] { return http::get(*listen, "/readyz", "", 10s).body; };
  EXPECT_EQ(topics(), "port ");

  topic("topic: ship\nmatch: |\n  ship AND\n  (port\n");
  ::kill(::getpid(), SIGHUP);
  EXPECT_TRUE(eventually([&] {
    return ready().find("port.yaml:4:3: the '(' is never closed (1 error in ") != std::string::npos;
  })) << ready();
  EXPECT_THAT(ready(), testing::StartsWith("ready\n"));
  EXPECT_THAT(log(), testing::HasSubstr("code=E405"));
  EXPECT_EQ(topics(), "port ");

  topic("topic: ship\nmatch: ship\n");
  ::kill(::getpid(), SIGHUP);
  EXPECT_TRUE(eventually([&] { return ready().find("refused") == std::string::npos; })) << ready();
  EXPECT_EQ(topics(), "ship ");
}

/// The articles have one text; the values hold the gap for the story.
Status copies(Article& article, Scratch&) {
  Fingerprint fingerprint = test::fingerprint_of("copy" + std::to_string(article.message.partition), 1);
  fingerprint.delivery = {.topic = 1, .content = 1, .offset = article.message.offset,
                          .partition = article.message.partition};
  fingerprint.arrival_ms = wall_clock_ms();
  article.fingerprint = fingerprint;
  article.output.story_at = article.message.value->find("null");
  return ok;
}

TEST_F(ServiceOnMemory, SharesStoriesBetweenItsLanesAndSaysThatOthersDoNot) {
  settings_.http.listen = "127.0.0.1:0";
  for (const bool enabled : {true, false}) {
    settings_.kafka.lanes = 2;
    settings_.dedup.enabled = enabled;
    finished_ = started_ = false;
    start(copies);
    ASSERT_TRUE(eventually([&] { return started_.load(); }));
    std::string why;
    const auto listen = http::parse_listen(addresses_.front(), why);
    ASSERT_TRUE(listen) << why;
    const std::string note = enabled ? "stories are those of this process" : "switched off by dedup.enabled";
    EXPECT_TRUE(eventually([&] {
      const auto ready = http::get(*listen, "/readyz", "", 10s);
      return ready.status == 200 && ready.body.find(note) != std::string::npos;
    }));
    for (int i = 0; i < 40; ++i) broker_.append("raw", i % 4, "key", enabled ? "on null" : "off null");
    ASSERT_TRUE(all_committed());
    finished_ = true;
    EXPECT_EQ(join(), 0);
  }
  std::set<std::string> stories;
  int without = 0;
  for (const auto& record : broker_.read("enriched"))
    if (const auto story = record.header("newsmill-story")) stories.insert(*story);
    else ++without;
  EXPECT_EQ(stories.size(), 1u) << "two lanes, one referee";
  EXPECT_EQ(without, 40);
  EXPECT_THAT(log(), testing::HasSubstr("kind=dedup"));
}

/// A log in memory that says of itself what a test wants.
class SayingLog final : public DedupLog {
 public:
  struct Says {
    std::atomic<bool> caught_up{false}, dead{false}, broken{false};
    std::atomic<int> asked{0};
  };
  explicit SayingLog(Says& says) : says_(says) {}
  Outcome catch_up() override {
    ++says_.asked;
    if (says_.broken) return {Fate::stop, "dedup.topic has 2 partitions, 1 is allowed"};
    return says_.caught_up ? Outcome{} : Outcome{Fate::retry, "read up to offset 5 of 9"};
  }
  Outcome append(std::span<const Fingerprint* const> articles, std::shared_ptr<Receipt>& receipt) override {
    return log_.append(articles, receipt);
  }
  Outcome append(std::span<const dedup::DecidedFingerprint> verdicts, std::shared_ptr<Receipt>& receipt) override {
    return log_.append(verdicts, receipt);
  }
  std::string mark() const override { return {}; }
  Status status() const override {
    Status status = log_.status();
    status.caught_up = says_.caught_up;
    if (!status.caught_up) status.why = "read up to offset 5 of 9";
    if (says_.dead) status.why = "another log stands in its place";
    status.dead = says_.dead;
    return status;
  }
  SharedReferee& referee() override { return log_.referee(); }

 private:
  Says& says_;
  MemoryDedupLog log_{test::RefereeLog::small_rules(), wall_clock_ms};
};

class ServiceOnALog : public ServiceOnMemory {
 protected:
  ~ServiceOnALog() override {
    if (!thread_.joinable()) return;
    finished_ = true;
    thread_.join();  // before what it says is gone
  }
  void start() {
    open_dedup_ = [this] { return std::make_unique<SayingLog>(says_); };
    settings_.http.listen = "127.0.0.1:0";
    ServiceOnMemory::start(copies);
    ASSERT_TRUE(eventually([&] { return started_.load(); }));
  }
  http::Answered readyz() {
    std::string why;
    return http::get(*http::parse_listen(addresses_.front(), why), "/readyz", "", 10s);
  }
  SayingLog::Says says_;
};

TEST_F(ServiceOnALog, IsReadyWhenTheLogIsReadAndSaysHowFarItIsUntilThen) {
  start();
  EXPECT_TRUE(eventually([&] {
    const auto answer = readyz();
    return answer.status == 503 && answer.body.find("offset 5 of 9") != std::string::npos;
  }));
  EXPECT_TRUE(broker_.members().empty());
  says_.caught_up = true;
  EXPECT_TRUE(eventually([&] { return readyz().status == 200; }));
  EXPECT_EQ(readyz().body.find("stories are those of this process"), std::string::npos);
  broker_.append("raw", 0, "key", "one null");
  EXPECT_TRUE(all_committed());
}

TEST_F(ServiceOnALog, EndsWith75WhenOnlyANewProcessCanGoOnWithTheLog) {
  says_.caught_up = true;
  start();
  says_.dead = true;
  EXPECT_TRUE(eventually([&] { return ended_now_ == 75; }));
  EXPECT_THAT(log(), testing::HasSubstr("another log stands in its place"));
  EXPECT_EQ(readyz().status, 503);
}

TEST_F(ServiceOnALog, EndsWith78WhenTheLogsTopicBreaksItsContract) {
  says_.broken = true;
  start();
  EXPECT_EQ(join(), 78);
  EXPECT_THAT(log(), testing::HasSubstr("dedup.topic has 2 partitions"));
}

TEST_F(ServiceOnMemory, EndsWhenItsAddressIsTaken) {
  settings_.http.listen = "127.0.0.1:0";
  start();
  ASSERT_TRUE(eventually([&] { return started_.load(); }));
  config::Settings other = settings_;
  other.http.listen = addresses_.front();
  EXPECT_EQ(serve(Hosting{.settings = other, .open = broker_.ports("other", {"raw"}), .chain = test::memory_chain(),
                          .signals = signals_, .log = log_}),
            78);
  EXPECT_THAT(log(), testing::HasSubstr(addresses_.front()));
}

}  // namespace
}  // namespace newsmill::consumer
