#include "consumer/shared_referee.h"

namespace newsmill::consumer {

dedup::RefereeRules referee_rules(const config::Settings::Dedup& settings) {
  dedup::RefereeRules rules;
  rules.window_ms = settings.window.count();
  rules.articles = static_cast<std::uint64_t>(settings.articles);
  return rules;
}

}  // namespace newsmill::consumer
