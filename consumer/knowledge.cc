#include "consumer/knowledge.h"

#include "config/builtin.h"
#include "config/document.h"
#include "config/file.h"
#include "consumer/names.h"
#include "processors/core/id.h"
#include "processors/core/sources.h"
#include "processors/normalize/lexicon.h"
#include "processors/score_topics/topics.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace newsmill::consumer {
namespace {

constexpr std::size_t kMaxBytes = 16u << 20;  // as config::Document
constexpr std::size_t kVersionBytes = 6;      // of the hash, 12 digits in the record

/// Files of one kind of knowledge: documents for its reader, bytes for its version.
struct Files {
  std::vector<config::Document> documents;
  std::string bytes;

  void add(const std::string& name, std::string text, config::Diagnostics& diagnostics,
           std::vector<std::string>& names) {
    names.push_back(name);
    bytes += fmt::format("{}\n", text.size()) + text;
    documents.push_back(config::Document::parse(name, std::move(text), diagnostics));
  }
  void add_builtin(std::string_view path, config::Diagnostics& diagnostics, std::vector<std::string>& names) {
    if (const auto text = config::builtin(path))
      add(fmt::format("built-in {}", path), std::string(*text), diagnostics, names);
  }
  std::string version() const {
    const Sha256 digest = sha256(bytes);
    return hex(digest.data(), kVersionBytes);
  }
};

/// A file that an option names; when it cannot be read the finding stands where the option does.
void add_file(Files& files, const std::string& path, std::string_view option, const config::Loaded& loaded,
              config::Diagnostics& diagnostics, std::vector<std::string>& names) {
  std::string error;
  if (auto text = config::read_file(path, kMaxBytes, error)) {
    files.add(path, *std::move(text), diagnostics, names);
    return;
  }
  diagnostics.add(config::finding_at(loaded, option, "E001",
                                     fmt::format("{}: cannot read \"{}\": {}", option, path, error),
                                     "check the path and the rights"));
}

/// All YAML files of the folder that `option` names, or of the built-in one when it names none.
struct Folder {
  std::string_view option, path, builtin;     ///< "normalize.lexicons", as configured, "lexicons/"
  std::string_view hint;                      ///< when there is nothing to read
  bool (*wanted)(std::string_view) = config::is_yaml;
};

Files folder(const Folder& asked, const config::Loaded& loaded, config::Diagnostics& diagnostics,
             std::vector<std::string>& names) {
  Files files;
  if (asked.path.empty()) {
    for (const auto& file : config::builtins())
      if (file.path.starts_with(asked.builtin) && asked.wanted(file.path))
        files.add_builtin(file.path, diagnostics, names);
    return files;
  }
  std::error_code error;
  const std::vector<std::string> paths = config::files_in(std::string(asked.path), asked.wanted, error);
  if (error || paths.empty()) {
    const std::string reason = error ? error.message() : "no file in it ends in .yaml";
    diagnostics.add(config::finding_at(
        loaded, asked.option, "E001", fmt::format("{}: cannot read \"{}\": {}", asked.option, asked.path, reason),
        std::string(asked.hint)));
    return files;
  }
  for (const auto& path : paths) add_file(files, path, asked.option, loaded, diagnostics, names);
  return files;
}

bool is_topics(std::string_view path) { return config::is_yaml(path) && !score_topics::is_topic_test(path); }

}  // namespace

LoadedKnowledge load_knowledge(const config::Loaded& loaded, config::Diagnostics& diagnostics) {
  LoadedKnowledge result;
  Files sources;
  if (const std::string& path = loaded.settings.sources.file; path.empty())
    sources.add_builtin("sources.yaml", diagnostics, result.files);
  else
    add_file(sources, path, "sources.file", loaded, diagnostics, result.files);
  const config::Settings& settings = loaded.settings;
  const Files rules = folder({.option = "normalize.lexicons",
                              .path = settings.normalize.lexicons,
                              .builtin = "lexicons/",
                              .hint = "name a folder that holds lexicons; the built-in ones are listed by "
                                      "`newsmill config builtin`"},
                             loaded, diagnostics, result.files);
  Files topics;
  if (settings.score_topics.enabled)
    topics = folder({.option = "score_topics.topics",
                     .path = settings.score_topics.topics,
                     .builtin = "topics/",
                     .hint = "name a folder that holds topics; `score_topics.enabled: false` scores none",
                     .wanted = is_topics},
                    loaded, diagnostics, result.files);

  auto knowledge = std::make_shared<Knowledge>();
  knowledge->sources = std::make_shared<Sources>(
      sources.documents.empty() ? Sources() : Sources::read(sources.documents.front(), diagnostics));
  knowledge->lexicons = std::make_shared<normalize::Lexicons>(normalize::Lexicons::read(rules.documents, diagnostics));
  knowledge->names = load_names(loaded, diagnostics, result.files);
  knowledge->topics =
      std::make_shared<score_topics::Topics>(score_topics::Topics::read(topics.documents, diagnostics));
  knowledge->versions = {{"newsmill", NEWSMILL_VERSION},
                         {"sources", sources.version()},
                         {"lexicons", rules.version()},
                         {"gazetteer", std::string(knowledge->names->gazetteer->version())},
                         {"topics", topics.version()}};
  if (const std::string& watchlist = knowledge->names->watchlist_version; !watchlist.empty())
    knowledge->versions.emplace("watchlist", watchlist);
  result.knowledge = std::move(knowledge);
  return result;
}

}  // namespace newsmill::consumer
