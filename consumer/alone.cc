#include "consumer/alone.h"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

namespace newsmill::consumer {
namespace {

using dedup::LogOffset;
using dedup::Referee;

// Proposals in one go: bounds how long the others that ask the referee are kept waiting.
constexpr std::size_t kMostAtOnce = 256;
constexpr auto kBetweenTries = std::chrono::seconds(1);

bool is_settled(const Referee& referee, LogOffset offset) {
  return !referee.is_live(offset) || referee.verdict_of(offset).has_value();
}

}  // namespace

void Alone::add_own(LogOffset offset) { add(offset, plan_.now(), false); }

void Alone::add_other(LogOffset offset) {
  add(offset, helped_lately_ ? plan_.now() : plan_.now() + plan_.help_after, true);
}

void Alone::add(LogOffset offset, Time from, bool help) {
  const auto [found, added] = waiting_.try_emplace(offset, Waiting{from, help, {}, {}});
  if (!added) {
    found->second.from = std::min(found->second.from, from);
    found->second.help &= help;
  }
  looked_.reset();
}

Outcome Alone::advance() {
  if (waiting_.empty()) return {};
  const LogOffset applied = log_->referee().applied();
  const Time now = plan_.now();
  if (looked_ == applied && now < look_again_) return {};
  looked_ = applied;
  const std::vector<Proposal> proposals = propose();
  for (const Proposal& proposal : proposals) {
    Waiting& waiting = waiting_.at(proposal.offset);
    if (Outcome outcome = log_->append(proposal.verdicts, waiting.receipt); !outcome) {
      looked_.reset();
      return outcome;
    }
    if (waiting.help) {
      helped_lately_ = true;
      ++helped_;
    }
  }
  return {};
}

std::vector<Alone::Proposal> Alone::propose() {
  const Time now = plan_.now();
  std::vector<Proposal> proposals;
  std::vector<std::pair<LogOffset, Time>> needed;
  look_again_ = Time::max();
  log_->referee().ask([&](Referee& referee) {
    for (auto at = waiting_.begin(); at != waiting_.end();) {
      Waiting& waiting = at->second;
      if (is_settled(referee, at->first)) {
        at = waiting_.erase(at);
        continue;
      }
      const LogOffset offset = at->first;
      ++at;
      if (waiting.receipt) {
        const LogOffset sent = waiting.receipt->offset();
        if (sent == Receipt::kFailed || (sent != Receipt::kPending && *looked_ >= sent)) {
          waiting.receipt.reset();  // it was void, or is lost, and nobody else has decided what it names
          waiting.from = now + kBetweenTries;
        } else {
          look_again_ = std::min(look_again_, now + plan_.retry_pause);
          continue;
        }
      }
      if (now < waiting.from) {
        look_again_ = std::min(look_again_, waiting.from);
        continue;
      }
      if (waiting.needs && !is_settled(referee, *waiting.needs)) continue;
      waiting.needs.reset();
      if (proposals.size() == kMostAtOnce) {
        look_again_ = now;
        break;
      }
      Referee::Decision decision = referee.decide(std::span(&offset, 1));
      if (decision.needs.empty()) {
        if (!decision.verdicts.empty()) proposals.push_back({offset, std::move(decision.verdicts)});
        continue;
      }
      waiting.needs = decision.needs.front();
      // Who is late with the one is late with the other.
      for (const LogOffset each : decision.needs)
        needed.emplace_back(each, waiting.help ? waiting.from : now + plan_.help_after);
    }
  });
  for (const auto& [offset, from] : needed) add(offset, from, true);
  return proposals;
}

bool Alone::settled(LogOffset offset) {
  return log_->referee().ask([&](const Referee& referee) { return is_settled(referee, offset); });
}

void Alone::forget() {
  waiting_.clear();
  looked_.reset();
  helped_lately_ = false;
}

}  // namespace newsmill::consumer
