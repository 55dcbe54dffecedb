#include "cli/stories.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <optional>

namespace newsmill::cli {
namespace {

dedup::RefereeRules rules(const config::Settings::Dedup& settings, StoryClock clock) {
  dedup::RefereeRules rules = consumer::referee_rules(settings);
  rules.still_clock = clock == StoryClock::none;
  return rules;
}

/// Unix milliseconds; nothing for an article without a date.
std::optional<std::int64_t> date_of(const Article& article) {
  for (const auto& date : {article.published, article.updated, article.received})
    if (date) return std::max<std::int64_t>(0, date->instant.utc.time_since_epoch() / std::chrono::milliseconds(1));
  return std::nullopt;
}

}  // namespace

Stories::Stories(const config::Settings::Dedup& settings, StoryClock clock)
    : clock_(clock), log_(rules(settings, clock), [this] { return now_ms_; }), verdicts_(&log_, plan_) {}

void Stories::tell(Batch::Item& item) {
  if (item.error || !item.article.fingerprint) return;
  // Without a date it comes in now, which is the epoch while nothing has told the time.
  const std::int64_t arrival_ms = date_of(item.article).value_or(now_ms_);
  item.article.fingerprint->arrival_ms = arrival_ms;
  if (clock_ == StoryClock::published) now_ms_ = std::max(now_ms_, arrival_ms);
  Batch::Item* const items[] = {&item};
  verdicts_.take(items);
  // A log in memory keeps nobody waiting.
  [[maybe_unused]] const consumer::Outcome appended = verdicts_.advance(), decided = verdicts_.decide(1),
                                           confirmed = verdicts_.confirm();
  assert(appended && decided && confirmed);
  verdicts_.committed();
}

}  // namespace newsmill::cli
