// The state is a function of the log: of all of it, and of its last R alone; and whatever stands in it.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <random>

#include "processors/dedup/referee.h"
#include "tests/support/referee_log.h"

namespace newsmill::dedup {
namespace {

using test::fingerprint_of;
using test::RefereeLog;

constexpr std::int64_t kWindow = 1'000'000, kMargin = 3'600'000;

/// A feed with copies that drift, updates, kills, a lagging partition, redeliveries, orphans, verdicts
/// that come late or from others, silence and backlogs.
class Feed {
 public:
  explicit Feed(std::uint64_t seed) : random_(seed) {}

  void run(int articles) {
    for (int i = 0; i < articles; ++i, ++number_) {
      log.now_ms += below(40'000);
      if (chance(0.002)) log.now_ms += below(3 * kWindow);                              // nothing came in
      if (chance(0.0002)) log.now_ms += kWindow + Referee::kSlackMs + below(kWindow);  // until everything has left
      if (chance(0.0005)) backlog_ = 200;
      one();
      while (!late_.empty() && chance(0.3)) {
        const LogOffset offset = late_.front();
        late_.erase(late_.begin());
        decide(offset);
      }
    }
  }

  RefereeLog log;

 private:
  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(bound));
  }
  bool chance(double probability) { return std::uniform_real_distribution<>(0, 1)(random_) < probability; }

  void one() {
    const int text = chance(0.5) ? std::max(0, number_ - static_cast<int>(below(40))) : number_;
    const int slots = static_cast<int>(30 + below(35));
    const int id = chance(0.2) ? std::max(0, number_ - static_cast<int>(below(60))) : number_;
    Fingerprint article = fingerprint_of("article" + std::to_string(id), {{text, slots}, {-number_, 64 - slots}});
    article.source = static_cast<std::uint64_t>(below(3));
    article.skeleton = static_cast<std::uint64_t>(below(20));
    article.version = static_cast<std::uint64_t>(below(3));
    article.may_lead = !chance(0.1);
    if (chance(0.02)) article.status = Fingerprint::Status::canceled, article.may_lead = false;
    article.arrival_ms = log.now_ms;
    if (backlog_ > 0) --backlog_, article.arrival_ms -= 30 * Referee::kSlackMs;
    else if (chance(0.1)) article.arrival_ms -= below(kWindow * 5 / 4);  // a partition that lags
    if (chance(0.05) && !log.entries.empty()) {                         // delivered again, now or much later
      const std::size_t back = 1 + random_() % std::min<std::size_t>(300, log.entries.size());
      const auto& earlier = log.entries[log.entries.size() - back];
      if (const auto* message = std::get_if<FingerprintMessage>(&earlier.message)) article = message->fingerprint;
    }
    const LogOffset offset = log.append_as_it_is(article);
    if (!log.referee.is_live(offset) || chance(0.05)) return;  // an orphan: its owner died
    if (chance(0.1)) late_.push_back(offset);
    else decide(offset);
  }

  void decide(LogOffset offset) {
    for (;;) {
      Referee::Decision decision = log.referee.decide(std::span(&offset, 1));
      if (decision.needs.empty()) {
        if (!decision.verdicts.empty()) log.append(VerdictsMessage{std::move(decision.verdicts), log.now_ms});
        return;
      }
      decide(decision.needs.front());  // help
    }
  }

  std::mt19937_64 random_;
  std::vector<LogOffset> late_;
  int number_ = 0, backlog_ = 0;
};

/// The first entry that whoever starts now reads.
std::size_t start_of(const RefereeLog& log) {
  const std::int64_t from = log.now_ms - kWindow - Referee::kSlackMs - kMargin;
  return static_cast<std::size_t>(
      std::ranges::lower_bound(log.entries, from, {}, &RefereeLog::Entry::append_ms) - log.entries.begin());
}

TEST(Replay, OfAWindowAndAMarginGivesTheStateThatNeverStopped) {
  std::size_t cut = 0, copies = 0;
  for (const std::uint64_t seed : {1, 2, 3}) {
    Feed feed(seed);
    for (int round = 0; round < 40; ++round) {
      feed.run(400);
      const std::size_t start = start_of(feed.log);
      cut += start > 0;
      // Also between an F and its V, which is where a cut by time may fall.
      ASSERT_TRUE(feed.log.replayed(start)->state() == feed.log.referee.state()) << seed << ", round " << round;
      copies += feed.log.referee.live() > feed.log.referee.stories();
    }
  }
  EXPECT_GT(cut, 60u) << "the log was hardly ever longer than what is read";
  EXPECT_GT(copies, 60u);
}

TEST(Replay, OfLessThanTheWindowDoesNot) {
  Feed feed(4);
  feed.run(6000);
  std::size_t different = 0;
  for (int round = 0; round < 20; ++round) {
    feed.run(50);
    const std::int64_t from = feed.log.now_ms - kWindow / 2;
    const auto start = std::ranges::lower_bound(feed.log.entries, from, {}, &RefereeLog::Entry::append_ms);
    different += feed.log.replayed(static_cast<std::size_t>(start - feed.log.entries.begin()))->state() !=
                 feed.log.referee.state();
  }
  EXPECT_GT(different, 15u) << "the comparison is blind";
}

TEST(Replay, GivesThreeReadersEqualStatesAtEqualOffsets) {
  Feed feed(5);
  feed.run(3000);
  Referee one(feed.log.rules), other(feed.log.rules);
  for (std::size_t i = 0; i < feed.log.entries.size(); ++i) {
    RefereeLog::apply(one, feed.log.entries[i]);
    RefereeLog::apply(other, feed.log.entries[i]);
    if (i % 500 == 0) {
      ASSERT_TRUE(one.state() == other.state());
    }
  }
  EXPECT_TRUE(one.state() == feed.log.referee.state());
}

/// Messages that no sound process would send.
class Garbage {
 public:
  explicit Garbage(std::uint64_t seed) : random_(seed) {}

