#include "consumer/verdicts.h"

#include <algorithm>
#include <ranges>

#include "processors/encode/story.h"

namespace newsmill::consumer {
namespace {

using dedup::DecidedFingerprint;
using dedup::LogOffset;
using dedup::Referee;

constexpr const char* kNotApplied = "the dedup log has not come back yet";

}  // namespace

Outcome Verdicts::decide(std::span<Batch::Item* const> items) {
  if (!log_) return {};
  if (stage_ == Stage::begin)
    if (Outcome outcome = begin(items); !outcome) return outcome;
  while (stage_ != Stage::done)
    if (Outcome outcome = step(); !outcome) return outcome;
  return {};
}

Outcome Verdicts::begin(std::span<Batch::Item* const> items) {
  if (!caught_up_)
    if (Outcome outcome = log_->catch_up(); !outcome) return outcome;
  caught_up_ = true;
  rows_.clear();
  for (Batch::Item* item : items) {
    if (item->error || !item->article.fingerprint) continue;
    // A message without a timestamp comes in now, or it would be older than any window.
    if (std::int64_t& arrival_ms = item->article.fingerprint->arrival_ms; arrival_ms < 0)
      arrival_ms = plan_.wall().time_since_epoch() / Plan::Milliseconds(1);
    rows_.push_back({item, std::nullopt, false});
  }
  new_.clear();
  log_->referee().ask([&](const Referee& referee) {
    for (Row& row : rows_) {
      row.older = referee.offset_of(row.fingerprint().delivery).has_value();
      if (!row.older) new_.push_back(&row.fingerprint());
    }
  });
  stage_ = Stage::append;
  return {};
}

Outcome Verdicts::step() {
  if (!pending_.empty()) {
    if (Outcome outcome = log_->append(pending_, awaited_); !outcome) return outcome;
    pending_.clear();
  }
  if (!applied(plan_.idle_wait)) return {Fate::retry, kNotApplied};
  switch (stage_) {
    case Stage::append: return append();
    case Stage::look_up: look_up(); return {};
    case Stage::older: return decide_older();
    case Stage::own: return decide_own();
    case Stage::begin:
    case Stage::done: break;
  }
  return {};
}

Outcome Verdicts::append() {
  if (!new_.empty())
    if (Outcome outcome = log_->append(new_, awaited_); !outcome) return outcome;
  pass(Failpoint::after_fingerprints);
  stage_ = Stage::look_up;
  return {};
}

void Verdicts::look_up() {
  pass(Failpoint::after_applied);
  older_.clear();
  own_.clear();
  log_->referee().ask([&](const Referee& referee) {
    for (Row& row : rows_) {
      row.offset = referee.offset_of(row.fingerprint().delivery);
      if (row.offset) (row.older ? older_ : own_).push_back(*row.offset);
    }
  });
  for (std::vector<LogOffset>* offsets : {&older_, &own_}) {
    std::ranges::sort(*offsets);
    offsets->erase(std::ranges::unique(*offsets).begin(), offsets->end());
  }
  stage_ = Stage::older;
}

/// Those that were appended before this transaction and got no verdict: the lane that had them is gone.
/// Each is a V of its own, at once, or two lanes could wait for one another.
Outcome Verdicts::decide_older() {
  for (const LogOffset offset : older_) {
    Referee::Decision decision = ask(std::span(&offset, 1));
    if (!decision.needs.empty()) return help(decision.needs.front());
    if (decision.verdicts.empty()) continue;
    pending_ = std::move(decision.verdicts);
    return {};
  }
  stage_ = Stage::own;
  return {};
}

Outcome Verdicts::decide_own() {
  Referee::Decision decision = ask(own_);
  if (!decision.needs.empty()) return help(decision.needs.front());
  // Nothing is left to be decided, or what was sent has come back.
  if (decision.verdicts.empty()) return fill({}), Outcome{};
  if (Outcome outcome = log_->append(decision.verdicts, awaited_); !outcome) {
    pending_ = std::move(decision.verdicts);
    return outcome;
  }
  pass(Failpoint::after_verdicts);
  // confirm() waits for it; when it is back already it may be known to have lost.
  if (!applied(Plan::Milliseconds(0))) fill(decision.verdicts);
  return {};
}

/// Waits for the owner of a match, and when that takes too long decides in its place: the oldest first,
/// because that rests on nothing undecided.
Outcome Verdicts::help(LogOffset needed) {
  if (!waiting_since_) {
    waiting_since_ = plan_.now();
    ++counts_.waited;
  }
  // One wait for a transaction: who died with many articles has answered for none of them by then.
  if (plan_.now() - *waiting_since_ < plan_.help_after)
    return {Fate::retry, "another lane's verdict is not in the dedup log yet"};
  for (;;) {
    Referee::Decision decision = ask(std::span(&needed, 1));
    if (decision.needs.empty()) {
      if (!decision.verdicts.empty()) ++counts_.helped;
      pending_ = std::move(decision.verdicts);
      return {};
    }
    needed = decision.needs.front();
  }
}

/// Whether what was appended last has come back.
bool Verdicts::applied(Plan::Milliseconds limit) {
  if (!awaited_) return true;
  return log_->referee().wait_until(
      [&](const Referee&, LogOffset applied) {
        const LogOffset offset = awaited_->offset();
        return offset != Receipt::kPending && applied >= offset;
      },
      limit);
}

Referee::Decision Verdicts::ask(std::span<const LogOffset> offsets) {
  return log_->referee().ask([&](Referee& referee) { return referee.decide(offsets); });
}

/// Writes into every article what the log says, or, of `sent`, what it will say unless somebody was first.
void Verdicts::fill(std::span<const DecidedFingerprint> sent) {
  log_->referee().ask([&](const Referee& referee) {
    for (Row& row : rows_) {
      std::optional<Verdict>& verdict = row.item->article.verdict;
      if (row.offset) verdict = referee.verdict_of(*row.offset);
      if (row.offset && !verdict)
        if (const auto found = std::ranges::lower_bound(sent, *row.offset, {}, &DecidedFingerprint::offset);
            found != sent.end() && found->offset == *row.offset)
          verdict = found->verdict;
      // It left the window before it could be decided, so nobody can join it any more.
      if (!verdict) verdict = referee.apart(row.fingerprint());
    }
  });
  for (Row& row : rows_) {
    Article& article = row.item->article;
    if (article.output.story_at != 0) encode::fill_story(article.output, *article.verdict);
  }
  waiting_since_.reset();
  stage_ = Stage::done;
}

Outcome Verdicts::confirm() {
  if (stage_ != Stage::done) return {};
  if (!applied(plan_.idle_wait)) return {Fate::retry, kNotApplied};
  const bool held = log_->referee().ask([&](const Referee& referee) {
    return std::ranges::all_of(rows_, [&](const Row& row) {
      // What left the window meanwhile can be joined by nobody.
      if (!row.offset || !referee.is_live(*row.offset)) return true;
      return referee.verdict_of(*row.offset) == row.item->article.verdict;
    });
  });
  if (!held) {
    ++counts_.lost;
    return {Fate::abort, "another verdict was first in the dedup log, which is taken instead"};
  }
  stage_ = Stage::begin;
  return {};
}

void Verdicts::forget() {
  stage_ = Stage::begin;
  pending_.clear();
  rows_.clear();
  waiting_since_.reset();
}

}  // namespace newsmill::consumer
