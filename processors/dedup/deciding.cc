#include "processors/dedup/deciding.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <tuple>
#include <cstring>

namespace newsmill::dedup {
namespace {

// How far back the versions of one article, or members that lead no more, are looked through.
constexpr int kMostVersions = 32, kMostKilled = 64;

std::uint64_t hash(const ArticleId& id) {
  std::uint64_t half;
  std::memcpy(&half, id.bytes.data(), sizeof half);
  return half;
}

/// By version, then by the time of the update, then by the order of the log, in which `later` is later.
bool newer(const LiveArticle& later, const LiveArticle& earlier) {
  if (later.version != 0 && earlier.version != 0 && later.version != earlier.version)
    return later.version > earlier.version;
  if (later.updated_ms != 0 && earlier.updated_ms != 0 && later.updated_ms != earlier.updated_ms)
    return later.updated_ms > earlier.updated_ms;
  return true;
}

/// A version with another headline is an update, be the body the same.
bool same_words(const LiveArticle& one, const LiveArticle& other) {
  return one.text != 0 && one.text == other.text && one.headline == other.headline;
}

}  // namespace

Referee::Decision Deciding::decide(std::span<const LogOffset> own) {
  own_.clear();
  opened_.clear();
  opened_by_hash_.clear();
  needs_.clear();
  for (const LogOffset offset : own)
    if (const auto found = articles_.of_offset(offset); found && !articles_.at(*found).decided())
      own_.push_back({*found, std::nullopt});
  // In the order of the log, because each may rest on those before it.
  std::ranges::sort(own_,
                    [&](const Own& a, const Own& b) { return articles_.age(a.sequence) > articles_.age(b.sequence); });
  for (Own& each : own_) decide(each);

  Referee::Decision decision;
  if (!needs_.empty()) {
    std::ranges::sort(needs_);
    const auto doubles = std::ranges::unique(needs_);
    decision.needs.assign(needs_.begin(), doubles.begin());
    return decision;
  }
  decision.verdicts.reserve(own_.size());
  for (const Own& each : own_) decision.verdicts.push_back({articles_.at(each.sequence).offset, *each.verdict});
  return decision;
}

void Deciding::decide(Own& own) {
  blocked_ = false;
  found_.clear();
  const LiveArticle& article = articles_.at(own.sequence);
  std::optional<Verdict> verdict = by_article(article);
  if (!verdict && !blocked_) verdict = by_text(article, own.sequence);
  if (blocked_) return;
  own.verdict = verdict ? *verdict : alone(article, own.sequence);
}

/// The update rule: another delivery of an article that is known goes where that went, whatever its text.
std::optional<Verdict> Deciding::by_article(const LiveArticle& article) {
  if (article.same_article == kNone || !articles_.is_live(article.same_article)) return std::nullopt;
  const auto place = place_of(article.same_article);
  if (!place) return std::nullopt;

  const LiveArticle* newest = nullptr;
  bool same_bytes = false;
  std::uint32_t sequence = article.same_article;
  for (int i = 0; i < kMostVersions && sequence != kNone && articles_.is_live(sequence); ++i) {
    const LiveArticle& version = articles_.at(sequence);
    if (!newest || !newer(*newest, version)) newest = &version;
    same_bytes = same_bytes || version.delivery.content == article.delivery.content;
    sequence = version.same_article;
  }

  Verdict verdict;
  verdict.story = place->story;
  verdict.since_ms = place->since_ms;
  verdict.canonical = article.article;
  if (same_bytes || same_words(article, *newest)) {
    verdict.relation = Relation::repeat;
    verdict.similarity = 1;
  } else {
    verdict.relation = newer(article, *newest) ? Relation::update : Relation::stale;
    compare_from(article);
    if (const auto match = compare_with(*newest)) verdict.similarity = static_cast<float>(match->similarity);
  }
  if (article.status == Fingerprint::Status::canceled) verdict.relation = Relation::withdrawn;
  return verdict;
}

std::optional<Verdict> Deciding::by_text(const LiveArticle& article, std::uint32_t sequence) {
  if (article.late || article.key_count == 0 || article.status == Fingerprint::Status::canceled) return std::nullopt;
  find(article, sequence);
  if (blocked_ || found_.empty()) return std::nullopt;

  // Of each story that a candidate is in, once.
  std::optional<Verdict> best;
  for (std::size_t i = 0; i < found_.size(); ++i) {
    const Found& found = found_[i];
    const auto same_story = [&](const Found& other) {
      return other.story == found.story && other.since_ms == found.since_ms;
    };
    if (std::find_if(found_.begin(), found_.begin() + static_cast<std::ptrdiff_t>(i), same_story) !=
        found_.begin() + static_cast<std::ptrdiff_t>(i))
      continue;
    if (best && std::tie(found.since_ms, found.story) > std::tie(best->since_ms, best->story)) continue;
    if (!referee_.rules_.still_clock && found.since_ms <= article.clock_ms - 2 * referee_.rules_.window_ms) continue;
    const auto first = representative(found.story, found.since_ms);
    if (!first || articles_.age(*first) <= articles_.age(sequence)) continue;
    auto match = compare_with(articles_.at(*first));
    if (!match) continue;
    std::uint32_t with = *first;
    // The same text says more than the first one's.
    if (match->relation != Relation::exact)
      for (const Found& other : found_)
        if (same_story(other) && other.match.relation == Relation::exact) with = other.sequence, match = other.match;
    best.emplace();
    best->relation = match->relation;
    best->story = found.story;
    best->since_ms = found.since_ms;
    best->canonical = articles_.at(with).article;
    best->similarity = static_cast<float>(match->similarity);
  }
  if (best) add_related(*best);
  return best;
}

/// The candidates whose text matches and the stories they are in.
void Deciding::find(const LiveArticle& article, std::uint32_t sequence) {
  candidates_.clear();
  articles_.visit_sharing(article, [&](std::uint32_t other) {
    if (articles_.age(other) > articles_.age(sequence)) candidates_.push_back(other);
  });
  std::ranges::sort(candidates_, [&](std::uint32_t a, std::uint32_t b) { return articles_.age(a) < articles_.age(b); });
  const auto doubles = std::ranges::unique(candidates_);
  candidates_.erase(doubles.begin(), doubles.end());

  compare_from(article);
  for (const std::uint32_t other : candidates_) {
    const LiveArticle& earlier = articles_.at(other);
    if (earlier.article == article.article || !referee_.leads(earlier)) continue;
    const auto match = compare_with(earlier);
    if (!match) continue;
    if (const auto place = place_of(other)) found_.push_back({other, *match, place->story, place->since_ms});
  }
}

void Deciding::compare_from(const LiveArticle& later) {
  later_ = &later;
  fingerprint_ = later.fingerprint();
  series_days_ = articles_.series_days(later, referee_.rules_.still_clock);
}

std::optional<Match> Deciding::compare_with(const LiveArticle& earlier) const {
  Circumstances circumstances;
  circumstances.shared_keys = shared_keys(*later_, earlier);
  circumstances.gap_ms = std::abs(later_->clock_ms - earlier.clock_ms);
  circumstances.series_days = series_days_;
  return judge(fingerprint_, earlier.fingerprint(), circumstances);
}

/// Where a decided article is; without a verdict of its own the proposal of this batch counts, and
/// without that what is being decided is blocked.
std::optional<Deciding::Place> Deciding::place_of(std::uint32_t sequence) {
  const LiveArticle& article = articles_.at(sequence);
  if (article.decided()) {
    const Stories::Story& story = referee_.stories_.at(article.story);
    return Place{story.id, story.since_ms};
  }
  const auto own = std::ranges::lower_bound(own_, articles_.age(sequence), std::greater<>(),
                                            [&](const Own& each) { return articles_.age(each.sequence); });
  if (own != own_.end() && own->sequence == sequence) {
    if (own->verdict) return Place{own->verdict->story, own->verdict->since_ms};
  } else {
    needs_.push_back(article.offset);
  }
  blocked_ = true;
  return std::nullopt;
}

/// The earliest member of a story that is in the window and leads.
std::optional<std::uint32_t> Deciding::representative(const ArticleId& id, std::int64_t since_ms) const {
  if (const auto story = referee_.stories_.find(id, since_ms)) {
    std::uint32_t member = referee_.stories_.at(*story).first;
    for (int i = 0; i < kMostKilled && member != kNone; ++i, member = articles_.at(member).after)
      if (referee_.leads(articles_.at(member))) return member;
    return std::nullopt;
  }
  const auto opened = opened_by_hash_.find(
      hash(id), [&](std::uint32_t at) { return opened_[at].id == id && opened_[at].since_ms == since_ms; });
  if (!opened || !referee_.leads(articles_.at(opened_[*opened].first))) return std::nullopt;
  return opened_[*opened].first;
}

/// A story of its own.
Verdict Deciding::alone(const LiveArticle& article, std::uint32_t sequence) {
  Verdict verdict;
  verdict.story = article.article;
  verdict.since_ms = referee_.rules_.still_clock ? article.arrival_ms : article.clock_ms;
  verdict.relation = article.status == Fingerprint::Status::canceled ? Relation::withdrawn
                     : article.may_lead                              ? Relation::original
                                                                     : Relation::unchecked;
  add_related(verdict);
  if (article.may_lead) {
    opened_by_hash_.insert(hash(verdict.story), static_cast<std::uint32_t>(opened_.size()));
    opened_.push_back({verdict.story, verdict.since_ms, sequence});
  }
  return verdict;
}

/// The other stories that it matches too.
void Deciding::add_related(Verdict& verdict) {
  std::ranges::sort(found_, [](const Found& a, const Found& b) {
    return std::tie(b.match.similarity, a.since_ms, a.story) < std::tie(a.match.similarity, b.since_ms, b.story);
  });
  for (const Found& found : found_) {
    const auto end = verdict.related.begin() + verdict.related_count;
    if (found.story == verdict.story || std::find(verdict.related.begin(), end, found.story) != end) continue;
    if (verdict.related_count == Verdict::kRelated) return;
    verdict.related[verdict.related_count++] = found.story;
  }
}

}  // namespace newsmill::dedup
