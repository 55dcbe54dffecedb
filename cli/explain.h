#pragma once
#include "cli/command.h"

#include <string>
#include <vector>

namespace newsmill::cli {

/// What `newsmill explain` answers, one file each; the exit code. `format` is text or json.

/// Why two articles are or are not of one story, as if the first came in before the second. `files` are
/// two; see ArticleReader for what they may be.
int explain_duplicate(const Globals& globals, const std::vector<std::string>& files, const std::string& format);

/// How a topic scores an article: what of its definition matched where, and the sums.
int explain_topic(const Globals& globals, const std::string& id, const std::string& file, const std::string& format);

/// What each name of an article may mean, what speaks for it, and what was made of it.
int explain_entities(const Globals& globals, const std::string& file, const std::string& format);

}  // namespace newsmill::cli
