#pragma once
#include "consumer/log.h"
#include "processors/core/batch.h"

namespace newsmill::consumer {

/// Says that an article has become a dead letter and why: a warning, or an error when newsmill is to
/// blame. Requires item.error.
void log_dead_letter(const Batch::Item& item, Logger& log);

}  // namespace newsmill::consumer
