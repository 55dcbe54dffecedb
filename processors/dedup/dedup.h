#pragma once
#include <memory>

#include "config/settings.h"
#include "processors/core/knowledge.h"
#include "processors/core/processor.h"

namespace newsmill::dedup {

/// The step `dedup`: what is needed of an article to tell whether it is a copy. It decides nothing,
/// for that takes the articles before it: the referee does it, in the order of the log.
/// Fills Article::fingerprint; nothing while dedup.enabled is false.
///   cost    about 25 ns a word (docs/dedup.md)
/// `knowledge` (with sources) must outlive it. Errors: budget.
std::unique_ptr<Processor> make(const config::Settings& settings, const Knowledge& knowledge);

}  // namespace newsmill::dedup
