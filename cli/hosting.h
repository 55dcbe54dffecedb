#pragma once
#include <memory>

#include "config/settings.h"
#include "consumer/metrics/registry.h"
#include "consumer/workers.h"
#include "processors/catalogue.h"
#include "processors/core/knowledge.h"
#include "processors/score_topics/topics.h"

namespace newsmill::cli {

/// Makes the whole chain for one worker. `settings` must outlive every chain; the knowledge is kept.
inline consumer::Workers::MakeChain chain_of(const config::Settings& settings,
                                             std::shared_ptr<const Knowledge> knowledge) {
  return [&settings, knowledge = std::move(knowledge)] {
    return consumer::Workers::Chain{knowledge, make_pipeline(settings, *knowledge)};
  };
}

/// What of the knowledge the metrics show.
inline metrics::Registry::Known known_of(const Knowledge& knowledge) {
  return {knowledge.versions, knowledge.topics->ids()};
}

}  // namespace newsmill::cli
