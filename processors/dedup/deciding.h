#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "processors/dedup/judge.h"
#include "processors/dedup/referee.h"

namespace newsmill::dedup {

/// How a referee comes to a proposal: the update rule, then the texts. Reads the referee's state and
/// changes nothing; keeps its memory between calls.
class Deciding {
 public:
  explicit Deciding(const Referee& referee) : referee_(referee), articles_(referee.articles_) {}
  Referee::Decision decide(std::span<const LogOffset> own);

 private:
  /// One of those that are asked about.
  struct Own {
    std::uint32_t sequence;
    std::optional<Verdict> verdict;  ///< proposed; none while it rests on something undecided
  };
  /// A story that `own` proposals open, which the state does not know yet.
  struct Opened {
    ArticleId id;
    std::int64_t since_ms;
    std::uint32_t first;  ///< its first member
  };
  /// A candidate whose text matches.
  struct Found {
    std::uint32_t sequence;
    Match match;
    ArticleId story;
    std::int64_t since_ms;
  };
  /// The story of a decided article, pinned or proposed.
  struct Place {
    ArticleId story;
    std::int64_t since_ms;
  };

  void decide(Own& own);
  std::optional<Verdict> by_article(const LiveArticle& article);
  std::optional<Verdict> by_text(const LiveArticle& article, std::uint32_t sequence);
  void find(const LiveArticle& article, std::uint32_t sequence);
  void compare_from(const LiveArticle& later);
  std::optional<Match> compare_with(const LiveArticle& earlier) const;
  std::optional<Place> place_of(std::uint32_t sequence);
  std::optional<std::uint32_t> representative(const ArticleId& story, std::int64_t since_ms) const;
  Verdict alone(const LiveArticle& article, std::uint32_t sequence);
  void add_related(Verdict& verdict);

  const Referee& referee_;
  const LiveArticles& articles_;
  std::vector<Own> own_;
  std::vector<Opened> opened_;
  PlaceTable opened_by_hash_;
  const LiveArticle* later_ = nullptr;  ///< whose text is compared
  Fingerprint fingerprint_;             ///< of it
  std::uint32_t series_days_ = 0;       ///< of it
  std::vector<std::uint32_t> candidates_;
  std::vector<Found> found_;
  std::vector<LogOffset> needs_;
  bool blocked_ = false;  ///< what is being decided rests on something undecided
};

}  // namespace newsmill::dedup
