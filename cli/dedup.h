#pragma once
#include "cli/command.h"

#include <string>

/// The commands `newsmill dedup status|show|rebuild`; each returns its exit code.
namespace newsmill::cli {

int dedup_status(const Globals& globals, bool replay, const std::string& format);
int dedup_show(const Globals& globals, const std::string& id, const std::string& format);
/// `from`: topic of the records, empty = output.enriched.
int dedup_rebuild(const Globals& globals, const std::string& from, bool yes);

}  // namespace newsmill::cli
