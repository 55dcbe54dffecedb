#pragma once
#include <map>
#include <memory>
#include <string>

namespace newsmill {

class Sources;
namespace normalize { class Lexicons; }
namespace tag_entities { struct Names; }
namespace score_topics { class Topics; }

/// Everything the chain knows beside the article: an immutable snapshot, shared by all workers and
/// swapped as a whole by a reload. `run` never learns online, so every instance decides the same.
struct Knowledge {
  std::shared_ptr<const Sources> sources;
  std::shared_ptr<const normalize::Lexicons> lexicons;
  std::shared_ptr<const tag_entities::Names> names;  ///< gazetteer and watchlist
  std::shared_ptr<const score_topics::Topics> topics;
  /// What decided, for `monitoring.versions`: {"newsmill": "0.1.0", "lexicons": "9f3c…", …}
  std::map<std::string, std::string> versions;
};

}  // namespace newsmill
