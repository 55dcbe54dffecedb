#pragma once
#include <memory>

#include "config/settings.h"
#include "processors/core/knowledge.h"
#include "processors/core/processor.h"

namespace newsmill::tag_entities {

/// The step `tag_entities`: people, organisations, places and other names of the article, each with its
/// mentions, how sure it is and how much the article is about it (docs/entities.md). It reads the words of
/// headline and body; what normalize took out (bylines, datelines, credits) names nothing any more.
/// Without `tag_entities.enabled` it finds nothing. `knowledge` must outlive the processor.
///   cost  see docs/scoreboard.md; about 70 µs per article of 3.9 KB with 900,000 names
std::unique_ptr<Processor> make(const config::Settings& settings, const Knowledge& knowledge);

}  // namespace newsmill::tag_entities
