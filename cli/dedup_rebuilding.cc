#include "cli/dedup_rebuilding.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace newsmill::cli {
namespace {

using consumer::Fate;
using consumer::Outcome;
using dedup::Referee;
using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kPause{20};

}  // namespace

Outcome DedupRebuilding::add(Published published) {
  waiting_.push_back(std::move(published));
  return waiting_.size() < kAtOnce ? Outcome{} : write();
}

Outcome DedupRebuilding::finish() { return waiting_.empty() ? Outcome{} : write(); }

/// Calls again while the log has no room.
template <class Append>
Outcome DedupRebuilding::insist(Append&& append) {
  const auto deadline = Clock::now() + patience_;
  for (;;) {
    Outcome outcome = append();
    if (outcome.fate != Fate::retry || Clock::now() > deadline) return outcome;
    std::this_thread::sleep_for(kPause);
  }
}

Outcome DedupRebuilding::await(const std::shared_ptr<consumer::Receipt>& receipt) {
  const bool applied = log_.referee().wait_until(
      [&](const Referee&, dedup::LogOffset at) {
        const dedup::LogOffset offset = receipt->offset();
        return receipt->failed() || (offset != consumer::Receipt::kPending && at >= offset);
      },
      patience_);
  if (receipt->failed())
    return {Fate::rebuild, "what was written to the dedup log may not have come through; do it again"};
  if (applied) return {};
  const std::string why = log_.status().why;
  return {Fate::retry, "what was written to the dedup log does not come back" + (why.empty() ? why : ": " + why)};
}

Outcome DedupRebuilding::write_fingerprints() {
  std::vector<const Fingerprint*> articles;
  log_.referee().ask([&](const Referee& referee) {
    for (const Published& each : waiting_)
      if (!referee.offset_of(each.fingerprint.delivery)) articles.push_back(&each.fingerprint);
  });
  if (articles.empty()) return {};
  std::shared_ptr<consumer::Receipt> receipt;
  if (Outcome outcome = insist([&] { return log_.append(articles, receipt); }); !outcome) return outcome;
  return await(receipt);
}

Outcome DedupRebuilding::write_verdicts(const Verdicts& verdicts) {
  std::shared_ptr<consumer::Receipt> receipt;
  if (Outcome outcome = insist([&] { return log_.append(verdicts, receipt); }); !outcome) return outcome;
  return await(receipt);
}

Outcome DedupRebuilding::write() {
  // What was there before this batch gets its verdict in a V of its own: one that named old and new
  // articles could be void for one reader and valid for another whose log starts between them.
  std::vector<dedup::LogOffset> before;
  log_.referee().ask([&](const Referee& referee) {
    for (const Published& each : waiting_)
      if (const auto offset = referee.offset_of(each.fingerprint.delivery)) before.push_back(*offset);
  });
  std::ranges::sort(before);
  if (Outcome outcome = write_fingerprints(); !outcome) return outcome;

  Verdicts own, older;
  log_.referee().ask([&](const Referee& referee) {
    for (const Published& each : waiting_) {
      const auto offset = referee.offset_of(each.fingerprint.delivery);
      if (!offset) {
        ++counts_.past;
        continue;
      }
      if (const auto known = referee.verdict_of(*offset)) {
        ++counts_.there;
        counts_.unlike += known->story != each.verdict->story || known->relation != each.verdict->relation;
        continue;
      }
      ++counts_.written;
      (std::ranges::binary_search(before, *offset) ? older : own).push_back({*offset, *each.verdict});
    }
  });
  for (const dedup::DecidedFingerprint& verdict : older)
    if (Outcome outcome = write_verdicts({verdict}); !outcome) return outcome;
  std::ranges::sort(own, {}, &dedup::DecidedFingerprint::offset);
  // A delivery that was published twice would name its F twice.
  const auto doubled = std::ranges::unique(own, {}, &dedup::DecidedFingerprint::offset);
  counts_.written -= doubled.size();
  counts_.there += doubled.size();
  own.erase(doubled.begin(), doubled.end());
  if (!own.empty())
    if (Outcome outcome = write_verdicts(own); !outcome) return outcome;
  waiting_.clear();
  return {};
}

}  // namespace newsmill::cli
