#include "consumer/appended.h"

#include <fmt/format.h>

#include <algorithm>

namespace newsmill::consumer {
namespace {

using namespace std::chrono_literals;
using dedup::LogOffset;
using dedup::Referee;

constexpr auto kBetweenTries = 1s;
constexpr std::size_t kMostAtOnce = 2000;  // F's in one go

}  // namespace

void Appended::take(std::span<Batch::Item* const> items) {
  Taken& taken = batches_.emplace_back();
  taken.articles = items.size();
  if (!log_) return;
  for (Batch::Item* item : items) {
    if (item->error || !item->article.fingerprint) continue;
    // A message without a timestamp comes in now, or it would be older than any window.
    if (std::int64_t& arrival_ms = item->article.fingerprint->arrival_ms; arrival_ms < 0)
      arrival_ms = plan_.wall().time_since_epoch() / 1ms;
    taken.rows.push_back({item, std::nullopt, 0, false});
  }
}

Outcome Appended::advance() {
  if (!log_) return handed_ = seen_ = batches_.size(), Outcome{};
  Outcome outcome = hand_over();
  while (seen_ < handed_ && !batches_[seen_].again) {
    Taken& taken = batches_[seen_];
    if (!look_up(taken)) break;
    if (taken.again) continue;
    ++seen_;
    again_at_.reset();
    trouble_.clear();
  }
  return outcome;
}

/// What came back void goes first: everything behind it waits for it.
Outcome Appended::hand_over() {
  if (new_.empty() && seen_ < handed_ && batches_[seen_].again && (!again_at_ || plan_.now() >= *again_at_)) {
    again_at_ = plan_.now() + kBetweenTries;
    Taken& taken = batches_[seen_];
    taken.again = false;
    for (const std::size_t row : taken.missing) new_.push_back(&taken.rows[row].fingerprint());
    first_ = seen_, end_ = seen_ + 1;
  }
  if (!new_.empty())
    if (Outcome outcome = append(); !outcome) return outcome;
  while (handed_ < batches_.size()) {
    for (first_ = end_ = handed_; end_ < batches_.size() && new_.size() < kMostAtOnce; ++end_) gather(batches_[end_]);
    if (Outcome outcome = append(); !outcome) return outcome;
  }
  return {};
}

Outcome Appended::append() {
  std::shared_ptr<Receipt> receipt;
  const LogOffset behind = log_->referee().applied();
  if (!new_.empty()) {
    if (Outcome outcome = log_->append(new_, receipt); !outcome) return outcome;
    if (failpoints_) failpoints_->pass(Failpoint::after_fingerprints);
  }
  for (std::size_t at = first_; at < end_; ++at) {
    if (batches_[at].missing.empty()) continue;
    batches_[at].receipt = receipt;
    batches_[at].behind = behind;
  }
  handed_ = std::max(handed_, end_);
  new_.clear();
  return {};
}

/// What is live is not appended again: its verdict is used, or made.
void Appended::gather(Taken& taken) {
  log_->referee().ask([&](const Referee& referee) {
    for (Row& row : taken.rows) row.offset = referee.offset_of(row.fingerprint().delivery);
  });
  for (std::size_t at = 0; at < taken.rows.size(); ++at) {
    Row& row = taken.rows[at];
    row.older = row.offset.has_value();
    if (row.older) {
      older_.push_back(*row.offset);
    } else {
      taken.missing.push_back(at);
      new_.push_back(&row.fingerprint());
    }
  }
}

/// True when all of it has come back.
bool Appended::look_up(Taken& taken) {
  const bool found_all = log_->referee().ask([&](const Referee& referee) {
    for (const std::size_t at : taken.missing) {
      Row& row = taken.rows[at];
      if (!row.offset) row.offset = referee.offset_of(row.fingerprint().delivery);
      if (!row.offset) return false;
      row.append_ms = referee.append_ms_of(*row.offset).value_or(0);
    }
    return true;
  });
  if (!found_all) {
    const LogOffset last = taken.receipt->offset();
    if (taken.receipt->failed()) return gather_again(taken);
    if (last == Receipt::kPending || log_->referee().applied() < last) return false;
    log_->referee().ask([&](const Referee& referee) {
      for (const std::size_t at : taken.missing) {
        Row& row = taken.rows[at];
        row.offset = referee.offset_of(row.fingerprint().delivery);
        if (row.offset) row.append_ms = referee.append_ms_of(*row.offset).value_or(0);
      }
    });
  }
  look_for_void(taken);
  return true;
}

/// What of it is in the log is not known. It is appended again, but for what is there by now; what comes to
/// light later leaves the second one without effect.
bool Appended::gather_again(Taken& taken) {
  std::vector<std::size_t> again;
  for (const std::size_t at : taken.missing) {
    Row& row = taken.rows[at];
    row.older = row.offset.has_value();
    row.older ? older_.push_back(*row.offset) : again.push_back(at);
  }
  taken.missing = std::move(again);
  taken.again = true;
  return true;
}

/// An F that is not live was void, or it has left the window already; one that is may be somebody
/// else's, when ours was void because of it.
void Appended::look_for_void(Taken& taken) {
  std::vector<std::size_t> again;
  for (const std::size_t at : taken.missing) {
    Row& row = taken.rows[at];
    const auto found = log_->referee().void_of(row.fingerprint().delivery, taken.behind);
    if (!found) continue;
    ++counts_.void_messages;
    if (row.offset) {
      row.older = true;
      older_.push_back(*row.offset);
    } else if (found->what != Referee::Applied::known) {
      explain(*found);
      again.push_back(at);
    }
  }
  taken.missing = std::move(again);
  taken.again = !taken.missing.empty();
}

void Appended::explain(const SharedReferee::Void& message) {
  if (message.what == Referee::Applied::late) {
    ++counts_.late;
    trouble_ = late_words(message.behind_ms);
  } else if (message.what == Referee::Applied::foreign && again_at_) {
    // At first its sender has just learned of the log's id.
    trouble_ = "the dedup log has another id than what this process appends to it";
  }
}

std::string Appended::late_words(std::int64_t behind_ms) {
  return fmt::format(
      "by the clock of this host the dedup log gets what it sends {} minutes late, and ignores what is more than {} "
      "minutes late: the clocks of this host and of the brokers differ by that much, so set them (NTP); articles "
      "wait meanwhile",
      behind_ms / 60'000, Referee::kLatestMs / 60'000);
}

Appended::Ready Appended::ready(std::size_t articles) const {
  Ready ready;
  for (std::size_t at = 0; at < seen_ && !ready.full; ++at) {
    ready.full = at > 0 && ready.articles + batches_[at].articles > articles;
    if (ready.full) break;
    ready.articles += batches_[at].articles;
    ++ready.batches;
  }
  ready.full |= ready.articles >= articles;
  return ready;
}

std::vector<Appended::Row> Appended::rows(std::size_t batches) const {
  std::vector<Row> rows;
  for (std::size_t at = 0; at < batches; ++at)
    rows.insert(rows.end(), batches_[at].rows.begin(), batches_[at].rows.end());
  return rows;
}

void Appended::committed(std::size_t batches) {
  batches_.erase(batches_.begin(), batches_.begin() + static_cast<std::ptrdiff_t>(batches));
  handed_ -= batches;
  seen_ -= batches;
  first_ -= std::min(first_, batches);
  end_ -= std::min(end_, batches);
}

void Appended::forget() {
  batches_.clear();
  handed_ = seen_ = 0;
  new_.clear();
  older_.clear();
  again_at_.reset();
}

}  // namespace newsmill::consumer
