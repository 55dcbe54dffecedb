#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/diagnostic.h"

namespace newsmill::config {

/// A node of a strict YAML document: scalars stay text until a typed read ("no" is Norway).
struct Node {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  std::string text;  ///< of a scalar
  bool quoted = false;
  std::vector<Node> items;                         ///< of a list
  std::vector<std::pair<Node, Node>> entries;      ///< of a map, in file order
  std::size_t line = 0, column = 0;                ///< from 1

  const Node* find(std::string_view key) const;  ///< of a map; null when absent
};

/// One YAML file as nodes with line and column. Strict subset: duplicate keys, tabs, unknown tags,
/// several documents and more than 100 aliases or 64 levels are findings.
class Document {
 public:
  /// Parses `text`. Findings go to `diagnostics`; what could be read is kept, so that later
  /// passes can report more. `name` stands in the findings.
  static Document parse(std::string name, std::string text, Diagnostics& diagnostics);

  const std::string& name() const { return name_; }
  const Node& root() const { return root_; }
  Node& root() { return root_; }
  /// Line `number` (from 1) as it stands, for the caret.
  std::string line(std::size_t number) const;
  /// A finding at `node`.
  Diagnostic at(const Node& node, std::string code, std::string message, std::string hint = {}) const;

 private:
  std::string name_, text_;
  Node root_;
};

}  // namespace newsmill::config
