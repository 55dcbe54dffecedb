#pragma once
#include <memory>

#include "processors/tag_entities/gazetteer.h"
#include "processors/tag_entities/watchlist.h"
#include "processors/tag_entities/words.h"

namespace newsmill::tag_entities {

/// The names that the chain knows: part of Knowledge, immutable, any thread.
struct Names {
  std::shared_ptr<const Gazetteer> gazetteer;  ///< never null once loaded
  Watchlist watchlist;                         ///< the operator's own names; may be empty
  Words words;                                 ///< what tells a name by the words beside it
};

}  // namespace newsmill::tag_entities
