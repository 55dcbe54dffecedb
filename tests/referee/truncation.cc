#include "tests/referee/truncation.h"

#include <algorithm>
#include <variant>

namespace newsmill::test {
namespace {

using dedup::FingerprintMessage;
using dedup::LogOffset;
using dedup::Referee;
using dedup::VerdictsMessage;
using Entry = RefereeLog::Entry;

constexpr std::int64_t kHour = 3'600'000;

/// Decides everything that comes in from `from` to `to` alone, from what `referee` knows.
std::vector<Verdict> decide_alone(Referee& referee, std::span<const Entry> entries, LogOffset next,
                                  std::int64_t now_ms) {
  std::vector<Verdict> verdicts;
  for (const Entry& entry : entries) {
    const auto* arrived = std::get_if<FingerprintMessage>(&entry.message);
    if (!arrived) continue;
    now_ms = std::max(now_ms, entry.append_ms);
    auto offset = referee.offset_of(arrived->fingerprint.delivery);
    if (!offset) {
      offset = next;
      referee.apply(FingerprintMessage{arrived->fingerprint, referee.clock_ms(), now_ms}, next++, now_ms);
    }
    std::vector<LogOffset> wanted{*offset};
    while (!wanted.empty()) {
      Referee::Decision decision = referee.decide(std::span(&wanted.back(), 1));
      if (!decision.needs.empty()) {
        wanted.push_back(decision.needs.front());
        continue;
      }
      wanted.pop_back();
      if (!decision.verdicts.empty())
        referee.apply(VerdictsMessage{std::move(decision.verdicts), now_ms}, next++, now_ms);
    }
    verdicts.push_back(referee.verdict_of(*offset).value_or(referee.apart(arrived->fingerprint)));
  }
  return verdicts;
}

}  // namespace

Truncation truncate(const RefereeLog& log, std::uint64_t cuts) {
  const std::int64_t window = log.rules.window_ms, reach = window + Referee::kSlackMs + kHour;
  const auto at = [&](std::int64_t append_ms) {
    return static_cast<std::size_t>(std::ranges::lower_bound(log.entries, append_ms, {}, &Entry::append_ms) -
                                    log.entries.begin());
  };
  const auto is_f = [&](std::size_t entry) {
    return std::holds_alternative<FingerprintMessage>(log.entries[entry].message);
  };
  // Where something is cut off and where enough follows.
  const std::size_t from = std::min(at(log.entries.front().append_ms + reach + 12 * kHour), log.entries.size() - cuts);
  const std::size_t to = std::max(from + cuts, at(log.entries.back().append_ms - window * 6 / 10));
  Truncation result;
  Referee never_stopped(log.rules);
  std::size_t applied = 0;
  for (std::uint64_t cut = 0; cut < cuts; ++cut) {
    std::size_t end = from + (to - from) * cut / cuts;
    if (cut % 2 == 1)
      while (end + 1 < log.entries.size() && !(is_f(end - 1) && !is_f(end))) ++end;
    const std::int64_t last_ms = log.entries[end - 1].append_ms;
    std::size_t start = at(last_ms - reach);
    if (cut % 4 >= 2)  // a little earlier, at a V
      while (start > 0 && is_f(start)) --start;
    ++result.cuts;
    result.truncated += start > 0;
    result.within_a_batch += is_f(end - 1);

    for (; applied < end; ++applied) RefereeLog::apply(never_stopped, log.entries[applied]);
    Referee old(log.rules), fresh(log.rules);
    for (std::size_t i = start; i < end; ++i) RefereeLog::apply(fresh, log.entries[i]);
    result.states_differ += fresh.state() != never_stopped.state();

    for (std::size_t i = 0; i < end; ++i) RefereeLog::apply(old, log.entries[i]);
    const std::size_t to_decide = std::max(end, at(last_ms + window * 6 / 10));
    const auto later = std::span(log.entries).subspan(end, to_decide - end);
    const LogOffset next = log.entries[end - 1].offset + 1;
    const auto olds = decide_alone(old, later, next, last_ms), freshs = decide_alone(fresh, later, next, last_ms);
    result.later_verdicts += olds.size();
    for (std::size_t i = 0; i < olds.size(); ++i) {
      result.later_joins += olds[i].canonical.has_value();
      result.verdicts_differ += olds[i] != freshs[i];
    }
  }
  return result;
}

}  // namespace newsmill::test
