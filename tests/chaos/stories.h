#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "tests/chaos/ledger.h"
#include "tests/chaos/log_fold.h"
#include "tests/chaos/observer.h"

namespace newsmill::chaos {

/// What the promises about copies came to. The first few breaches of each in words.
struct StoryVerdict {
  /// Records that name a story whose first member says another one, or which became its first member
  /// only after they had named it.
  std::size_t split = 0;
  std::size_t published_unlike_log = 0;  ///< the story of a record is not the first verdict of its F
  std::size_t story_never_published = 0;  ///< the article whose story a record names has no record
  std::size_t wrong = 0;  ///< F's of what is no record, a kill that is not withdrawn, two folds of one log
  std::vector<std::string> words;

  // Not promised, but what shows that there was something to promise.
  std::size_t joined = 0;  ///< records in the story of another article
  /// Word for word a story's first text, and `original`: before that one in the log, or not recognised.
  std::size_t missed = 0;

  bool clean() const { return split + published_unlike_log + story_never_published + wrong == 0; }
};

/// Compares the records that read_committed shows with the log, which must have been folded as far as it
/// went when they were read.
StoryVerdict check_stories(const std::map<Place, Fed>& fed, const std::vector<Seen>& records, const LogFold& log);

}  // namespace newsmill::chaos
