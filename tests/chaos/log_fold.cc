#include "tests/chaos/log_fold.h"

#include <variant>

namespace newsmill::chaos {
namespace {

constexpr std::int64_t kLatestMs = 600'000;
constexpr dedup::RefereeRules kRules{.window_ms = std::int64_t{72} * 3'600'000, .articles = 1 << 17};

}  // namespace

LogFold::LogFold() : referee_(kRules) {}

void LogFold::add(const LogMessage& message) {
  const dedup::Decoded decoded = dedup::decode(message.bytes);
  const auto fold = [&](const auto& whole) {
    const Applied ours = apply(whole, message);
    differs_ += referee_.apply(whole, message.offset, message.append_ms) != ours;
    count(ours);
  };
  if (const auto* fingerprint = std::get_if<dedup::FingerprintMessage>(&decoded)) {
    ++counts_.fingerprints;
    fold(*fingerprint);
  } else if (const auto* verdicts = std::get_if<dedup::VerdictsMessage>(&decoded)) {
    ++counts_.verdicts;
    fold(*verdicts);
  } else {
    ++counts_.garbage;
  }
}

LogFold::Applied LogFold::apply(const dedup::FingerprintMessage& message, const LogMessage& at) {
  if (at.append_ms - message.sent_ms > kLatestMs) return Applied::late;
  if (log_ == 0) log_ = message.log;
  if (message.log != log_) return Applied::foreign;
  const Fingerprint::Delivery& delivery = message.fingerprint.delivery;
  const Place place{delivery.partition, delivery.offset};
  if (!rows_.try_emplace(place, Row{at.offset, at.append_ms, message.fingerprint, {}, 0}).second) return Applied::known;
  by_offset_.emplace(at.offset, place);
  return Applied::taken;
}

LogFold::Applied LogFold::apply(const dedup::VerdictsMessage& message, const LogMessage& at) {
  if (at.append_ms - message.sent_ms > kLatestMs) return Applied::late;
  if (message.log != log_) return Applied::foreign;
  std::vector<std::pair<Row*, const Verdict*>> fresh;
  bool known = false;
  for (const dedup::DecidedFingerprint& each : message.verdicts) {
    const auto found = by_offset_.find(each.offset);
    if (found == by_offset_.end()) continue;
    Row& row = rows_.at(found->second);
    if (row.verdict && *row.verdict != each.verdict) return Applied::lost;
    if (!row.verdict) fresh.emplace_back(&row, &each.verdict);
    known |= row.verdict.has_value();
  }
  counts_.same += known;
  for (const auto& [row, verdict] : fresh) {
    row->verdict = *verdict;
    row->decided_at = at.offset;
  }
  return Applied::taken;
}

void LogFold::count(Applied applied) {
  switch (applied) {
    case Applied::taken: break;
    case Applied::known: ++counts_.again; break;
    case Applied::late: ++counts_.late; break;
    case Applied::lost: ++counts_.lost; break;
    case Applied::foreign: ++counts_.foreign; break;
  }
}

const LogFold::Row* LogFold::of(const Place& delivery) const {
  const auto found = rows_.find(delivery);
  return found == rows_.end() ? nullptr : &found->second;
}

std::size_t LogFold::differs() const {
  std::size_t differs = differs_;
  for (const auto& [place, row] : rows_) differs += referee_.verdict_of(row.offset) != row.verdict;
  return differs;
}

}  // namespace newsmill::chaos
