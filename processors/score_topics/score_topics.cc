#include "processors/score_topics/score_topics.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "processors/core/sources.h"
#include "processors/score_topics/evidence.h"
#include "processors/score_topics/scorer.h"
#include "processors/score_topics/topics.h"

namespace newsmill::score_topics {
namespace {

constexpr double kAtThreshold = 0.5;

using Label = std::pair<std::string_view, std::string_view>;

std::span<const Label> keep_labels(const Topic& topic, Arena& arena) {
  if (topic.labels.empty()) return {};
  const std::size_t count = topic.labels.size();
  auto* const to = static_cast<Label*>(arena.allocate(count * sizeof(Label), alignof(Label)));
  for (std::size_t i = 0; i < count; ++i)
    new (to + i) Label(keep(topic.labels[i].first, arena), keep(topic.labels[i].second, arena));
  return {to, count};
}

class ScoreTopics final : public Processor {
 public:
  ScoreTopics(bool enabled, const Knowledge& knowledge)
      : enabled_(enabled && !knowledge.topics->all().empty()), knowledge_(knowledge), scorer_(knowledge.topics) {}

  Status process(Article& article, Scratch& scratch) override {
    article.topics.clear();
    if (!enabled_) return ok;
    const Source* source = knowledge_.sources->find(article.source);
    const Status looked =
        scorer_.look(article, source ? std::string_view(source->country) : std::string_view{}, scratch.budget);
    if (!looked) return looked.error();
    for (const std::uint32_t index : scorer_.candidates()) {
      const Status scored = scorer_.score(index, scoring_, scratch.budget);
      if (!scored) return scored.error();
      if (scoring_.score < kAtThreshold) continue;
      article.topics.push_back(written(knowledge_.topics->all()[index], scratch.arena));
    }
    std::ranges::sort(article.topics, [](const TopicScore& a, const TopicScore& b) {
      return a.score != b.score ? a.score > b.score : a.id < b.id;
    });
    return ok;
  }

 private:
  /// Everything is copied: a reload may end the topics before the batch.
  TopicScore written(const Topic& topic, Arena& arena) {
    TopicScore score;
    score.id = keep(topic.id, arena);
    score.name = keep(topic.name, arena);
    score.score = scoring_.score;
    score.parts = scoring_.parts;
    const EvidenceWriter::Written shown = evidence_.write(topic, scoring_, arena);
    score.evidence = shown.evidence;
    score.truncated = shown.truncated;
    score.iptc = keep(topic.iptc, arena);
    score.labels = keep_labels(topic, arena);
    score.definition = keep(topic.definition, arena);
    return score;
  }

  const bool enabled_;
  const Knowledge& knowledge_;
  Scorer scorer_;
  Scoring scoring_;
  EvidenceWriter evidence_;
};

}  // namespace

std::unique_ptr<Processor> make(const config::Settings& settings, const Knowledge& knowledge) {
  return std::make_unique<ScoreTopics>(settings.score_topics.enabled, knowledge);
}

}  // namespace newsmill::score_topics
