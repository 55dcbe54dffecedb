#include "cli/topic_folder.h"

#include <filesystem>

namespace newsmill::cli {

std::string folder_of(const std::string& file) {
  const std::string folder = std::filesystem::path(file).parent_path().string();
  return folder.empty() ? "." : folder;
}

Configuration load_topic_folder(const Globals& globals, const std::string& folder, config::Diagnostics& diagnostics) {
  std::vector<std::string> sets = globals.sets;
  sets.push_back("score_topics.topics=" + folder);
  sets.emplace_back("score_topics.enabled=true");
  return load_configuration(globals.configs, sets, diagnostics);
}

}  // namespace newsmill::cli
