#pragma once
#include <memory>
#include <string>

#include "processors/tag_entities/gazetteer.h"
#include "processors/tag_entities/watchlist.h"
#include "processors/tag_entities/words.h"

namespace newsmill::tag_entities {

/// The names that the chain knows: part of Knowledge, immutable, any thread.
struct Names {
  std::shared_ptr<const Gazetteer> gazetteer;  ///< never null once loaded
  Watchlist watchlist;                         ///< the operator's own names; may be empty
  Words words;                                 ///< what tells a name by the words beside it
  std::string watchlist_version = {};          ///< 12 hex digits of the hash of its file; empty = there is none
};

}  // namespace newsmill::tag_entities
