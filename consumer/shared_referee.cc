#include "consumer/shared_referee.h"

#include <algorithm>

namespace newsmill::consumer {

std::optional<SharedReferee::Void> SharedReferee::void_of(const Fingerprint::Delivery& delivery,
                                                          dedup::LogOffset behind) {
  const std::lock_guard lock(mutex_);
  // The newest ones first: of several tries the last one counts.
  for (auto message = void_.rbegin(); message != void_.rend() && message->offset > behind; ++message)
    if (message->delivery == delivery) return *message;
  if (forgotten_ > behind) return Void{forgotten_, dedup::Referee::Applied::lost, delivery, 0};
  return std::nullopt;
}

std::optional<SharedReferee::Void> SharedReferee::void_at(dedup::LogOffset offset) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::lower_bound(void_, offset, {}, &Void::offset);
  if (found != void_.end() && found->offset == offset) return *found;
  return std::nullopt;
}

void SharedReferee::remember(const Void& message) {
  if (void_.size() == kRemembered) {
    forgotten_ = void_.front().offset;
    void_.pop_front();
  }
  void_.push_back(message);
}

dedup::RefereeRules referee_rules(const config::Settings::Dedup& settings) {
  dedup::RefereeRules rules;
  rules.window_ms = settings.window.count();
  rules.articles = static_cast<std::uint64_t>(settings.articles);
  return rules;
}

}  // namespace newsmill::consumer
