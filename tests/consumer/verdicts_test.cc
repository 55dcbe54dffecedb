// A lane and the dedup log: what is decided when, what is published, and what a second lane knows.
#include "consumer/verdicts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "consumer/memory_dedup_log.h"
#include "processors/core/delivery.h"
#include "tests/support/memory_broker.h"
#include "tests/support/memory_lane.h"
#include "tests/support/referee_log.h"

namespace newsmill::consumer {
namespace {

using namespace std::chrono_literals;
using dedup::DecidedFingerprint;
using dedup::LogOffset;
using test::eventually;
using test::id_of;
using test::MemoryBroker;
using test::MemoryLane;
using Call = MemoryBroker::Call;

/// What the chain makes of the message with key "NAME" and value "TEXT null": an article of that name
/// with that text, and a record with a gap. A value that begins with "bad" is a dead letter after all.
Status with_fingerprint(Article& article, Scratch&) {
  const std::string name(article.message.key.value_or("")), value(article.message.value.value_or(""));
  if (value.starts_with("none")) return Error{Code::no_content, "nothing", "an article", {}};
  Fingerprint fingerprint = test::fingerprint_of(name, value.starts_with("bad") ? 1 : std::stoi(value));
  const Delivery delivery = delivery_of(article.message);
  fingerprint.delivery = {.topic = 1, .content = std::hash<std::string>()(name + value), .offset = delivery.offset,
                          .partition = delivery.partition};
  fingerprint.arrival_ms = article.message.timestamp_ms;
  article.fingerprint = fingerprint;
  article.output.key = name;
  article.output.value = value;
  article.output.story_at = value.find("null");
  return ok;
}

constexpr std::int64_t kNow = 1'772'000'000'000;

/// A log in memory whose calls can be counted, delayed and preceded by somebody else's.
class WatchedLog final : public DedupLog {
 public:
  Outcome catch_up() override {
    ++caught_up;
    if (on_call) on_call("catch up");
    if (catching_up) return {Fate::retry, "the dedup log is read up to offset 7 of 9"};
    return {};
  }
  Outcome append(std::span<const Fingerprint* const> articles, std::shared_ptr<Receipt>& receipt) override {
    if (away) return ++refused, Outcome{Fate::retry, "no broker"};
    fingerprints += static_cast<int>(articles.size());
    if (on_call) on_call("F");
    if (late) {
      receipt = std::make_shared<Receipt>();
      for (const Fingerprint* article : articles)
        log_.referee().apply(dedup::FingerprintMessage{*article, 0, kNow - 11 * 60'000, 1}, late_offset_++, kNow);
      receipt->acknowledge(late_offset_ - 1);
      return {};
    }
    if (hold_fingerprints) {
      for (const Fingerprint* article : articles) held_.push_back(*article);
      receipt = held_receipt_ = std::make_shared<Receipt>();
      return {};
    }
    return log_.append(articles, receipt);
  }
  Outcome append(std::span<const DecidedFingerprint> verdicts, std::shared_ptr<Receipt>& receipt) override {
    if (away) return ++refused, Outcome{Fate::retry, "no broker"};
    if (on_call) on_call("V");
    if (before_verdicts) std::exchange(before_verdicts, {})(verdicts);
    sizes.push_back(verdicts.size());
    return log_.append(verdicts, receipt);
  }
  std::string mark() const override { return log_.mark(); }
  Status status() const override { return log_.status(); }
  SharedReferee& referee() override {
    if (!hold_fingerprints && held_receipt_) {
      std::vector<const Fingerprint*> articles;
      for (const Fingerprint& article : held_) articles.push_back(&article);
      std::shared_ptr<Receipt> receipt;
      log_.append(articles, receipt);
      std::exchange(held_receipt_, nullptr)->acknowledge(receipt->offset());
    }
    return log_.referee();
  }
  DedupLog& inner() { return log_; }

  std::function<void(std::span<const DecidedFingerprint>)> before_verdicts;
  std::function<void(const std::string&)> on_call;
  std::atomic<bool> catching_up{false}, away{false};
  std::atomic<bool> late{false};  ///< F's come to nothing because of the time they took; at first
  std::atomic<bool> hold_fingerprints{false};  ///< what is appended comes back when this has ended; one lane
  std::atomic<int> caught_up{0}, fingerprints{0}, refused{0};
  std::vector<std::size_t> sizes;

 private:
  LogOffset late_offset_ = -10'000;
  std::vector<Fingerprint> held_;
  std::shared_ptr<Receipt> held_receipt_;
  MemoryDedupLog log_{test::RefereeLog::small_rules(), [] { return kNow; }};
};

class LaneWithDedup : public testing::Test {
 protected:
  LaneWithDedup() { test::create_topics(broker_); }

  /// "NAME TEXT"
  void feed(const std::string& article, int partition = 0) {
    const std::size_t space = article.find(' ');
    broker_.append("raw", partition, article.substr(0, space), article.substr(space + 1) + " null", kNow);
  }
  std::unique_ptr<MemoryLane> start(int number = 0) {
    auto lane = std::make_unique<MemoryLane>(broker_, with_fingerprint);
    lane->number = number;
    lane->dedup = &log_;
    lane->start();
    return lane;
  }
  bool all_committed() {
    return eventually([&] { return broker_.all_committed("raw"); });
  }
  /// Key and the headers of its story, of every record that came out.
  std::vector<std::string> told() {
    std::vector<std::string> all;
    for (const auto& record : broker_.read("enriched"))
      all.push_back(*record.key + " " + record.header("newsmill-relation").value_or("?") + " " +
                    name_of(record.header("newsmill-story").value_or("")));
    return all;
  }
  static std::string name_of(const std::string& id) {
    for (const char* name : {"a", "b", "c", "d", "other"})
      if (uuid(id_of(name)) == id) return name;
    return id;
  }
  void inject_once(Call call, MemoryBroker::Fault fault) {
    broker_.inject = [call, fault, done = std::make_shared<std::atomic<bool>>(false)](
                         Call now, const std::string&) -> std::optional<MemoryBroker::Fault> {
      if (now != call || done->exchange(true)) return std::nullopt;
      return fault;
    };
  }

  MemoryBroker broker_;
  WatchedLog log_;
};

TEST_F(LaneWithDedup, PutsTheStoryIntoRecordAndHeaders) {
  feed("a 1"), feed("b 1"), feed("c 2");
  const auto lane = start();
  ASSERT_TRUE(all_committed());
  EXPECT_THAT(told(), testing::ElementsAre("a original a", "b near a", "c original c"));
  EXPECT_THAT(*broker_.read("enriched").at(1).value,
              testing::StartsWith("1 {\"id\":\"" + uuid(id_of("a")) + "\",\"since\":\"2026-02-25T06:13:20Z\""));
  EXPECT_EQ(log_.fingerprints, 3);
  EXPECT_EQ(log_.caught_up, 2) << "before it joins, and at the assignment";
}

TEST_F(LaneWithDedup, AppendsNoFingerprintOfADeadLetter) {
  feed("x none"), feed("a 1"), feed("y bad");  // the second one fails after dedup
  const auto lane = start();
  ASSERT_TRUE(all_committed());
  EXPECT_THAT(told(), testing::ElementsAre("a original a"));
  EXPECT_EQ(broker_.read("deadletter").size(), 2u);
  EXPECT_EQ(log_.fingerprints, 1);
}

TEST_F(LaneWithDedup, AppendsNoFingerprintOfARecordThatItsTopicWouldRefuse) {
  broker_.create("enriched", 2, 500);  // the record would fit, with the longest story it would not
  feed("a 1");
  const auto lane = start();
  ASSERT_TRUE(all_committed());
  EXPECT_EQ(broker_.read("deadletter").at(0).header("newsmill-error-code"), "output-too-large");
  EXPECT_EQ(log_.fingerprints, 0);
}

TEST_F(LaneWithDedup, GivesTheRecordedVerdictAfterAnAbort) {
  for (const Call call : {Call::produce, Call::send_offsets, Call::commit}) {
    inject_once(call, {{Fate::abort, "injected"}});
    const int before = log_.fingerprints;
    feed("a 1"), feed("b 1");
    const auto lane = start();
    ASSERT_TRUE(all_committed());
    EXPECT_EQ(lane->meter.aborts, 1u);
    EXPECT_EQ(log_.fingerprints, before + 2) << "what is live is not appended again";
  }
  // Of the second and third time the articles are known: other deliveries of them, with the same words.
  EXPECT_THAT(told(), testing::ElementsAre("a original a", "b near a", "a repeat a", "b repeat a", "a repeat a",
                                           "b repeat a"));
}

TEST_F(LaneWithDedup, GivesTheRecordedVerdictToWhoeverReadsAgain) {
  inject_once(Call::commit, {{Fate::rebuild, "the lane is torn down"}});
  feed("a 1"), feed("b 1");
  const auto lane = start();
  ASSERT_TRUE(all_committed());
  EXPECT_EQ(lane->meter.restarts, 1u);
  EXPECT_THAT(told(), testing::ElementsAre("a original a", "b near a"));
  EXPECT_EQ(log_.fingerprints, 2);
  EXPECT_EQ(log_.caught_up, 4) << "before it joins, and at every assignment";
}

TEST_F(LaneWithDedup, SharesStoriesWithAnotherLane) {
  const auto one = start(0), other = start(1);
  ASSERT_TRUE(eventually([&] { return broker_.members().size() == 2; }));
  for (int i = 0; i < 200; ++i) feed("a" + std::to_string(i) + " 1", i % 2);
  ASSERT_TRUE(all_committed());
  std::map<std::string, int> stories;
  for (const auto& record : broker_.read("enriched")) ++stories[*record.header("newsmill-story")];
  EXPECT_EQ(stories.size(), 1u) << "both lanes put them into one story";
  EXPECT_EQ(stories.begin()->second, 200);
}

TEST_F(LaneWithDedup, TakesTheLogsWordWhenAnotherVerdictWasFirst) {
  Verdict theirs;
  theirs.relation = Relation::near;
  theirs.story = id_of("other");
  theirs.since_ms = kNow;
  theirs.canonical = id_of("other");
  log_.before_verdicts = [&](std::span<const DecidedFingerprint> ours) {
    std::shared_ptr<Receipt> last;
    const std::vector<DecidedFingerprint> first{{ours.front().offset, theirs}};
    log_.inner().append(first, last);
  };
  feed("a 1"), feed("b 1");
  const auto lane = start();
  ASSERT_TRUE(all_committed());
  EXPECT_THAT(told(), testing::ElementsAre("a near other", "b near other")) << "and b's rests on it";
  EXPECT_EQ(lane->meter.aborts, 0u) << "it was known before the transaction began";
}

TEST_F(LaneWithDedup, MakesTheVerdictOfItsOwnOlderArticleByItself) {
  feed("a 1"), feed("b 1"), feed("c 2");
  // The last owner of the first two died between F and V.
  std::vector<Fingerprint> lost(2, test::fingerprint_of("a", 1));
  lost[1] = test::fingerprint_of("b", 1);
  for (std::size_t i = 0; i < 2; ++i) {
    lost[i].delivery = {.topic = 1, .content = std::hash<std::string>()(i == 0 ? "a1 null" : "b1 null"),
                        .offset = static_cast<std::int64_t>(i), .partition = 0};
    lost[i].arrival_ms = kNow;
  }
  const std::vector<const Fingerprint*> appended{&lost[0], &lost[1]};
  std::shared_ptr<Receipt> last;
  log_.inner().append(appended, last);
  const auto lane = start();
  ASSERT_TRUE(all_committed());
  EXPECT_THAT(told(), testing::ElementsAre("a original a", "b near a", "c original c"));
  EXPECT_EQ(log_.fingerprints, 1) << "only c is new";
  EXPECT_THAT(log_.sizes, testing::ElementsAre(1, 1, 1)) << "a V names older articles alone";
}

// ---- The order of what a lane does

/// Does the work of the lane's own thread at once, or when it is told to.
class HandPool final : public Pool {
 public:
  void submit(Work& work) override {
    if (hold) held.push_back(&work), ++holding;
    else run(work);
  }
  void run_held() {
    for (Work* work : std::exchange(held, {})) run(*work);
  }
  std::atomic<bool> hold{false};
  std::atomic<int> holding{0};

 private:
  void run(Work& work) {
    pipeline_.run(work.batch());
    work.done(std::chrono::nanoseconds(1));
  }
  std::vector<Work*> held;
  Pipeline pipeline_ = test::memory_pipeline(with_fingerprint);
};

TEST_F(LaneWithDedup, AwaitsNothingButItsOwnVerdictsWhileATransactionIsOpen) {
  HandPool pool;
  std::atomic<std::int64_t> time_ms{3'600'000};
  MemoryLane lane(broker_, with_fingerprint);
  lane.plan.now = [&] { return Plan::Clock::time_point(std::chrono::milliseconds(time_ms)); };
  lane.plan.transaction_interval = 1s;
  lane.dedup = &log_;
  lane.pool = &pool;
  std::mutex mutex;
  std::vector<std::string> calls;
  const auto call = [&](const std::string& what) {
    const std::lock_guard lock(mutex);
    calls.push_back(what);
  };
  log_.on_call = call;
  broker_.inject = [&](Call now, const std::string&) -> std::optional<MemoryBroker::Fault> {
    if (now == Call::begin) call("begin");
    if (now == Call::commit) call("commit"), log_.hold_fingerprints = false;
    if (now == Call::send_offsets) call("offsets"), pool.run_held();
    return std::nullopt;
  };
  feed("w 9");
  lane.start();
  ASSERT_TRUE(all_committed());
  feed("a 1");
  ASSERT_TRUE(eventually([&] { return log_.fingerprints == 2; }));
  pool.hold = true;
  feed("b 1");
  ASSERT_TRUE(eventually([&] { return pool.holding == 1; }));
  {
    const std::lock_guard lock(mutex);
    calls.clear();
  }
  pool.hold = false;
  log_.hold_fingerprints = true;  // who waited for one that is appended from here on would wait for ever
  time_ms += 1000;
  ASSERT_TRUE(eventually([&] { return broker_.read("enriched").size() == 2; }));
  time_ms += 1000;
  ASSERT_TRUE(all_committed());
  const std::lock_guard lock(mutex);
  EXPECT_THAT(calls, testing::ElementsAre("V", "begin", "offsets", "F", "commit", "V", "begin", "offsets", "commit"));
  EXPECT_THAT(told(), testing::ElementsAre(testing::HasSubstr("w original"), "a original a", "b near a"));
}

TEST_F(LaneWithDedup, JoinsItsGroupWhenTheLogIsReadAndSaysHowFarItIs) {
  log_.catching_up = true;
  feed("a 1");
  const auto lane = start();
  ASSERT_TRUE(eventually([&] { return log_.caught_up > 3; }));
  EXPECT_TRUE(broker_.members().empty());
  bool told_so = false;
  for (const auto& part : lane->health.readiness().parts)
    told_so |= part.reason.find("offset 7 of 9") != std::string::npos;
  EXPECT_TRUE(told_so);
  log_.catching_up = false;
  ASSERT_TRUE(all_committed());
}

TEST_F(LaneWithDedup, IsNotReadyWhileTheClockOfItsHostIsOffAndLosesNothing) {
  log_.late = true;
  feed("a 1"), feed("b 1");
  const auto lane = start();
  const auto reason = [&] {
    std::string all;
    for (const auto& part : lane->health.readiness().parts)
      if (part.component == Component::lane) all += part.reason;
    return all;
  };
  ASSERT_TRUE(eventually([&] { return reason().find("11 minutes") != std::string::npos; }));
  EXPECT_EQ(lane->logged("lane-dedup"), 1);
  EXPECT_TRUE(broker_.read("enriched").empty());
  log_.late = false;  // it was set
  ASSERT_TRUE(all_committed());
  EXPECT_THAT(told(), testing::ElementsAre("a original a", "b near a"));
  EXPECT_TRUE(eventually([&] { return reason().empty(); }));
}

TEST_F(LaneWithDedup, EndsInTimeWhileTheLogIsRead) {
  log_.catching_up = true;
  const auto lane = start();
  ASSERT_TRUE(eventually([&] { return log_.caught_up > 0; }));
  lane->drain();
  EXPECT_EQ(lane->wait_for_end(), 0);
}

TEST_F(LaneWithDedup, GivesItsPartitionsUpWhileTheLogIsAwayAndLosesNothing) {
  const auto one = start(0);
  ASSERT_TRUE(eventually([&] { return broker_.members().size() == 1; }));
  log_.away = true;
  for (int i = 0; i < 20; ++i) feed("a" + std::to_string(i) + " 1", i % 2);
  ASSERT_TRUE(eventually([&] { return log_.refused > 0; }));
  const auto other = start(1);
  EXPECT_TRUE(eventually([&] { return broker_.members().size() == 2; })) << "the group does not wait for the log";
  EXPECT_TRUE(broker_.read("enriched").empty());
  log_.away = false;
  ASSERT_TRUE(all_committed());
  std::map<std::string, int> stories;
  for (const auto& record : broker_.read("enriched")) ++stories[*record.header("newsmill-story")];
  EXPECT_EQ(stories.size(), 1u);
  EXPECT_EQ(stories.begin()->second, 20);
}

// ---- What a lane does with a log that takes its time, call by call

class VerdictsOfOne : public testing::Test {
 protected:
  VerdictsOfOne() {
    plan_.now = [this] { return now_; };
    plan_.idle_wait = 0ms;
  }
  /// "NAME TEXT"
  Batch::Item* item(const std::string& article, std::int64_t offset) {
    const std::size_t space = article.find(' ');
    const std::string name = article.substr(0, space), value = article.substr(space + 1) + " null";
    Message message;
    message.topic = "raw";
    message.offset = offset;
    message.key = name;
    message.value = value;
    message.timestamp_ms = kNow;
    Batch::Item& item = batch_.add(message);
    Budget budget;
    Scratch scratch{batch_.arena(), budget};
    EXPECT_TRUE(with_fingerprint(item.article, scratch));
    return &item;
  }
  LogOffset append_of_somebody_else(const std::string& name, int text) {
    Fingerprint fingerprint = test::fingerprint_of(name, text);
    fingerprint.delivery.partition = 9;
    fingerprint.delivery.offset = ++others_;
    fingerprint.arrival_ms = kNow;
    const Fingerprint* const one[] = {&fingerprint};
    std::shared_ptr<Receipt> last;
    log_.inner().append(one, last);
    return last->offset();
  }

  /// All that a lane does before it begins a transaction of these articles alone; again after `retry`.
  static Outcome decide(Verdicts& verdicts, std::span<Batch::Item* const> items) {
    if (verdicts.ready(0).batches == 0) verdicts.take(items);
    if (Outcome outcome = verdicts.advance(); !outcome) return outcome;
    if (verdicts.ready(0).batches == 0) return {Fate::retry, "not back"};
    return verdicts.decide(1);
  }

  Plan plan_;
  Plan::Clock::time_point now_{1h};
  WatchedLog log_;
  Batch batch_;
  std::int64_t others_ = 0;
};

TEST_F(VerdictsOfOne, WaitTwoSecondsForTheOwnerOfAMatchAndThenDecideItToo) {
  const LogOffset orphan = append_of_somebody_else("other", 1), second = append_of_somebody_else("d", 2);
  Verdicts verdicts(&log_, plan_);
  Batch::Item* const items[] = {item("a 1", 0), item("b 2", 1)};
  EXPECT_EQ(decide(verdicts, items).fate, Fate::retry);
  now_ += 1999ms;
  EXPECT_EQ(decide(verdicts, items).fate, Fate::retry);
  EXPECT_EQ(log_.referee().ask([&](const auto& referee) { return referee.verdict_of(orphan); }), std::nullopt);
  now_ += 1ms;
  EXPECT_TRUE(decide(verdicts, items));
  EXPECT_THAT(log_.sizes, testing::ElementsAre(1, 1, 2)) << "each orphan alone, after one wait, then its own";
  EXPECT_EQ(log_.referee().ask([&](const auto& referee) { return referee.verdict_of(second)->story; }), id_of("d"));
  EXPECT_EQ(items[0]->article.verdict->story, id_of("other"));
  EXPECT_EQ(items[1]->article.verdict->story, id_of("d"));
  EXPECT_TRUE(verdicts.confirm());
  EXPECT_EQ(verdicts.counts().waited, 1u);
  EXPECT_EQ(verdicts.counts().helped, 2u);
}

TEST_F(VerdictsOfOne, GoOnAtOnceWhenTheOwnerAnswersInTime) {
  const LogOffset theirs = append_of_somebody_else("other", 1);
  Verdicts verdicts(&log_, plan_);
  Batch::Item* const items[] = {item("a 1", 0)};
  EXPECT_EQ(decide(verdicts, items).fate, Fate::retry);
  Verdict verdict;
  verdict.story = id_of("d");
  verdict.since_ms = kNow;
  std::shared_ptr<Receipt> last;
  const std::vector<DecidedFingerprint> answer{{theirs, verdict}};
  log_.inner().append(answer, last);
  EXPECT_TRUE(decide(verdicts, items));
  EXPECT_EQ(items[0]->article.verdict->story, id_of("d"));
  EXPECT_EQ(verdicts.counts().helped, 0u);
}

TEST_F(VerdictsOfOne, PublishNothingThatTheLogDoesNotHold) {
  Verdicts verdicts(&log_, plan_);
  Batch::Item* const items[] = {item("a 1", 0)};
  ASSERT_TRUE(decide(verdicts, items));
  items[0]->article.verdict->story = id_of("b");  // as if the log had come back with another one
  const Outcome outcome = verdicts.confirm();
  EXPECT_EQ(outcome.fate, Fate::abort);
  EXPECT_EQ(verdicts.counts().lost, 1u);
  verdicts.forget();
  Batch::Item* const again[] = {item("a 1", 0)};
  ASSERT_TRUE(decide(verdicts, again));
  EXPECT_EQ(again[0]->article.verdict->story, id_of("a"));
  EXPECT_TRUE(verdicts.confirm());
  EXPECT_EQ(log_.fingerprints, 1);
}

TEST_F(VerdictsOfOne, GiveADeliveryThatComesTwiceInATransactionOneVerdict) {
  Verdicts verdicts(&log_, plan_);
  Batch::Item* const items[] = {item("a 1", 5), item("b 1", 6), item("a 1", 5)};
  ASSERT_TRUE(decide(verdicts, items));
  EXPECT_EQ(items[0]->article.verdict, items[2]->article.verdict);
  EXPECT_TRUE(verdicts.confirm());
}

TEST_F(VerdictsOfOne, SetApartWhatHasLeftTheWindowBeforeItCouldBeDecided) {
  Verdicts verdicts(&log_, plan_);
  Batch::Item* const items[] = {item("a 1", 0), item("b 1", 1)};
  items[0]->article.fingerprint->arrival_ms = kNow - 2'000'000;  // two windows before the other one
  ASSERT_TRUE(decide(verdicts, items));
  EXPECT_EQ(items[0]->article.verdict->relation, Relation::unchecked);
  EXPECT_EQ(items[0]->article.verdict->story, id_of("a"));
  EXPECT_EQ(items[1]->article.verdict->story, id_of("b"));
  EXPECT_TRUE(verdicts.confirm());
}

TEST_F(VerdictsOfOne, TakeAMessageWithoutATimestampAsOneThatComesInNow) {
  plan_.wall = [] { return std::chrono::system_clock::time_point(std::chrono::milliseconds(kNow)); };
  Verdicts verdicts(&log_, plan_);
  Batch::Item* const items[] = {item("a 1", 0), item("b 1", 1)};
  items[1]->article.fingerprint->arrival_ms = -1;
  ASSERT_TRUE(decide(verdicts, items));
  EXPECT_EQ(items[1]->article.verdict->story, id_of("a"));
}

TEST_F(VerdictsOfOne, HaveNothingToSayWithoutALog) {
  Verdicts verdicts(nullptr, plan_);
  Batch::Item* const items[] = {item("a 1", 0)};
  EXPECT_TRUE(decide(verdicts, items));
  EXPECT_TRUE(verdicts.confirm());
  EXPECT_EQ(items[0]->article.verdict, std::nullopt);
  EXPECT_EQ(items[0]->article.output.value, "1 null");
}

}  // namespace
}  // namespace newsmill::consumer
