#pragma once
#include <memory>

#include "config/settings.h"
#include "processors/core/knowledge.h"
#include "processors/core/processor.h"

/// Delivered bytes → the fields of an article, before any cleaning.
namespace newsmill::decode {

/// The step `decode`: admits the value (size, gzip, encoding), finds its format, reads it, and
/// gives the article its id. Fills `format`, `given`, `id` and the flags on bytes and fields.
/// `settings` and `knowledge` must outlive it.
/// Errors: empty, too_large, bad_compression, encoding_damaged, unknown_format, malformed_json,
/// too_deep, wrong_type, no_content, budget.
std::unique_ptr<Processor> make(const config::Settings& settings, const Knowledge& knowledge);

}  // namespace newsmill::decode
