#include "config/reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace newsmill::config {

std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 60;
  if (text.size() <= kMost) return fmt::format("\"{}\"", text);
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return fmt::format("\"{}…\"", text.substr(0, end));
}

std::string shown(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null: return "nothing";
    case Node::Kind::scalar: return shown(node.text);
    case Node::Kind::list: return "a list";
    case Node::Kind::map: return "a map";
  }
  return {};
}

Reader::Reader(const Document& document, const Node& node, std::string path, Diagnostics& diagnostics)
    : document_(document), node_(node), path_(std::move(path)), diagnostics_(diagnostics) {
  if (node.kind == Node::Kind::map || node.kind == Node::Kind::null) return;
  diagnostics_.add(document_.at(node, "E105", fmt::format("{}{}expected a map of keys and values, found {}", path_,
                                                          path_.empty() ? "" : ": ", shown(node))));
}

std::string Reader::path(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

void Reader::report(const Node& node, std::string_view key, std::string code, std::string message, std::string hint) {
  diagnostics_.add(document_.at(node, std::move(code), fmt::format("{}: {}", path(key), message), std::move(hint)));
}

const Node* Reader::find(std::string_view key) {
  known_.emplace(key);
  return node_.find(key);
}

bool Reader::require(std::string_view key) {
  const Node* node = find(key);
  if (node && node->kind != Node::Kind::null) return true;
  report(node ? *node : node_, key, "E106", "this key is needed here, and it is missing");
  return false;
}

const Node* Reader::scalar(std::string_view key) {
  const Node* node = find(key);
  if (!node || node->kind == Node::Kind::null) return nullptr;
  if (node->kind == Node::Kind::scalar) return node;
  report(*node, key, "E105", fmt::format("expected a single value, found {}", shown(*node)));
  return nullptr;
}

template <class T>
T Reader::value(std::string_view key, T fallback, const std::function<Parsed<T>(std::string_view)>& parse) {
  const Node* node = scalar(key);
  if (!node) return fallback;
  auto parsed = parse(node->text);
  if (parsed.value) return *parsed.value;
  report(*node, key, parsed.code, fmt::format("expected {}, found {}", parsed.expected, shown(*node)), parsed.hint);
  return fallback;
}

std::string Reader::text(std::string_view key, std::string fallback) {
  const Node* node = scalar(key);
  return node ? node->text : fallback;
}

bool Reader::boolean(std::string_view key, bool fallback) { return value<bool>(key, fallback, parse_boolean); }

std::int64_t Reader::integer(std::string_view key, std::int64_t fallback, Range range) {
  return value<std::int64_t>(key, fallback, [&](std::string_view text) { return parse_integer(text, range); });
}

double Reader::number(std::string_view key, double fallback, double low, double high) {
  return value<double>(key, fallback, [&](std::string_view text) { return parse_number(text, low, high); });
}

std::chrono::milliseconds Reader::duration(std::string_view key, std::chrono::milliseconds fallback, Range range) {
  return value<std::chrono::milliseconds>(key, fallback,
                                          [&](std::string_view text) { return parse_duration(text, range); });
}

std::size_t Reader::size(std::string_view key, std::size_t fallback, Range range) {
  return value<std::size_t>(key, fallback, [&](std::string_view text) { return parse_size(text, range); });
}

std::size_t Reader::choice(std::string_view key, std::size_t fallback, const std::vector<std::string>& allowed) {
  const Node* node = scalar(key);
  if (!node) return fallback;
  const auto found = std::ranges::find(allowed, node->text);
  if (found != allowed.end()) return static_cast<std::size_t>(found - allowed.begin());
  const std::string near = nearest(node->text, allowed);
  report(*node, key, "E104", fmt::format("expected one of {}, found {}", fmt::join(allowed, ", "), shown(*node)),
         near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
  return fallback;
}

std::vector<std::string> Reader::texts(std::string_view key) {
  std::vector<std::string> all;
  std::size_t index = 0;
  for (const Node& item : items(key)) {
    if (item.kind == Node::Kind::scalar)
      all.push_back(item.text);
    else
      report(item, fmt::format("{}[{}]", key, index), "E105",
             fmt::format("expected a single value, found {}", shown(item)));
    ++index;
  }
  return all;
}

const std::vector<Node>& Reader::items(std::string_view key) {
  static const std::vector<Node> kNone;
  const Node* node = find(key);
  if (!node || node->kind == Node::Kind::null) return kNone;
  if (node->kind == Node::Kind::list) return node->items;
  report(*node, key, "E105", fmt::format("expected a list, found {}", shown(*node)),
         node->kind == Node::Kind::scalar ? fmt::format("a list of one is written [{}]", node->text) : "");
  return kNone;
}

const std::vector<std::pair<Node, Node>>& Reader::entries(std::string_view key) {
  static const std::vector<std::pair<Node, Node>> kNone;
  const Node* node = find(key);
  if (!node || node->kind == Node::Kind::null) return kNone;
  if (node->kind == Node::Kind::map) return node->entries;
  report(*node, key, "E105", fmt::format("expected a map of keys and values, found {}", shown(*node)));
  return kNone;
}

void Reader::finish() {
  const std::vector<std::string> known(known_.begin(), known_.end());
  for (const auto& [key, value] : node_.entries) {
    if (known_.contains(key.text)) continue;
    const std::string near = nearest(key.text, known);
    diagnostics_.add(document_.at(key, "E101", fmt::format("unknown key \"{}\"", path(key.text)),
                                  near.empty() ? fmt::format("the keys here are {}", fmt::join(known, ", "))
                                               : fmt::format("did you mean \"{}\"?", near)));
  }
}

}  // namespace newsmill::config
