#include "processors/dedup/referee.h"

#include <algorithm>
#include <cassert>

#include "processors/dedup/deciding.h"

namespace newsmill::dedup {

Referee::Referee(const RefereeRules& rules)
    : rules_(rules), articles_(rules.articles), deciding_(std::make_unique<Deciding>(*this)) {}

Referee::~Referee() = default;

Referee::Applied Referee::apply(const FingerprintMessage& message, LogOffset offset, std::int64_t append_ms) {
  go_on(append_ms);
  if (message.sent_ms < append_ms - kLatestMs) return Applied::late;
  if (log_ == 0) log_ = message.log;
  if (message.log != log_) return Applied::foreign;
  const Fingerprint& fingerprint = message.fingerprint;
  articles_.prefetch(fingerprint);
  // The time of the log bounds what an article may say, so that none empties the window.
  const std::int64_t claimed =
      std::max<std::int64_t>(0, std::min(append_ms, std::max(fingerprint.arrival_ms, message.clock_ms)));
  if (!knows_the_time()) clock_ms_ = kNever;  // nothing is left, and whoever starts now must know as much
  clock_ms_ = std::max(clock_ms_, claimed);
  newest_article_ms_ = newest_append_ms_;
  expire(true);
  if (articles_.of_delivery(fingerprint.delivery)) return Applied::known;
  const bool late = !rules_.still_clock && fingerprint.arrival_ms < clock_ms_ - rules_.window_ms;
  articles_.add(fingerprint, offset, clock_ms_, newest_append_ms_, late, rules_.still_clock);
  return Applied::taken;
}

/// The log's own time, which every message tells, be it without effect: whoever starts reads back from the last one.
void Referee::go_on(std::int64_t append_ms) {
  if (append_ms <= newest_append_ms_) return;
  newest_append_ms_ = append_ms;
  expire(false);
}

/// Whether an article that is not longer ago than R has told the clock.
bool Referee::knows_the_time() const {
  return newest_article_ms_ != kNever && newest_append_ms_ - newest_article_ms_ <= rules_.window_ms + kSlackMs;
}

/// By the clock of the input, and, because that stands while nothing comes in, by the log's own time. `one_more` is
/// about to come.
void Referee::expire(bool one_more) {
  while (articles_.size() > 0) {
    const LiveArticle& oldest = articles_.at(articles_.oldest());
    const bool many = one_more && rules_.still_clock && articles_.size() >= rules_.articles;
    if (!many && clock_ms_ - oldest.clock_ms <= rules_.window_ms &&
        newest_append_ms_ - oldest.append_ms <= rules_.window_ms + kSlackMs)
      return;
    if (oldest.decided()) {
      stories_.forget_related(oldest.related);
      stories_.leave(articles_, articles_.oldest());
      --decided_;
    }
    articles_.remove_oldest();
  }
}

Referee::Applied Referee::apply(const VerdictsMessage& message, LogOffset, std::int64_t append_ms) {
  go_on(append_ms);
  if (message.sent_ms < append_ms - kLatestMs) return Applied::late;
  if (message.log != log_) return Applied::foreign;
  for (const DecidedFingerprint& row : message.verdicts) stories_.prefetch(row.verdict.story, row.verdict.since_ms);
  for (const DecidedFingerprint& row : message.verdicts)
    if (const auto found = articles_.of_offset(row.offset))
      if (const LiveArticle& article = articles_.at(*found); article.decided() && verdict_of(article) != row.verdict)
        return Applied::lost;
  for (const DecidedFingerprint& row : message.verdicts)
    if (const auto found = articles_.of_offset(row.offset); found && !articles_.at(*found).decided())
      pin(*found, row.verdict);
  return Applied::taken;
}

void Referee::pin(std::uint32_t sequence, const Verdict& verdict) {
  LiveArticle& article = articles_.at(sequence);
  article.relation = verdict.relation;
  article.similarity = verdict.similarity;
  article.has_canonical = verdict.canonical.has_value();
  if (verdict.canonical) article.canonical = *verdict.canonical;
  const std::size_t count = std::min<std::size_t>(verdict.related_count, Verdict::kRelated);
  article.related = stories_.keep_related(std::span(verdict.related).first(count));
  stories_.join(articles_, sequence, verdict.story, verdict.since_ms);
  ++decided_;
}

Verdict Referee::verdict_of(const LiveArticle& article) const {
  assert(article.decided());
  Verdict verdict;
  verdict.relation = article.relation;
  verdict.story = stories_.at(article.story).id;
  verdict.since_ms = stories_.at(article.story).since_ms;
  if (article.has_canonical) verdict.canonical = article.canonical;
  verdict.similarity = article.similarity;
  const auto related = stories_.related(article.related);
  std::ranges::copy(related, verdict.related.begin());
  verdict.related_count = static_cast<std::uint8_t>(related.size());
  return verdict;
}

/// A kill takes the lead from every version of its article, also from those that come after it.
bool Referee::leads(const LiveArticle& article) const {
  if (!article.may_lead) return false;
  const auto newest = articles_.newest_of(article.article);
  return !newest || !articles_.is_live(articles_.at(*newest).kill);
}

Referee::Decision Referee::decide(std::span<const LogOffset> own) { return deciding_->decide(own); }

std::optional<LogOffset> Referee::offset_of(const Fingerprint::Delivery& delivery) const {
  const auto found = articles_.of_delivery(delivery);
  return found ? std::optional(articles_.at(*found).offset) : std::nullopt;
}

bool Referee::is_live(LogOffset offset) const { return articles_.of_offset(offset).has_value(); }

std::optional<std::int64_t> Referee::append_ms_of(LogOffset offset) const {
  const auto found = articles_.of_offset(offset);
  return found ? std::optional(articles_.at(*found).append_ms) : std::nullopt;
}

std::optional<Verdict> Referee::verdict_of(LogOffset offset) const {
  const auto found = articles_.of_offset(offset);
  if (!found || !articles_.at(*found).decided()) return std::nullopt;
  return verdict_of(articles_.at(*found));
}

Verdict Referee::apart(const Fingerprint& fingerprint) const {
  Verdict verdict;
  verdict.relation = fingerprint.status == Fingerprint::Status::canceled ? Relation::withdrawn : Relation::unchecked;
  verdict.story = fingerprint.article;
  verdict.since_ms = rules_.still_clock || clock_ms_ == kNever ? fingerprint.arrival_ms : clock_ms_;
  return verdict;
}

std::size_t Referee::bytes() const { return articles_.bytes() + stories_.bytes(); }

}  // namespace newsmill::dedup
