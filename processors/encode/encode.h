#pragma once
#include <memory>

#include "config/settings.h"
#include "processors/core/knowledge.h"
#include "processors/core/processor.h"

/// The finished article → what leaves for Kafka: the record, and dead letters.
namespace newsmill::encode {

/// The step `encode`: fills `output` with key, record and headers; sets version-created-unknown.
/// `settings` and `knowledge` must outlive it.
/// Errors: output_too_large, budget.
std::unique_ptr<Processor> make(const config::Settings& settings, const Knowledge& knowledge);

}  // namespace newsmill::encode
