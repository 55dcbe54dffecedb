#pragma once
#include <span>
#include <string>
#include <vector>

#include "processors/core/arena.h"
#include "processors/core/topic_score.h"
#include "processors/score_topics/scorer.h"
#include "processors/score_topics/topics.h"

namespace newsmill::score_topics {

/// Chooses what a record shows of the reasons for a score: at most TopicScore::kEvidence, the best first
/// and among equals in order of the text. Best = the first hit of every clause before the second of any,
/// then by weight times boost (`match` weighs as the threshold). A clause is shown on one line, its first
/// 120 characters. One per thread; keeps its buffers.
class EvidenceWriter {
 public:
  struct Written {
    std::span<const TopicEvidence> evidence;  ///< in `arena`, clauses too
    bool truncated = false;
  };
  Written write(const Topic& topic, const Scoring& scoring, Arena& arena);

 private:
  struct Ranked {
    TopicEvidence evidence;
    double worth = 0;
    bool again = false;  ///< an earlier hit of the same clause is there
  };
  std::vector<Ranked> ranked_;
  std::string clause_;
};

}  // namespace newsmill::score_topics
