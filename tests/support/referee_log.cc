#include "tests/support/referee_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace newsmill::test {

Sketch sketch_of(std::initializer_list<Piece> pieces) {
  Sketch sketch;
  std::size_t slot = 0;
  for (const auto& [text, slots] : pieces) {
    std::mt19937_64 random(static_cast<std::uint64_t>(text) + 77);
    std::array<std::uint8_t, 64> all{};
    for (auto& each : all) each = static_cast<std::uint8_t>(random() % 16);
    for (int i = 0; i < slots && slot < 64; ++i, ++slot)
      sketch.min_hash[slot / 2] = static_cast<std::uint8_t>(sketch.min_hash[slot / 2] | (all[slot] << (slot % 2 * 4)));
    for (int i = 0; i < 2 && sketch.key_count < Sketch::kKeys; ++i) sketch.keys[sketch.key_count++] = static_cast<std::uint32_t>(random());
  }
  sketch.shingles = 300;
  sketch.tokens = 302;
  return sketch;
}

ArticleId id_of(std::string_view name) { return article_id(sha256(name)); }

Fingerprint fingerprint_of(std::string_view name, std::initializer_list<Piece> pieces) {
  Fingerprint fingerprint;
  fingerprint.article = id_of(name);
  fingerprint.may_lead = true;
  fingerprint.sketch = sketch_of(pieces);
  fingerprint.text = std::hash<std::string_view>()(name) | 1;  // every article differs a little
  return fingerprint;
}

dedup::RefereeRules RefereeLog::small_rules() { return {.window_ms = 1'000'000, .articles = 1000}; }

dedup::Referee::Applied RefereeLog::apply(dedup::Referee& referee, const Entry& entry) {
  return std::visit([&](const auto& message) { return referee.apply(message, entry.offset, entry.append_ms); },
                    entry.message);
}

dedup::Referee::Applied RefereeLog::append(const dedup::FingerprintMessage& message) {
  entries.push_back({next++, now_ms, message});
  return apply(referee, entries.back());
}

dedup::Referee::Applied RefereeLog::append(dedup::VerdictsMessage message) {
  if (message.sent_ms == 0) message.sent_ms = now_ms;
  entries.push_back({next++, now_ms, std::move(message)});
  return apply(referee, entries.back());
}

dedup::LogOffset RefereeLog::append(Fingerprint fingerprint) {
  fingerprint.arrival_ms = now_ms;
  return append_as_it_is(fingerprint);
}

dedup::LogOffset RefereeLog::append_as_it_is(const Fingerprint& fingerprint) {
  dedup::FingerprintMessage message{fingerprint, referee.clock_ms(), now_ms};
  if (message.fingerprint.delivery == Fingerprint::Delivery{}) {  // each a delivery of its own
    message.fingerprint.delivery.offset = next;
    message.fingerprint.delivery.content = static_cast<std::uint64_t>(next) * 0x9e3779b97f4a7c15u;
  }
  append(message);
  return next - 1;
}

Verdict RefereeLog::decide(std::vector<dedup::LogOffset> own) {
  dedup::Referee::Decision decision = referee.decide(own);
  EXPECT_TRUE(decision.needs.empty());
  EXPECT_EQ(decision.verdicts.size(), own.size());
  if (decision.verdicts.empty()) return {};
  const Verdict last = decision.verdicts.back().verdict;
  EXPECT_EQ(append(dedup::VerdictsMessage{std::move(decision.verdicts), now_ms}), dedup::Referee::Applied::taken);
  return last;
}

std::unique_ptr<dedup::Referee> RefereeLog::replayed(std::size_t first_entry) const {
  auto replayed = std::make_unique<dedup::Referee>(rules);
  for (std::size_t i = first_entry; i < entries.size(); ++i) apply(*replayed, entries[i]);
  return replayed;
}

}  // namespace newsmill::test
