#pragma once
#include <string>

#include "config/load.h"

namespace newsmill::config {

/// The effective configuration as YAML that can be read back (but for what is masked), each value
/// with its origin as a comment.
std::string show(const Loaded& loaded);
/// The same for machines: {"hash": …, "values": {"kafka.lanes": {"value": "1", "origin": "default"}, …}}.
std::string show_json(const Loaded& loaded);
/// 16 hex digits over every value but the masked ones, of which only the path counts (FNV-1a).
std::string settings_hash(const Loaded& loaded);

}  // namespace newsmill::config
