#include "tests/referee/model_log.h"

#include "tests/referee/model_stream.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace newsmill::test {
namespace {

using consumer::Fate;
using consumer::Outcome;
using dedup::FingerprintMessage;
using dedup::LogOffset;
using dedup::Referee;
using dedup::VerdictsMessage;

constexpr dedup::LogId kLog = 7;
constexpr std::int64_t kOneMomentMs = 15'000;  // no request is under way for longer, but of the dead

FingerprintMessage seen_otherwise(FingerprintMessage message) {
  Fingerprint& print = message.fingerprint;
  if (print.delivery.content % 2 != 0) return message;
  print.text ^= 1;
  for (std::size_t i = 0; i < 11; ++i)
    print.sketch.min_hash[i] = static_cast<std::uint8_t>(print.sketch.min_hash[i] ^ 0x5a);
  return message;
}

}  // namespace

template <class Applies>
Referee::Applied ModelBuild::apply(Applies& referee, const LogMessage& message, LogOffset offset,
                                   std::int64_t append_ms) const {
  if (const auto* f = std::get_if<FingerprintMessage>(&message))
    return other_judge ? referee.apply(seen_otherwise(*f), offset, append_ms) : referee.apply(*f, offset, append_ms);
  return referee.apply(std::get<VerdictsMessage>(message), offset, append_ms);
}

Said said_of(const Verdict& verdict) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  const auto add = [&](std::uint64_t value) { hash = (hash ^ value) * 0x9e3779b97f4a7c15u, hash ^= hash >> 29; };
  add(static_cast<std::uint64_t>(verdict.relation));
  add(ident_of(verdict.story));
  add(static_cast<std::uint64_t>(verdict.since_ms));
  add(verdict.canonical ? ident_of(*verdict.canonical) + 1 : 0);
  add(std::bit_cast<std::uint32_t>(verdict.similarity));
  for (std::size_t i = 0; i < verdict.related_count; ++i) add(ident_of(verdict.related[i]));
  return {hash | 1, ident_of(verdict.story)};
}

ModelLog::ModelLog(const std::vector<ModelBuild>& builds) : builds_(builds), said_(builds.size()) {
  for (const ModelBuild& build : builds_) observers_.push_back(std::make_unique<Referee>(build.rules));
}

LogOffset ModelLog::append(LogMessage message, std::int64_t now_ms, std::uint64_t sender) {
  append_ms_ = std::max(append_ms_, now_ms);
  const LogOffset offset = end();
  entries_.push_back({append_ms_, std::move(message)});
  const Entry& entry = entries_.back();
  if (const auto* f = std::get_if<FingerprintMessage>(&entry.message)) {
    ++counts_.fingerprints;
    placed_.emplace(offset, Placed{f->fingerprint.delivery, ident_of(f->fingerprint.article), sender, append_ms_});
  } else {
    ++counts_.verdicts;
  }
  for (std::size_t build = 0; build < builds_.size(); ++build) {
    const auto applied = builds_[build].apply(*observers_[build], entry.message, offset, append_ms_);
    const auto* v = std::get_if<VerdictsMessage>(&entry.message);
    if (v && applied == Referee::Applied::taken) {
      if (build == 0) look_at(*v, sender);
      note(build, *v);
    }
    if (build > 0) continue;
    counts_.known += applied == Referee::Applied::known;
    counts_.late += applied == Referee::Applied::late;
    counts_.lost += applied == Referee::Applied::lost;
    counts_.foreign += applied == Referee::Applied::foreign;
  }
  // Retention: a little more than the longest look back.
  std::int64_t window = 0;
  for (const ModelBuild& build : builds_) window = std::max(window, build.rules.window_ms);
  while (entries_.front().append_ms < append_ms_ - window - Referee::kSlackMs - 2 * kMarginMs) {
    placed_.erase(first_);
    entries_.pop_front();
    ++first_;
  }
  return offset;
}

