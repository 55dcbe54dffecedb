#pragma once
#include <memory>
#include <string>
#include <vector>

#include "config/diagnostic.h"
#include "config/load.h"
#include "processors/core/knowledge.h"

namespace newsmill::consumer {

/// The knowledge of a configuration, and the files it was read from.
struct LoadedKnowledge {
  /// Whole even when there were findings; whoever must not work with half of it asks Diagnostics.
  std::shared_ptr<const Knowledge> knowledge;
  std::vector<std::string> files;  ///< in the order read; "built-in lexicons/en.yaml"
};

/// Reads sources.yaml, the lexicons, the names and the topics, the operator's or the built-in ones. All
/// findings of all files go to `diagnostics`. Reads the disk; some 100 ms with the built-in names.
LoadedKnowledge load_knowledge(const config::Loaded& loaded, config::Diagnostics& diagnostics);

}  // namespace newsmill::consumer
