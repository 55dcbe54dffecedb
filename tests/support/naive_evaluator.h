#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "processors/core/article.h"
#include "processors/score_topics/query.h"

namespace newsmill::test {

/// Decides queries by what their words mean and by nothing cleverer: every choice of places is tried, pair by
/// pair, over folded words. It shares with the program the tokens of the article and the tree of the query.
/// What the program's evaluator is compared with; minutes where that takes milliseconds.
class NaiveEvaluator {
 public:
  explicit NaiveEvaluator(const Article& article, std::string_view country = {});

  /// The query must refer to no other topic.
  bool matches(const score_topics::Query& query) const;
  /// First and last token (numbered through title and body) of what a query with places stands for.
  std::set<std::pair<int, int>> stretches(const score_topics::Query& query) const;

 private:
  using Query = score_topics::Query;
  using Stretch = std::pair<int, int>;
  using Stretches = std::set<Stretch>;
  struct Bounds {
    std::vector<score_topics::Zone> zones;
    int first = -1;
    score_topics::CaseRule rule = score_topics::CaseRule::any;
  };
  struct Word {
    std::string folded, written;
    const text::Token* token;
    int paragraph;
  };

  bool matches(const Query& query, std::uint32_t node, Bounds bounds) const;
  Stretches stretches(const Query& query, std::uint32_t node, Bounds bounds) const;
  std::vector<int> places(const score_topics::QueryTerm& term, score_topics::CaseRule rule) const;
  bool in_bounds(Stretch stretch, const Bounds& bounds) const;
  bool in_zone(Stretch stretch, score_topics::Zone zone) const;
  bool value(score_topics::MetaField field, const std::string& wanted, bool wildcard) const;
  bool one_field(int a, int b) const { return (a < title_) == (b < title_); }

  const Article& article_;
  std::vector<Word> words_;
  int title_ = 0, lead_ = 0;
  std::unordered_map<std::string, std::vector<int>> by_form_;
  std::unordered_map<std::string, std::u32string> wide_;
  mutable std::unordered_map<std::string, std::vector<int>> by_pattern_;
  std::map<score_topics::MetaField, std::set<std::string>> values_;
};

}  // namespace newsmill::test
