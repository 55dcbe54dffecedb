#include "consumer/names.h"

#include "config/builtin.h"
#include "consumer/mapped_file.h"
#include "processors/tag_entities/name_lists.h"

#include <fmt/format.h>

#include <stdexcept>

namespace newsmill::consumer {

using tag_entities::Gazetteer;

std::shared_ptr<const Gazetteer> open_gazetteer(const std::string& path, std::string& error, bool& unread) {
  const auto file = MappedFile::open(path, error);
  unread = file == nullptr;
  return unread ? nullptr : Gazetteer::open(file->bytes(), file, error);
}

std::shared_ptr<const Gazetteer> builtin_gazetteer() {
  tag_entities::NameLists lists(config::builtin("entities/common-words.txt").value_or(""));
  for (const auto& file : config::builtins()) {
    if (!file.path.starts_with("entities/") || !file.path.ends_with(".tsv") || file.path.ends_with("/kinds.tsv")) continue;
    const auto read = lists.read(file.text, "starter");
    if (!read.error.empty() || read.malformed > 0)
      throw std::logic_error(fmt::format("built-in {}: {} (line {})", file.path, read.error, read.first_malformed));
  }
  tag_entities::BuildSum sum;
  std::string error;
  auto gazetteer = Gazetteer::from_bytes(lists.build(sum), error);
  if (!gazetteer) throw std::logic_error("built-in names: " + error);
  return gazetteer;
}

std::shared_ptr<const tag_entities::Names> load_names(const config::Loaded& loaded, config::Diagnostics& diagnostics,
                                                      std::vector<std::string>& files) {
  constexpr std::string_view kOption = "tag_entities.gazetteer";
  auto names = std::make_shared<tag_entities::Names>();
  const std::string& path = loaded.settings.tag_entities.gazetteer;
  if (!path.empty()) {
    files.push_back(path);
    std::string error;
    bool unread = false;
    names->gazetteer = open_gazetteer(path, error, unread);
    if (unread)
      diagnostics.add(config::finding_at(loaded, kOption, "E001",
                                         fmt::format("{}: cannot read \"{}\": {}", kOption, path, error),
                                         "check the path and the rights"));
    else if (!names->gazetteer)
      diagnostics.add(config::finding_at(loaded, kOption, "E510",
                                         fmt::format("{}: \"{}\" is no gazetteer that can be used: {}", kOption, path, error),
                                         "build it again with `newsmill gazetteer build`"));
  }
  if (!names->gazetteer) names->gazetteer = builtin_gazetteer();
  return names;
}

}  // namespace newsmill::consumer
