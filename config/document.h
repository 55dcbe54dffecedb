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
  std::size_t line = 0, column = 0;                ///< from 1, in code points

  const Node* find(std::string_view key) const;  ///< of a map; null when absent
};

/// One YAML file as nodes with line and column. Strict subset: duplicate keys, tabs in indentation,
/// tags, merge keys, several documents, more than 100 aliases or 64 levels, aliases that add more
/// than 100,000 values, more than 16 MiB and bytes that are not UTF-8 are findings.
class Document {
 public:
  /// Parses `text`. Findings go to `diagnostics`; what could be read is kept, so that later
  /// passes can report more. `name` stands in the findings.
  static Document parse(std::string name, std::string text, Diagnostics& diagnostics);
  /// The file at `path`, named as typed; a file that cannot be read is a finding too.
  static Document open(const std::string& path, Diagnostics& diagnostics);

  const std::string& name() const { return name_; }
  const Node& root() const { return root_; }
  Node& root() { return root_; }
  /// Line `number` (from 1) as it stands, for the caret.
  std::string line(std::size_t number) const;
  /// The text as it stands, from where `node` begins to the end of the file.
  std::string_view from(const Node& node) const;
  /// Makes `text` what line() shows, for a document whose nodes were made by hand.
  void set_source(std::string text) { set_text(std::move(text)); }
  /// A finding at `node`, whose line it shows with secrets masked.
  Diagnostic at(const Node& node, std::string code, std::string message, std::string hint = {}) const;

 private:
  friend class DocumentBuilder;
  void set_text(std::string text);
  Node place(std::size_t byte) const;

  std::string name_, text_;
  std::vector<std::size_t> lines_;  ///< byte where each line begins
  Node root_;
};

}  // namespace newsmill::config
