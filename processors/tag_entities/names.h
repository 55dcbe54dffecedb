#pragma once
#include <memory>

#include "processors/tag_entities/gazetteer.h"

namespace newsmill::tag_entities {

/// The names that the chain knows: part of Knowledge, immutable, any thread.
struct Names {
  std::shared_ptr<const Gazetteer> gazetteer;  ///< never null once loaded
};

}  // namespace newsmill::tag_entities
