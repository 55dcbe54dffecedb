#pragma once
#include "processors/core/article.h"
#include "processors/core/budget.h"
#include "processors/core/arena.h"
#include "processors/tag_entities/reading.h"
#include "processors/tag_entities/watchlist.h"

namespace newsmill::tag_entities {

/// Writes what was found into `article.entities`: one Entity a group with its mentions, the most salient
/// first, then by first mention. Everything is copied into the arena, nothing points into the gazetteer.
/// At most kMaxEntities, and of each at most kMaxMentions mentions; salience counts all of them.
/// False when the budget is used up.
bool write_entities(const Reading& reading, const Gazetteer& gazetteer, const Watchlist& watchlist, Article& article,
                    Arena& arena, Budget& budget);

constexpr std::size_t kMaxEntities = 300, kMaxMentions = 1000;

}  // namespace newsmill::tag_entities
