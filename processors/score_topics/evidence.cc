#include "processors/score_topics/evidence.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "processors/text/utf8.h"

namespace newsmill::score_topics {
namespace {

constexpr std::size_t kClause = 120;  // characters: a query of twenty lines is told by its beginning

/// The clause on one line, cut where it is long.
std::string_view one_line(std::string_view clause, std::string& buffer) {
  buffer.clear();
  std::size_t characters = 0;
  bool space = false;
  for (std::size_t at = 0; at < clause.size();) {
    const std::size_t from = at;
    text::next(clause, at);
    if (clause[from] == ' ' || clause[from] == '\n' || clause[from] == '\t' || clause[from] == '\r') {
      space = true;
      continue;
    }
    if (characters + 1 + space > kClause) return buffer += "…";
    if (std::exchange(space, false)) buffer += ' ', ++characters;
    buffer.append(clause, from, at - from), ++characters;
  }
  return buffer;
}

}  // namespace

EvidenceWriter::Written EvidenceWriter::write(const Topic& topic, const Scoring& scoring, Arena& arena) {
  ranked_.clear();
  for (const Scoring::Clause& clause : scoring.clauses) {
    const auto hits = std::span(scoring.hits).subspan(clause.first, clause.count);
    const double weight = clause.term ? topic.terms[*clause.term].weight : topic.threshold > 0 ? topic.threshold : 1;
    for (std::size_t i = 0; i < hits.size(); ++i) {
      const Hit& hit = hits[i];
      Ranked row;
      row.evidence = {hit.field, hit.begin, hit.end, hit.kind, hit.value, hit.clause, std::nullopt};
      if (clause.term) row.evidence.weight = weight;
      row.worth = weight * boost_of(hit);
      row.again =
          std::ranges::any_of(hits.first(std::min<std::size_t>(i, TopicScore::kEvidence)), [&](const Hit& earlier) {
            return earlier.clause.data() == hit.clause.data() && earlier.clause.size() == hit.clause.size();
          });
      ranked_.push_back(row);
    }
  }
  for (const Scoring::Named& named : scoring.named)
    if (named.counts && !named.denied)
      ranked_.push_back({{text::Field::body, 0, 0, "entity", named.id, named.id, std::nullopt}, 0, false});
  const auto order = [](const Ranked& row) {
    const TopicEvidence& e = row.evidence;
    return std::tuple(row.again, -row.worth, e.field, e.begin, e.end, e.clause);
  };
  const std::size_t kept = std::min(ranked_.size(), TopicScore::kEvidence);
  std::ranges::partial_sort(ranked_, ranked_.begin() + static_cast<std::ptrdiff_t>(kept), {}, order);

  auto* const to = static_cast<TopicEvidence*>(arena.allocate(kept * sizeof(TopicEvidence), alignof(TopicEvidence)));
  for (std::size_t i = 0; i < kept; ++i) {
    TopicEvidence* const one = new (to + i) TopicEvidence(ranked_[i].evidence);
    one->kind = keep(one->kind, arena), one->value = keep(one->value, arena);
    one->clause = keep(one_line(one->clause, clause_), arena);
  }
  return {{to, kept}, ranked_.size() > kept};
}

}  // namespace newsmill::score_topics
