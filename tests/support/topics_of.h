#pragma once
#include <memory>
#include <string>
#include <vector>

#include "config/diagnostic.h"
#include "processors/score_topics/scorer.h"
#include "processors/score_topics/topics.h"

namespace newsmill::test {

/// The topics of one file "t.yaml"; findings go to `diagnostics`.
std::shared_ptr<const score_topics::Topics> topics_of(const std::string& yaml, config::Diagnostics& diagnostics);
/// The same for a file without errors: throws with the findings where there are some.
std::shared_ptr<const score_topics::Topics> topics_of(const std::string& yaml);

/// The scoring of one topic for an article. Throws where the work units do not suffice.
score_topics::Scoring scoring_of(const std::shared_ptr<const score_topics::Topics>& topics, const std::string& id,
                                 const Article& article);

}  // namespace newsmill::test