  void append(RefereeLog& log) {
    log.now_ms += below(5000);
    switch (below(6)) {
      case 0:
      case 1: {
        Fingerprint article = fingerprint_of("a" + std::to_string(below(50)), static_cast<int>(below(30)));
        for (std::int64_t i = below(3); i > 0; --i) spoil(article);
        article.delivery.offset = below(200) + 1;
        const std::int64_t around = log.now_ms - 2'000'000'000 + below(4'000'000'000);
        article.arrival_ms = chance() ? around : extreme();
        FingerprintMessage message{article, chance() ? log.now_ms : extreme(), chance() ? log.now_ms : extreme(), log_id()};
        log.append(message);
        break;
      }
      case 2: again(log); break;
      default: {
        VerdictsMessage message{{}, log.now_ms - (chance() ? 0 : below(1'200'000)), log_id()};
        for (std::int64_t rows = below(5); rows > 0; --rows) {
          Verdict verdict;
          verdict.relation = static_cast<Relation>(below(10));
          verdict.story = test::id_of("a" + std::to_string(below(4)));
          verdict.since_ms = chance() ? below(3) : extreme();
          if (chance()) verdict.canonical = test::id_of("c");
          verdict.related_count = static_cast<std::uint8_t>(below(256));  // more than there is room for
          // Of this log or not, in the future too, and twice.
          message.verdicts.push_back({log.next - 60 + below(80), verdict});
        }
        log.append(message);
      }
    }
  }

 private:
  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(bound));
  }
  bool chance() { return below(2) == 0; }
  LogId log_id() { return below(10) == 0 ? 99 : 7; }  // of another log, at times the first one
  std::int64_t extreme() {
    constexpr std::array<std::int64_t, 5> kTimes{0, -1, 4'102'444'800'000, std::numeric_limits<std::int64_t>::min(),
                                                 std::numeric_limits<std::int64_t>::max()};
    return kTimes[static_cast<std::size_t>(below(5))];
  }
  void spoil(Fingerprint& article) {
    switch (below(4)) {
      case 0: article.sketch.key_count = static_cast<std::uint8_t>(below(256)); break;
      case 1: article.sketch.shingles = static_cast<std::uint16_t>(below(3)); break;
      case 2: article.status = Fingerprint::Status::canceled; break;
      default: article.sketch.tokens = static_cast<std::uint16_t>(below(20)); break;
    }
  }
  void again(RefereeLog& log) {
    if (log.entries.empty()) return;
    const RefereeLog::Entry entry = log.entries[random_() % log.entries.size()];
    std::visit([&](const auto& message) { log.append(message); }, entry.message);
  }
  std::mt19937_64 random_;
};

TEST(Referee, IsNotUpsetByAnythingInTheLogAndChangesNoVerdict) {
  std::size_t pinned = 0, kept = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    RefereeLog log;
    Garbage garbage(seed);
    std::map<LogOffset, Verdict> verdicts;
    for (int i = 0; i < 800; ++i) {
      garbage.append(log);
      for (LogOffset offset = log.next - 80; offset < log.next; ++offset) {
        const auto verdict = log.referee.verdict_of(offset);
        if (!verdict) continue;
        const auto [known, first] = verdicts.emplace(offset, *verdict);
        (first ? pinned : kept) += 1;
        ASSERT_EQ(known->second, *verdict) << "seed " << seed << ", message " << i;
      }
      std::vector<LogOffset> all;
      for (LogOffset offset = log.next - 30; offset < log.next; ++offset) all.push_back(offset);
      const Referee::Decision decision = log.referee.decide(all);
      ASSERT_TRUE(decision.needs.empty() || decision.verdicts.empty());
    }
    ASSERT_TRUE(log.replayed(0)->state() == log.referee.state()) << "seed " << seed;
  }
  EXPECT_GT(pinned, 1000u);
  EXPECT_GT(kept, 10'000u);
}

}  // namespace
}  // namespace newsmill::dedup
