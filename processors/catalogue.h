#pragma once
#include <memory>
#include <span>
#include <string_view>

#include "config/settings.h"
#include "processors/core/knowledge.h"
#include "processors/core/pipeline.h"

namespace newsmill {

/// What a step reads and writes of an Article; the order of the table is checked against it.
enum Facet : std::uint8_t {
  kBytes = 1, kGiven = 2, kText = 4, kTokens = 8, kRecord = 16, kFingerprint = 32, kEntities = 64, kTopics = 128,
};

/// One row per stage of the chain, in chain order.
struct ProcessorType {
  std::string_view name;     ///< an imperative verb: folder, config key, metric label, docs anchor
  std::string_view summary;  ///< one sentence
  std::uint8_t reads, writes;  ///< Facets
  std::unique_ptr<Processor> (*make)(const config::Settings&, const Knowledge&);
};

/// The one table of steps: decode, normalize, dedup, tag_entities, score_topics, encode.
std::span<const ProcessorType> catalogue();

/// The whole chain for one worker. `knowledge` must outlive it.
Pipeline make_pipeline(const config::Settings& settings, const Knowledge& knowledge);

}  // namespace newsmill
