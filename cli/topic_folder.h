#pragma once
#include "cli/configuration.h"

#include <string>

namespace newsmill::cli {

/// The folder of a file of topics, "." when it is named without one. A topic may refer to those of its
/// folder, so a question about one file is a question about its folder.
std::string folder_of(const std::string& file);

/// The configuration with the topics of `folder` (empty = the built-in ones) in place of its own.
Configuration load_topic_folder(const Globals& globals, const std::string& folder, config::Diagnostics& diagnostics);

}  // namespace newsmill::cli
