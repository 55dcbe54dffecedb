#include "config/settings_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "config/interpolation.h"
#include "config/reader.h"
#include "config/secret.h"
#include "config/utf8.h"

namespace newsmill::config {
namespace {

/// The row of a path that may hold indices: "input.topics[3].name" → "input.topics[].name".
std::string row_path(const std::string& path) {
  std::string row;
  bool inside = false;
  for (const char c : path) {
    inside = inside ? c != ']' : c == '[';
    if (!inside || c == '[') row += c;
  }
  return row;
}

/// Keys that may stand in a section, or in an item of a list ("input.topics[]").
std::vector<std::string> keys_of(const std::string& section) {
  std::vector<std::string> keys;
  for (const Option& row : options()) {
    std::string_view path = row.path;
    if (!section.empty()) {
      if (!path.starts_with(section + ".")) continue;
      path.remove_prefix(section.size() + 1);
    }
    const std::string key(path.substr(0, path.find_first_of(".[")));
    if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
  }
  return keys;
}

}  // namespace

void SettingsReader::apply(const Document& document, Origin::Kind kind, const std::string& folder) {
  document_ = &document;
  kind_ = kind;
  folder_ = folder;
  const Node& root = document.root();
  if (root.kind == Node::Kind::null) return;
  if (root.kind != Node::Kind::map) {
    diagnostics_.add(document.at(root, "E105", fmt::format("expected a map of sections, found {}", shown(root)),
                                 "write for example \"kafka:\" and below it, indented, \"brokers: 127.0.0.1:9092\""));
    return;
  }
  apply_map(root, "");
}

Origin SettingsReader::origin_of(const Node& node) const {
  return {kind_, document_->name(), node.line, node.column, masked_line(document_->line(node.line)), {}};
}

void SettingsReader::report(const Node& node, const std::string& path, std::string code, const std::string& message,
                            std::string hint) {
  diagnostics_.add(document_->at(node, std::move(code), fmt::format("{}: {}", path, message), std::move(hint)));
}

void SettingsReader::report_unknown(const Node& key, const std::string& section) {
  const std::string path = section.empty() ? key.text : fmt::format("{}.{}", section, key.text);
  const auto known = keys_of(row_path(section));
  std::string hint;
  if (const std::string near = nearest(key.text, known); !near.empty()) {
    hint = fmt::format("did you mean \"{}\"?", near);
  } else {
    for (const Option& row : options())  // the right key in the wrong section
      if (row.key() == key.text && hint.empty()) hint = fmt::format("did you mean \"{}\"?", row.path);
    if (hint.empty()) hint = fmt::format("the keys here are {}", fmt::join(known, ", "));
  }
  diagnostics_.add(document_->at(key, "E101", fmt::format("unknown key \"{}\"", path), hint));
}

void SettingsReader::apply_map(const Node& map, const std::string& section) {
  for (const auto& [key, value] : map.entries) {
    const std::string path = section.empty() ? key.text : section + "." + key.text;
    if (const Option* row = option(path)) {
      apply_option(*row, path, value, nullptr);
    } else if (const auto keys = keys_of(path); keys.empty()) {
      report_unknown(key, section);
    } else if (value.kind == Node::Kind::map) {
      apply_map(value, path);
    } else if (value.kind != Node::Kind::null) {
      report(value, path, "E105", fmt::format("expected a map of keys and values, found {}", shown(value)),
             fmt::format("the keys here are {}", fmt::join(keys, ", ")));
    }
  }
}

bool SettingsReader::read_scalar(const std::string& path, const Node& node, std::string& text, Origin& origin) {
  if (node.kind != Node::Kind::scalar) {
    report(node, path, "E105", fmt::format("expected a single value, found {}", shown(node)));
    return false;
  }
  origin = origin_of(node);
  const Expanded expanded = expand(*document_, node, folder_, diagnostics_);
  origin.through = expanded.through;
  text = expanded.text;
  if (expanded.failed) return false;
  if (ill_formed(text) == std::string::npos) return true;
  report(node, path, "E010",
         fmt::format("{} holds bytes that are not UTF-8", origin.through.empty() ? "the value" : origin.through),
         "values are UTF-8");
  return false;
}

/// Reads one value as the type of its place. What is wrong is reported and changes nothing.
struct SettingsReader::Setter {
  SettingsReader& reader;
  const Option& option;
  const std::string& path;
  const Node& node;
  Settings::InputTopic* topic;

  Settings& settings() const { return reader.loaded_.settings; }
  void remember(const std::string& at, Origin origin) const { reader.loaded_.origins[at] = std::move(origin); }

