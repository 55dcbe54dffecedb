#pragma once
#include <memory>

#include "config/settings.h"
#include "processors/core/knowledge.h"
#include "processors/core/processor.h"

namespace newsmill::score_topics {

/// The step that asks every topic of a desk whether an article is about it: fills `topics` with those at
/// or above their threshold (0.5), the highest score first, by id where they are equal, each with its
/// evidence. docs/topics.md has the rule of the score, docs/queries.md the language.
///   reads   tokens, headline, body, paragraphs, metadata, entities
///   cost    that of the queries which share a rare word with the article; spends work units for all of
///           it, Code::budget when they are used up
/// `knowledge` must hold topics and sources and outlive the step.
std::unique_ptr<Processor> make(const config::Settings& settings, const Knowledge& knowledge);

}  // namespace newsmill::score_topics