/// Before it counts.
void ModelLog::look_at(const VerdictsMessage& message, std::uint64_t sender) {
  if (sender == kNobody) return;
  bool sound = true, twins = false;
  std::int64_t oldest_ms = append_ms_, newest_ms = 0;
  for (const dedup::DecidedFingerprint& row : message.verdicts) {
    const auto found = placed_.find(row.offset);
    if (found == placed_.end()) continue;
    twins |= found->second.sender != sender && message.verdicts.size() > 1;
    oldest_ms = std::min(oldest_ms, found->second.append_ms);
    newest_ms = std::max(newest_ms, found->second.append_ms);
    const std::uint64_t story = ident_of(row.verdict.story);
    if (story == found->second.ident) opened_.insert(story);
    else sound &= opened_.contains(story);
  }
  sound &= !twins || newest_ms - oldest_ms < kOneMomentMs;
  counts_.with_twins += twins;
  counts_.unsound += !sound;
}

void ModelLog::note(std::size_t build, const VerdictsMessage& message) {
  for (const dedup::DecidedFingerprint& row : message.verdicts) {
    const auto verdict = observers_[build]->verdict_of(row.offset);
    const auto found = placed_.find(row.offset);
    if (!verdict || found == placed_.end()) continue;
    const auto partition = static_cast<std::size_t>(found->second.delivery.partition);
    const auto offset = static_cast<std::size_t>(found->second.delivery.offset);
    auto& partitions = said_[build];
    if (partitions.size() <= partition) partitions.resize(partition + 1);
    if (partitions[partition].size() <= offset) partitions[partition].resize(offset + 1);
    partitions[partition][offset] = {said_of(*verdict), row.offset};
  }
}

ModelLog::Of ModelLog::said(std::size_t build, const Fingerprint::Delivery& delivery) const {
  const auto partition = static_cast<std::size_t>(delivery.partition);
  const auto offset = static_cast<std::size_t>(delivery.offset);
  const auto& partitions = said_[build];
  if (partition >= partitions.size() || offset >= partitions[partition].size()) return {};
  return partitions[partition][offset];
}

LogOffset ModelLog::start(std::size_t build) const {
  const std::int64_t from = append_ms_ - builds_[build].rules.window_ms - Referee::kSlackMs - kMarginMs;
  return first_ + (std::ranges::lower_bound(entries_, from, {}, &Entry::append_ms) - entries_.begin());
}

ModelTail::ModelTail(const ModelLog& log, const ModelBuild& build, std::size_t number, Outside outside)
    : log_(log), build_(build), outside_(std::move(outside)), next_(log.start(number)), from_a_cut_(next_ > 1000),
      referee_(build.rules) {
  apply_to(log_.end());
}

void ModelTail::apply_to(LogOffset end) {
  for (; next_ < end; ++next_) {
    const ModelLog::Entry& entry = log_.at(next_);
    build_.apply(referee_, entry.message, next_, entry.append_ms);
  }
}

Outcome ModelTail::catch_up() {
  if (!asked_end_) asked_end_ = log_.end();
  if (next_ < *asked_end_) return {Fate::retry, "reading the log"};
  asked_end_.reset();
  return {};
}

Outcome ModelTail::append(std::span<const Fingerprint* const> articles, std::shared_ptr<consumer::Receipt>& receipt) {
  const std::int64_t clock = referee_.ask([](const Referee& referee) { return referee.clock_ms(); });
  Request request;
  for (const Fingerprint* article : articles)
    request.messages.push_back(FingerprintMessage{*article, clock, outside_.wall_ms(), kLog});
  return send(std::move(request), receipt);
}

Outcome ModelTail::append(std::span<const dedup::DecidedFingerprint> verdicts,
                          std::shared_ptr<consumer::Receipt>& receipt) {
  Request request;
  request.messages.push_back(VerdictsMessage{{verdicts.begin(), verdicts.end()}, outside_.wall_ms(), kLog});
  return send(std::move(request), receipt);
}

Outcome ModelTail::send(Request request, std::shared_ptr<consumer::Receipt>& receipt) {
  const Fault fault = outside_.fault();
  if (fault == Fault::retry) return {Fate::retry, "the queue is full"};
  if (fault == Fault::rebuild) return {Fate::rebuild, "not sent"};
  request.receipt = receipt = std::make_shared<consumer::Receipt>();
  outside_.send(std::move(request));
  return fault == Fault::sent ? Outcome{Fate::rebuild, "sent or not"} : Outcome{};
}

}  // namespace newsmill::test
