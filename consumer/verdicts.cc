#include "consumer/verdicts.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "processors/encode/story.h"

namespace newsmill::consumer {
namespace {

using namespace std::chrono_literals;
using dedup::DecidedFingerprint;
using dedup::LogOffset;
using dedup::Referee;

constexpr const char* kNotApplied = "the dedup log has not come back yet";
constexpr const char* kUndecided = "another lane's verdict is not in the dedup log yet";
// F's further apart are not named together: where a log that is read begins, all of a V's must have
// left the window, which a margin of an hour sees to.
constexpr std::int64_t kTogetherMs = 600'000;
constexpr std::size_t kMostInOne = 2000;  // F's of a V
constexpr auto kBetweenTries = 1s;

bool is_settled(const Referee& referee, LogOffset offset) {
  return !referee.is_live(offset) || referee.verdict_of(offset).has_value();
}

void sort_unique(std::vector<LogOffset>& offsets) {
  std::ranges::sort(offsets);
  offsets.erase(std::ranges::unique(offsets).begin(), offsets.end());
}

}  // namespace

Verdicts::Verdicts(DedupLog* log, const Plan& plan, Failpoints* failpoints)
    : log_(log), plan_(plan), failpoints_(failpoints), appended_(log, plan, failpoints), alone_(log, plan) {}

Outcome Verdicts::catch_up() {
  if (!log_) return {};
  Outcome outcome = log_->catch_up();
  caught_up_ = outcome.fate == Fate::done;
  return outcome;
}

Outcome Verdicts::advance() {
  if (!log_) return appended_.advance();
  if (!caught_up_)
    if (Outcome outcome = catch_up(); !outcome) return outcome;
  const Outcome outcome = appended_.advance();
  for (const LogOffset offset : appended_.take_older()) alone_.add_own(offset);
  if (!outcome && outcome.fate != Fate::retry) return outcome;
  const Outcome alone = alone_.advance();
  return outcome ? alone : outcome;
}

Appended::Ready Verdicts::ready(std::size_t articles) const { return appended_.ready(articles); }

// ---- Deciding

Outcome Verdicts::decide(std::size_t batches) {
  if (stage_ == Stage::begin) begin(batches);
  while (stage_ != Stage::done)
    if (Outcome outcome = decide_own(); !outcome) return outcome;
  return {};
}

void Verdicts::begin(std::size_t batches) {
  batches_ = batches;
  stage_ = Stage::done;
  if (!log_) return;
  rows_ = appended_.rows(batches);
  alone_rows_.clear();
  own_.clear();
  std::int64_t newest_ms = 0;
  for (const Appended::Row& row : rows_)
    if (!row.older) newest_ms = std::max(newest_ms, row.append_ms);
  for (const Appended::Row& row : rows_)
    if (row.offset) (row.older || row.append_ms < newest_ms - kTogetherMs ? alone_rows_ : own_).push_back(*row.offset);
  sort_unique(alone_rows_);
  sort_unique(own_);
  for (const LogOffset offset : alone_rows_) alone_.add_own(offset);
  std::erase_if(own_, [&](LogOffset offset) { return std::ranges::binary_search(alone_rows_, offset); });
  sent_.clear();
  awaited_.reset();
  needed_.reset();
  to_send_ = waited_ = false;
  stage_ = Stage::own;
  pass(Failpoint::after_applied);
}

Outcome Verdicts::decide_own() {
  if (to_send_) return send_and_fill();
  if (awaited_ && !came_back()) return {Fate::retry, kNotApplied};
  note_void();
  awaited_.reset();
  if (plan_.now() < again_at_) return {Fate::retry, kNotApplied};
  if (Outcome outcome = alone_.advance(); !outcome) return outcome;
  if (needed_ && !alone_.settled(*needed_)) return {Fate::retry, kUndecided};
  needed_.reset();
  bool blocked = false;
  std::vector<LogOffset> open = log_->referee().ask([&](const Referee& referee) {
    std::erase_if(alone_rows_, [&](LogOffset offset) { return is_settled(referee, offset); });
    std::erase_if(own_, [&](LogOffset offset) { return is_settled(referee, offset); });
    blocked = !alone_rows_.empty();
    return own_;
  });
  if (blocked) return {Fate::retry, kUndecided};
  if (open.empty()) return fill(), Outcome{};  // nothing is left, or what was sent has come back
  last_ = open.size() <= kMostInOne;
  if (!last_) open.resize(kMostInOne);
  return decide_first(open);
}

/// Of `open`, which are this transaction's undecided ones in the order of the log, those that rest on
/// nothing that somebody else is to decide.
Outcome Verdicts::decide_first(std::span<const LogOffset> open) {
  const auto ask = [&](std::span<const LogOffset> offsets) {
    return log_->referee().ask([&](Referee& referee) { return referee.decide(offsets); });
  };
  Referee::Decision decision = ask(open);
  if (!decision.needs.empty()) {
    if (!std::exchange(waited_, true)) ++counts_.waited;
    needed_ = decision.needs.front();
    for (const LogOffset offset : decision.needs) alone_.add_other(offset);
    // An article rests on what came before it, so nothing before the first that is needed rests on any.
    const auto before = std::ranges::lower_bound(open, *needed_) - open.begin();
    last_ = false;
    if (before > 0) decision = ask(open.first(static_cast<std::size_t>(before)));
    if (decision.verdicts.empty()) return {Fate::retry, kUndecided};
  }
  if (decision.verdicts.empty()) return {};  // all has been settled meanwhile
  sent_ = std::move(decision.verdicts);
  to_send_ = true;
  return send_and_fill();
}

Outcome Verdicts::send() {
  Outcome outcome = log_->append(sent_, awaited_);
  if (outcome) to_send_ = false;
  return outcome;
}

Outcome Verdicts::send_and_fill() {
  if (Outcome outcome = send(); !outcome || !last_) return outcome;
  pass(Failpoint::after_verdicts);
  // confirm() waits for it; when it is back already it may be known to have lost.
  if (!came_back()) fill();
  return {};
}

/// Whether the V sent last has come back, or somebody else's that decides the last article of it.
bool Verdicts::came_back() const {
  return log_->referee().wait_until(
      [&](const Referee& referee, LogOffset applied) {
        const LogOffset offset = awaited_ ? awaited_->offset() : Receipt::kPending;
        return offset == Receipt::kFailed || (offset != Receipt::kPending && applied >= offset) ||
               is_settled(referee, sent_.back().offset);
      },
      0ms);
}

/// Writes into every article what the log says, or, of what was sent, what it will say unless somebody was first.
void Verdicts::fill() {
  log_->referee().ask([&](const Referee& referee) {
    for (Appended::Row& row : rows_) {
      std::optional<Verdict>& verdict = row.item->article.verdict;
      verdict.reset();
      if (row.offset && referee.is_live(*row.offset)) {
        verdict = referee.verdict_of(*row.offset);
        if (!verdict)
          if (const auto found = std::ranges::lower_bound(sent_, *row.offset, {}, &DecidedFingerprint::offset);
              found != sent_.end() && found->offset == *row.offset)
            verdict = found->verdict;
      }
      // It left the window before it could be decided, so nobody can join it any more.
      if (!verdict) verdict = referee.apart(row.fingerprint());
    }
  });
  for (Appended::Row& row : rows_) {
    Article& article = row.item->article;
    if (article.output.story_at != 0) encode::fill_story(article.output, *article.verdict);
  }
  stage_ = Stage::done;
}

// ---- Reading back

Outcome Verdicts::confirm() {
  if (!log_ || stage_ != Stage::done) return {};
  if (to_send_ && plan_.now() >= again_at_)
    if (Outcome outcome = send(); !outcome) return outcome;
  if (awaited_ && !to_send_ && !came_back()) {
    wait(plan_.tick);
    if (!came_back()) return {Fate::retry, kNotApplied};
  }
  bool all = true, differs = false;
  log_->referee().ask([&](const Referee& referee) {
    for (const Appended::Row& row : rows_) {
      // What left the window meanwhile can be joined by nobody.
      if (!row.offset || !referee.is_live(*row.offset)) continue;
      const auto verdict = referee.verdict_of(*row.offset);
      all &= verdict.has_value();
      differs |= verdict && verdict != row.item->article.verdict;
    }
  });
  if (differs) {
    ++counts_.lost;
    return {Fate::abort, "another verdict was first in the dedup log, which is taken instead"};
  }
  if (all) {
    trouble_.clear();
    return {};
  }
  // It had no effect, and nobody else has decided what it names: it still holds.
  if (!to_send_) to_send_ = note_void();
  return {Fate::retry, kNotApplied};
}

/// Whether the V that was sent last has come back without effect; once for each.
bool Verdicts::note_void() {
  const LogOffset offset = awaited_ ? awaited_->offset() : Receipt::kPending;
  if (offset == Receipt::kFailed) return true;  // whether it is in the log will not be known: again does no harm
  if (offset == Receipt::kPending || log_->referee().applied() < offset) return false;
  const auto found = log_->referee().void_at(offset);
  if (!found) return false;
  ++counts_.void_messages;
  if (found->what == Referee::Applied::lost) return true;
  again_at_ = plan_.now() + kBetweenTries;
  if (found->what != Referee::Applied::late) return true;
  ++counts_.late_own;
  trouble_ = Appended::late_words(found->behind_ms);
  return true;
}

void Verdicts::committed() {
  if (!rows_.empty()) {
    const std::int64_t oldest_ms =
        log_->referee().ask([](const Referee& referee) { return referee.clock_ms(); }) - plan_.window.count();
    for (const Appended::Row& row : rows_) counts_.late += row.fingerprint().arrival_ms < oldest_ms;
  }
  appended_.committed(batches_);
  alone_.be_patient();
  rows_.clear();
  stage_ = Stage::begin;
}

void Verdicts::forget() {
  stage_ = Stage::begin;
  appended_.forget();
  alone_.forget();
  rows_.clear();
  awaited_.reset();
  to_send_ = false;
}

void Verdicts::wait(Plan::Milliseconds limit) {
  if (!log_) return;
  const LogOffset before = log_->referee().applied();
  log_->referee().wait_until([&](const Referee&, LogOffset applied) { return applied != before; }, limit);
}

Verdicts::Counts Verdicts::counts() const {
  Counts counts = counts_;
  counts.helped += alone_.helped();
  counts.void_messages += appended_.counts().void_messages;
  counts.late_own += appended_.counts().late;
  return counts;
}

}  // namespace newsmill::consumer
