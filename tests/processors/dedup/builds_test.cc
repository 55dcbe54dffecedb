// Two builds on one log: what the newer one adds, the older one passes over, and both hold the same verdicts.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>

#include "processors/dedup/log_codec.h"
#include "processors/dedup/referee.h"
#include "tests/support/log_bytes.h"
#include "tests/support/referee_log.h"

namespace newsmill::dedup {
namespace {

using Applied = Referee::Applied;

/// What the next minor version might add: a section to each message, one with an entry for each row of
/// a V, and another kind of sketch in place of this one.
enum : std::uint8_t { kForMessages = 100, kForRows = 101, kOtherSketch = 102 };

/// A build: how it writes, and what it makes of what others write.
struct Build {
  bool newer;
  bool other_sketch;  ///< writes its sketches in a way that an older build cannot read

  std::string write(const FingerprintMessage& message) const {
    if (!newer) return test::bytes_of(message);
    const std::string whole = test::bytes_of(message);
    if (!other_sketch) return test::of_newer_minor(whole, test::section(kForMessages, "more"));
    FingerprintMessage without = message;
    without.fingerprint.sketch = {};
    // The sketch as it stands here stands for the other kind.
    return test::of_newer_minor(test::bytes_of(without), test::section(kOtherSketch, whole));
  }
  std::string write(const VerdictsMessage& message) const {
    const std::string whole = test::bytes_of(message);
    if (!newer) return whole;
    const std::string rows(3 * message.verdicts.size(), 'r');
    return test::of_newer_minor(whole, test::section(kForMessages, "more") + test::section(kForRows, rows));
  }
  Decoded read(std::string_view bytes) const {
    if (!newer || bytes[2] == 0) return decode(bytes);
    // To a build that knows them the additions are no news.
    std::string known = test::unsealed(bytes);
    known[2] = 0;
    const Decoded decoded = decode(test::sealed(known));
    const auto* message = std::get_if<FingerprintMessage>(&decoded);
    if (!other_sketch || !message) return decoded;
    const std::size_t length = test::bytes_of(*message).size() - 8;
    return decode(std::string_view(known).substr(length + 3));
  }
};

struct Instance {
  Build build;
  Referee referee{test::RefereeLog::small_rules()};
  std::array<std::size_t, 3> seen{};  // F's, V's, others
};

/// Instances that append by turns, decide from what they have applied, and help.
class TwoBuilds {
 public:
  explicit TwoBuilds(std::uint64_t seed, bool other_sketch)
      : random_(seed), instances_{Instance{{false, false}}, Instance{{true, other_sketch}}} {}

  void step() {
    now_ms_ += static_cast<std::int64_t>(below(20'000));
    Instance& owner = instances_[below(2)];
    const int number = static_cast<int>(number_++), text = static_cast<int>(number_ - below(30));
    FingerprintMessage f{test::fingerprint_of("a" + std::to_string(number_ - below(4)), {{text, 40}, {-number, 24}}),
                         owner.referee.clock_ms(), now_ms_, 5};
    f.fingerprint.arrival_ms = now_ms_;
    f.fingerprint.delivery.offset = number;
    own_.push_back(append(owner.build.write(f)));
    if (below(8) == 0) return;  // several in one V, now and then of the other build: its owner died
    std::vector<LogOffset> own;
    own.swap(own_);
    decide(instances_[below(2)], own);
  }
  LogOffset append(const std::string& bytes) {
    for (Instance& each : instances_) {
      const Decoded decoded = each.build.read(bytes);
      ++each.seen[std::min<std::size_t>(decoded.index(), 2)];
      if (const auto* f = std::get_if<FingerprintMessage>(&decoded)) each.referee.apply(*f, next_, now_ms_);
      if (const auto* v = std::get_if<VerdictsMessage>(&decoded)) each.referee.apply(*v, next_, now_ms_);
    }
    return next_++;
  }
  const Instance& older() const { return instances_[0]; }
  const Instance& newer() const { return instances_[1]; }
  LogOffset end() const { return next_; }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  void decide(Instance& instance, const std::vector<LogOffset>& own) {
    for (int tries = 0; tries < 100; ++tries) {
      Referee::Decision decision = instance.referee.decide(own);
      if (decision.needs.empty()) {
        if (decision.verdicts.empty()) return;
        append(instance.build.write(VerdictsMessage{std::move(decision.verdicts), now_ms_, 5}));
        return;
      }
      decide(instance, {decision.needs.front()});
    }
    ADD_FAILURE() << "what it has helped itself is not decided";
  }

  std::mt19937_64 random_;
  std::array<Instance, 2> instances_;
  std::vector<LogOffset> own_;
  std::size_t number_ = 1000;
  std::int64_t now_ms_ = 1'700'000'000'000;
  LogOffset next_ = 0;
};

void expect_equal_verdicts(const TwoBuilds& log, std::map<LogOffset, Verdict>& pinned) {
  for (LogOffset offset = std::max<LogOffset>(0, log.end() - 100); offset < log.end(); ++offset) {
    const auto one = log.older().referee.verdict_of(offset), other = log.newer().referee.verdict_of(offset);
    ASSERT_EQ(log.older().referee.is_live(offset), log.newer().referee.is_live(offset)) << offset;
    ASSERT_EQ(one, other) << offset;
    if (one) {
      ASSERT_EQ(pinned.emplace(offset, *one).first->second, *one) << "and it stays";
    }
  }
}

TEST(Builds, OfTwoMinorVersionsHoldOneState) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    TwoBuilds log(seed, false);
    std::map<LogOffset, Verdict> pinned;
    for (int i = 0; i < 600; ++i) {
      log.step();
      expect_equal_verdicts(log, pinned);
      if (HasFatalFailure()) return;
      ASSERT_TRUE(log.older().referee.state() == log.newer().referee.state()) << seed << ", step " << i;
    }
    EXPECT_GT(pinned.size(), 500u);
    EXPECT_LT(log.older().referee.stories(), log.older().referee.live()) << "nothing joined";
    EXPECT_EQ(log.older().seen, log.newer().seen);
    EXPECT_EQ(log.older().seen[2], 0u);
  }
}

// The older one finds no copies of what it cannot compare: it decides otherwise, and takes the log's word.
TEST(Builds, OfTwoSketchesHoldTheSameVerdicts) {
  for (const std::uint64_t seed : {4, 5, 6}) {
    TwoBuilds log(seed, true);
    std::map<LogOffset, Verdict> pinned;
    for (int i = 0; i < 600; ++i) {
      log.step();
      expect_equal_verdicts(log, pinned);
      if (HasFatalFailure()) return;
    }
    EXPECT_GT(pinned.size(), 500u);
    EXPECT_FALSE(log.older().referee.state() == log.newer().referee.state()) << "nor should they: sketches differ";
    EXPECT_EQ(log.older().referee.stories(), log.newer().referee.stories());
  }
}

TEST(Builds, OfAnOlderMajorVersionReadsNotOn) {
  FingerprintMessage f{test::fingerprint_of("a", 1), 0, 1, 5};
  for (const std::string& whole : {test::bytes_of(f), test::bytes_of(VerdictsMessage{{}, 1, 5})}) {
    const Decoded decoded = decode(test::of_newer_major(whole));
    ASSERT_TRUE(std::holds_alternative<NewerVersion>(decoded)) << "skipped, it would be lost without a word";
    EXPECT_EQ(std::get<NewerVersion>(decoded).major, 2);
  }
}

}  // namespace
}  // namespace newsmill::dedup
