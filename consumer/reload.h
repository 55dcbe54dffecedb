#pragma once
#include <memory>
#include <string>

#include "config/load.h"
#include "consumer/log.h"
#include "processors/core/knowledge.h"

namespace newsmill::consumer {

/// The files of the knowledge anew, the settings as they were at the start. Every finding is logged.
/// With errors there is nothing, and `why` is the first of them and how many there are:
/// "topics/port.yaml:3:8: a bracket is not closed (3 errors in 2 files)". Reads the disk.
std::shared_ptr<const Knowledge> reload_knowledge(const config::Loaded& loaded, Logger& log, std::string& why);

}  // namespace newsmill::consumer
