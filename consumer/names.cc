#include "consumer/names.h"

#include "config/builtin.h"
#include "consumer/mapped_file.h"

#include <fmt/format.h>

#include <stdexcept>

namespace newsmill::consumer {

using tag_entities::Gazetteer;

std::shared_ptr<const Gazetteer> open_gazetteer(const std::string& path, std::string& error, bool& unread) {
  const auto file = MappedFile::open(path, error);
  unread = file == nullptr;
  return unread ? nullptr : Gazetteer::open(file->bytes(), file, error);
}

namespace {

void add_builtin(tag_entities::NameLists& lists, std::string_view path) {
  const auto read = lists.read(config::builtin(path).value_or(""), "starter");
  if (!read.error.empty() || read.malformed > 0)
    throw std::logic_error(fmt::format("built-in {}: {} (line {})", path, read.error, read.first_malformed));
}

}  // namespace

tag_entities::NameLists empty_lists() {
  return tag_entities::NameLists(config::builtin("entities/common-words.txt").value_or(""));
}

tag_entities::NameLists starter_lists() {
  tag_entities::NameLists lists = empty_lists();
  for (const char* path : {"entities/places.tsv", "entities/people.tsv", "entities/organisations.tsv"})
    add_builtin(lists, path);
  return lists;
}

void add_kinds(tag_entities::NameLists& lists) { add_builtin(lists, "entities/kinds.tsv"); }

std::shared_ptr<const Gazetteer> builtin_gazetteer() {
  tag_entities::NameLists lists = starter_lists();
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
      diagnostics.add(config::finding_at(
          loaded, kOption, "E510", fmt::format("{}: \"{}\" is no gazetteer that can be used: {}", kOption, path, error),
          "build it again with `newsmill gazetteer build`"));
  }
  if (!names->gazetteer) names->gazetteer = builtin_gazetteer();
  return names;
}

}  // namespace newsmill::consumer
