#include "tests/referee/feed_fleet.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <queue>
#include <random>
#include <set>
#include <tuple>
#include <variant>

namespace newsmill::test {
namespace {

using dedup::FingerprintMessage;
using dedup::LogOffset;
using dedup::Referee;

constexpr std::int64_t kSecond = 1000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;
constexpr std::int64_t kHelpAfter = 2 * kSecond, kStaleClaim = 2 * kMinute, kBehind = 30 * kDay;
constexpr std::size_t kMostOfABatch = 8;

class Writer {
 public:
  Writer(std::span<const Fingerprint> feed, Weather weather, std::uint64_t seed, RefereeLog& log)
      : feed_(feed), weather_(weather), random_(seed), log_(log) {}

  FeedFleet::Counts write() {
    deliver();
    while (!events_.empty()) {
      const Event event = events_.top();
      events_.pop();
      log_.now_ms = std::max(log_.now_ms, event.at);
      if (log_.now_ms - claimed_at_ >= kStaleClaim) claim_ = log_.referee.clock_ms(), claimed_at_ = log_.now_ms;
      std::visit([&](const auto& what) { happens(what); }, event.what);
    }
    return counts_;
  }

 private:
  struct Delivered {
    Fingerprint print;
  };
  struct Twin {
    FingerprintMessage message;
  };
  struct Decide {
    std::vector<LogOffset> own;
    bool waited;
  };
  struct Event {
    std::int64_t at;
    std::uint64_t order;
    std::variant<Delivered, Twin, Decide> what;
    bool operator<(const Event& other) const { return std::tie(at, order) > std::tie(other.at, other.order); }
  };

  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(bound));
  }
  bool chance(double probability) { return std::uniform_real_distribution<>(0, 1)(random_) < probability; }
  template <class What>
  void at(std::int64_t when, What what) {
    events_.push({when, order_++, std::move(what)});
  }
  std::int64_t window() const { return log_.rules.window_ms; }

  void deliver() {
    const std::int64_t first = feed_.front().arrival_ms;
    const std::int64_t silent_from = first + 5 * kDay;
    const std::int64_t silent_to = silent_from + window() + Referee::kSlackMs + 2 * kDay;
    const std::size_t in_backfill = weather_ == Weather::backfill ? feed_.size() * 3 / 5 : 0;
    const std::int64_t backfill_ends = in_backfill ? feed_[in_backfill].arrival_ms - 10 * kMinute : 0;
    log_.now_ms = in_backfill ? backfill_ends - kHour : first;
    for (std::size_t i = 0; i < feed_.size(); ++i) {
      Fingerprint print = feed_[i];
      std::int64_t when;
      if (i < in_backfill) {
        const double share = static_cast<double>(i) / static_cast<double>(in_backfill);
        print.arrival_ms = backfill_ends - kBehind + static_cast<std::int64_t>(share * static_cast<double>(kBehind));
        when = backfill_ends - kHour + static_cast<std::int64_t>(share * static_cast<double>(kHour));
      } else if (weather_ == Weather::silent && print.arrival_ms >= silent_from && print.arrival_ms < silent_to) {
        when = print.arrival_ms;
        print.arrival_ms -= kBehind;
        print.delivery.partition = 2;
      } else if (chance(0.1)) {
        ++counts_.lagging;
        print.delivery.partition = 1;
        const double turn = static_cast<double>(print.arrival_ms - first) / (1.7 * static_cast<double>(window()));
        when = print.arrival_ms + static_cast<std::int64_t>(static_cast<double>(window()) / 4 *
                                                            (1 - std::cos(2 * std::numbers::pi * turn)));
      } else {
        when = print.arrival_ms + below(3 * kSecond);
      }
      at(when, Delivered{print});
      if (!chance(0.05)) continue;
      ++counts_.redelivered;
      const std::int64_t longest = chance(0.5) ? 10 * kMinute : chance(0.8) ? kDay : window() + kDay;
      at(when + below(longest), Delivered{print});
    }
  }

  /// A batch: what is there within two seconds.
  void happens(const Delivered& first) {
    std::vector<Fingerprint> batch{first.print};
    while (batch.size() < kMostOfABatch && !events_.empty() && events_.top().at <= log_.now_ms + 2 * kSecond &&
           std::holds_alternative<Delivered>(events_.top().what)) {
      batch.push_back(std::get<Delivered>(events_.top().what).print);
      events_.pop();
    }
    std::vector<LogOffset> own;
    for (const Fingerprint& print : batch) {
      // What is live is not appended again; without a verdict it gets one, by itself.
      if (const auto older = log_.referee.offset_of(print.delivery)) {
        if (!log_.referee.verdict_of(*older)) at(log_.now_ms + kSecond, Decide{{*older}, true});
        continue;
      }
      const FingerprintMessage message{print, claim_, log_.now_ms};
      counts_.appended_again += !deliveries_.insert(print.delivery.offset).second;
      if (log_.append(message) != Referee::Applied::taken) continue;
      if (chance(0.01)) ++counts_.twins, at(log_.now_ms + below(kMinute), Twin{message});
      if (chance(0.02)) ++counts_.orphans;
      else own.push_back(log_.next - 1);
      log_.now_ms += 1;
    }
    const bool late = chance(0.01);
    counts_.late += late;
    if (!own.empty()) at(log_.now_ms + (late ? kMinute : 10), Decide{own, false});
  }

  void happens(const Twin& twin) { log_.append(twin.message); }

  void happens(const Decide& decide) {
    if (!decide.waited && !log_.referee.decide(decide.own).needs.empty())
      return at(log_.now_ms + kHelpAfter, Decide{decide.own, true});
    counts_.helped += decide_with_help(log_, decide.own);
    for (const LogOffset offset : decide.own)
      if (const auto verdict = log_.referee.verdict_of(offset)) counts_.joins += verdict->canonical.has_value();
  }

  const std::span<const Fingerprint> feed_;
  const Weather weather_;
  std::mt19937_64 random_;
  RefereeLog& log_;
  std::priority_queue<Event> events_;
  std::uint64_t order_ = 0;
  std::int64_t claim_ = std::numeric_limits<std::int64_t>::min(), claimed_at_ = 0;
  std::set<std::int64_t> deliveries_;
  FeedFleet::Counts counts_;
};

}  // namespace

std::string_view weather_name(Weather weather) {
  switch (weather) {
    case Weather::messy: return "messy";
    case Weather::silent: return "silent";
    case Weather::backfill: return "backfill";
  }
  return "";
}

FeedFleet::Counts FeedFleet::write(std::span<const Fingerprint> feed, Weather weather, std::uint64_t seed,
                                   RefereeLog& log) {
  return Writer(feed, weather, seed, log).write();
}

std::uint64_t decide_with_help(RefereeLog& log, const std::vector<LogOffset>& own) {
  std::uint64_t helped = 0;
  for (;;) {
    dedup::Referee::Decision decision = log.referee.decide(own);
    if (decision.needs.empty()) {
      if (!decision.verdicts.empty()) log.append(dedup::VerdictsMessage{std::move(decision.verdicts), log.now_ms});
      return helped;
    }
    helped += 1 + decide_with_help(log, {decision.needs.front()});
  }
}

}  // namespace newsmill::test