  template <class To, class T>
  void parsed(To& to, Parsed<T> (*parse)(std::string_view, Range)) const {
    std::string text;
    Origin origin;
    if (!reader.read_scalar(path, node, text, origin)) return;
    auto result = parse(text, option.range);
    if (!result.value) {
      const std::string found = origin.through.empty() ? shown(text) : "something else in " + origin.through;
      reader.report(node, path, result.code, fmt::format("expected {}, found {}", result.expected, found),
                    origin.through.empty() ? result.hint : std::string());
      return;
    }
    to = static_cast<To>(*result.value);
    remember(path, std::move(origin));
  }
  /// A text within `allowed` and of the right form.
  bool text(std::string& to, Origin& origin) const {
    std::string read;
    if (!reader.read_scalar(path, node, read, origin)) return false;
    const std::string found = origin.through.empty() ? shown(read) : "something else in " + origin.through;
    if (!option.allowed.empty() && std::ranges::find(option.allowed, read) == option.allowed.end()) {
      const std::string near = nearest(read, {option.allowed.begin(), option.allowed.end()});
      reader.report(node, path, "E104",
                    fmt::format("expected one of {}, found {}", fmt::join(option.allowed, ", "), found),
                    near.empty() || !origin.through.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
      return false;
    }
    if (option.form && !option.form->fits(read)) {
      reader.report(node, path, "E102", fmt::format("expected {}, found {}", option.form->expected, found));
      return false;
    }
    to = std::move(read);
    return true;
  }

  void operator()(bool& (*at)(Settings&)) const {
    parsed(at(settings()), +[](std::string_view text, Range) { return parse_boolean(text); });
  }
  void operator()(double& (*at)(Settings&)) const {
    parsed(at(settings()), +[](std::string_view text, Range) { return parse_share(text); });
  }
  void operator()(int& (*at)(Settings&)) const { parsed(at(settings()), parse_integer); }
  void operator()(std::size_t& (*at)(Settings&)) const { parsed(at(settings()), parse_size); }
  void operator()(std::chrono::milliseconds& (*at)(Settings&)) const { parsed(at(settings()), parse_duration); }
  void operator()(std::string& (*at)(Settings&)) const {
    Origin origin;
    std::string read;
    if (!text(read, origin)) return;
    const bool relative = option.is_path && !read.empty() && !read.starts_with('/') && !reader.folder_.empty();
    at(settings()) = relative ? reader.folder_ + "/" + read : read;
    remember(path, std::move(origin));
  }
  void operator()(std::string& (*at)(Settings::InputTopic&)) const {
    Origin origin;
    if (text(at(*topic), origin)) remember(path, std::move(origin));
  }
  void operator()(Choice choice) const {
    Origin origin;
    std::string word;
    if (!text(word, origin)) return;
    choice.set(settings(), static_cast<std::size_t>(std::ranges::find(option.allowed, word) - option.allowed.begin()));
    remember(path, std::move(origin));
  }
  void operator()(std::vector<std::string>& (*at)(Settings&)) const {
    if (node.kind != Node::Kind::list) {
      reader.report(node, path, "E105", fmt::format("expected a list, found {}", shown(node)),
                    node.kind == Node::Kind::scalar ? fmt::format("a list of one is written [{}]", node.text) : "");
      return;
    }
    std::vector<std::string> all;
    Origin whole = reader.origin_of(node);
    bool sound = true;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      Origin origin;
      all.emplace_back();
      sound &= reader.read_scalar(fmt::format("{}[{}]", path, i), node.items[i], all.back(), origin);
      if (whole.through.empty()) whole.through = origin.through;
    }
    if (!sound) return;
    at(settings()) = std::move(all);
    remember(path, std::move(whole));
  }
  void operator()(std::map<std::string, std::string>& (*at)(Settings&)) const {
    if (node.kind != Node::Kind::map) {
      reader.report(node, path, "E105", fmt::format("expected a map of keys and values, found {}", shown(node)));
      return;
    }
    for (const auto& [key, value] : node.entries) {
      const std::string place = fmt::format("{}.{}", path, key.text);
      Origin origin;
      std::string read;
      if (value.kind == Node::Kind::map) {
        reader.report(value, place, "E105", "expected a single value, found a map",
                      fmt::format("the names of librdkafka are written in one piece: \"{}.{}\"", key.text,
                                  value.entries.empty() ? "…" : value.entries[0].first.text));
      } else if (reader.read_scalar(place, value, read, origin)) {
        at(settings())[key.text] = std::move(read);
        remember(place, std::move(origin));
      }
    }
  }
  void operator()(std::vector<Settings::InputTopic>& (*at)(Settings&)) const {
    reader.apply_topics(node, at(settings()));
  }
};

void SettingsReader::apply_option(const Option& row, const std::string& path, const Node& node,
                                  Settings::InputTopic* topic) {
  if (node.kind == Node::Kind::null) return;  // a key whose value is commented out
  std::visit(Setter{*this, row, path, node, topic}, row.place);
}

void SettingsReader::apply_topics(const Node& node, std::vector<Settings::InputTopic>& topics) {
  static constexpr const char* kPath = "input.topics";
  if (node.kind != Node::Kind::list) {
    report(node, kPath, "E105", fmt::format("expected a list of maps, found {}", shown(node)),
           "write for example [{name: articles.raw, format: plain}]");
    return;
  }
  if (node.items.empty()) {
    report(node, kPath, "E103", "expected at least one topic, found an empty list");
    return;
  }
  std::erase_if(loaded_.origins, [](const auto& entry) { return entry.first.starts_with(kPath); });
  loaded_.origins[kPath] = origin_of(node);
  topics.clear();
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Node& item = node.items[i];
    const std::string path = fmt::format("{}[{}]", kPath, i);
    if (item.kind != Node::Kind::map) {
      report(item, path, "E105", fmt::format("expected a map of keys and values, found {}", shown(item)),
             item.kind == Node::Kind::scalar ? fmt::format("write {{name: {}}}", item.text) : "");
      continue;
    }
    Settings::InputTopic topic;
    topic.name.clear();
    for (const auto& [key, value] : item.entries) {
      if (const Option* row = option("input.topics[]." + key.text))
        apply_option(*row, path + "." + key.text, value, &topic);
      else
        report_unknown(key, path);
    }
    if (!item.find("name")) report(item, path + ".name", "E106", "this key is needed here, and it is missing");
    topics.push_back(std::move(topic));
  }
}

}  // namespace newsmill::config
