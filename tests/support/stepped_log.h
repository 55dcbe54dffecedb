#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "consumer/dedup_log.h"
#include "tests/support/referee_log.h"

namespace newsmill::test {

/// A dedup log that does what a test says, when it says so: what is appended stands in line until it is
/// applied, one by one, and is acknowledged when that is called for. One thread.
class SteppedLog final : public consumer::DedupLog {
 public:
  using Message = std::variant<dedup::FingerprintMessage, dedup::VerdictsMessage>;

  consumer::Outcome catch_up() override { return ++catch_ups, caught_up; }
  consumer::Outcome append(std::span<const Fingerprint* const> articles,
                           std::shared_ptr<consumer::Receipt>& receipt) override {
    if (!takes) return takes;
    for (const Fingerprint* article : articles) put(dedup::FingerprintMessage{*article, 0, now_ms - behind_ms, log_id});
    return note(receipt);
  }
  consumer::Outcome append(std::span<const dedup::DecidedFingerprint> verdicts,
                           std::shared_ptr<consumer::Receipt>& receipt) override {
    if (!takes) return takes;
    put(dedup::VerdictsMessage{{verdicts.begin(), verdicts.end()}, now_ms - behind_ms, log_id});
    sizes.push_back(verdicts.size());
    return note(receipt);
  }
  std::string mark() const override { return "stepped"; }
  Status status() const override { return {}; }
  consumer::SharedReferee& referee() override { return referee_; }

  std::size_t waiting() const { return line_.size(); }
  /// The next `count` messages come back.
  void apply(std::size_t count = 1'000'000) {
    for (; count > 0 && !line_.empty(); --count, line_.pop_front())
      std::visit([&](const auto& message) { referee_.apply(message, line_.front().first, now_ms); },
                 line_.front().second);
  }
  void acknowledge() {
    for (const auto& [receipt, offset] : receipts_) receipt->acknowledge(offset);
    receipts_.clear();
  }
  void fail() {
    for (const auto& [receipt, offset] : receipts_) receipt->fail();
    receipts_.clear();
  }
  /// Lost before they got a place.
  void drop() { line_.clear(); }
  void settle() { apply(), acknowledge(); }

  consumer::Outcome caught_up, takes;  ///< what it says
  int catch_ups = 0;
  std::int64_t now_ms = 1'772'000'000'000;
  std::int64_t behind_ms = 0;  ///< the appender's clock
  dedup::LogId log_id = 7;     ///< in the appender's opinion
  std::vector<std::size_t> sizes;  ///< of V's

 private:
  void put(Message message) { line_.emplace_back(next_++, std::move(message)); }
  consumer::Outcome note(std::shared_ptr<consumer::Receipt>& receipt) {
    receipt = std::make_shared<consumer::Receipt>();
    receipts_.emplace_back(receipt, next_ - 1);
    return {};
  }

  std::deque<std::pair<dedup::LogOffset, Message>> line_;
  std::deque<std::pair<std::shared_ptr<consumer::Receipt>, dedup::LogOffset>> receipts_;
  dedup::LogOffset next_ = 0;
  consumer::SharedReferee referee_{RefereeLog::small_rules()};
};

}  // namespace newsmill::test
