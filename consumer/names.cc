#include "consumer/names.h"

#include "config/builtin.h"
#include "config/document.h"
#include "config/file.h"
#include "consumer/mapped_file.h"
#include "processors/core/id.h"

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

tag_entities::Words builtin_words() {
  config::Diagnostics diagnostics;
  std::vector<config::Document> documents;
  for (const auto& file : config::builtins())
    if (file.path.starts_with("entities/words/"))
      documents.push_back(config::Document::parse(std::string(file.path), std::string(file.text), diagnostics));
  auto words = tag_entities::Words::read(documents, diagnostics);
  if (!diagnostics.all().empty()) throw std::logic_error("built-in words: " + diagnostics.all().front().message);
  return words;
}

namespace {

constexpr std::size_t kMaxWatchlistBytes = 16u << 20;  // as config::Document
constexpr std::size_t kVersionBytes = 6;               // as the other versions of the record

void load_watchlist(tag_entities::Names& names, const config::Loaded& loaded, config::Diagnostics& diagnostics,
                    std::vector<std::string>& files) {
  constexpr std::string_view kOption = "tag_entities.watchlist";
  const std::string& path = loaded.settings.tag_entities.watchlist;
  if (path.empty()) return;
  files.push_back(path);
  std::string error;
  auto text = config::read_file(path, kMaxWatchlistBytes, error);
  if (!text) {
    diagnostics.add(config::finding_at(loaded, kOption, "E001",
                                       fmt::format("{}: cannot read \"{}\": {}", kOption, path, error),
                                       "check the path and the rights"));
    return;
  }
  const Sha256 digest = sha256(*text);
  names.watchlist_version = hex(digest.data(), kVersionBytes);
  const auto document = config::Document::parse(path, *std::move(text), diagnostics);
  names.watchlist = tag_entities::Watchlist::read(document, names.gazetteer.get(), diagnostics);
}

}  // namespace

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
  names->words = builtin_words();
  load_watchlist(*names, loaded, diagnostics, files);
  return names;
}

}  // namespace newsmill::consumer
