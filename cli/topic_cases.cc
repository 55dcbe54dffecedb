#include "cli/topic_cases.h"

#include "config/json_text.h"
#include "config/reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace newsmill::cli {
namespace {

/// Fields of the plain input that a document may have.
constexpr const char* kFields[] = {"title", "body", "subtitle", "summary", "source", "url", "author", "language",
                                   "published_at", "feed", "id"};

class Cases {
 public:
  Cases(const config::Document& document, const std::vector<std::string>& known, config::Diagnostics& diagnostics)
      : document_(document), known_(known), diagnostics_(diagnostics) {}

  TopicCase read(const config::Node& node, std::string path) {
    config::Reader reader(document_, node, std::move(path), diagnostics_);
    TopicCase one;
    one.file = document_.name(), one.line = node.line;
    for (const char* field : kFields)
      if (reader.find(field) != nullptr) one.fields.emplace_back(field, reader.text(field));
    one.topics = ids(reader, "topics");
    one.not_topics = ids(reader, "not");
    for (const auto& [key, value] : reader.entries("scores")) {
      check(reader, key, "scores");
      const auto score = config::parse_number(value.text, 0, 1);
      if (score.value) one.scores.emplace_back(key.text, *score.value);
      else
        reader.report(value, "scores." + key.text, score.code,
                      fmt::format("expected {}, found {}", score.expected, config::shown(value)));
    }
    if (node.kind == config::Node::Kind::map && one.fields.empty())
      diagnostics_.add(document_.at(node, "E407", "this document has no text", "give it a `title`, a `body` or both"));
    if (node.kind == config::Node::Kind::map && !node.find("topics") && !node.find("not") && !node.find("scores"))
      diagnostics_.add(document_.at(node, "E407", "nothing is expected of this document",
                                    "`topics` lists what it must be about, `not` what it must not, `scores` how much"));
    reader.finish();
    return one;
  }

 private:
  std::vector<std::string> ids(config::Reader& reader, std::string_view key) {
    std::vector<std::string> all;
    for (const config::Node& item : reader.items(key)) {
      if (item.kind == config::Node::Kind::scalar) all.push_back(item.text);
      check(reader, item, key);
    }
    return all;
  }
  void check(config::Reader& reader, const config::Node& id, std::string_view key) {
    if (id.kind == config::Node::Kind::scalar && (known_.empty() || std::ranges::find(known_, id.text) != known_.end()))
      return;
    const std::string near = config::nearest(id.text, known_);
    reader.report(id, key, "E408", "found " + config::shown(id) + ", which is no topic of this folder",
                  near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
  }

  const config::Document& document_;
  const std::vector<std::string>& known_;
  config::Diagnostics& diagnostics_;
};

}  // namespace

std::string TopicCase::title() const {
  for (const auto& [field, value] : fields)
    if (field == "title") return value;
  return fields.empty() ? "" : fields.front().second;
}

std::string TopicCase::json() const {
  std::string text = "{";
  for (const auto& [field, value] : fields)
    text += fmt::format("{}{}: {}", text.size() == 1 ? "" : ", ", config::json_text(field), config::json_text(value));
  return text + "}";
}

std::vector<TopicCase> read_topic_cases(const config::Document& document, const std::vector<std::string>& known,
                                        config::Diagnostics& diagnostics) {
  Cases reader(document, known, diagnostics);
  std::vector<TopicCase> cases;
  const config::Node& root = document.root();
  if (root.kind == config::Node::Kind::map) cases.push_back(reader.read(root, ""));
  else if (root.kind == config::Node::Kind::list)
    for (std::size_t i = 0; i < root.items.size(); ++i)
      cases.push_back(reader.read(root.items[i], fmt::format("[{}]", i)));
  else
    diagnostics.add(document.at(root, "E105", "expected a list of documents, found " + config::shown(root)));
  return cases;
}

}  // namespace newsmill::cli
