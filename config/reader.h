#pragma once
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.h"
#include "config/document.h"
#include "config/value.h"

namespace newsmill::config {

/// Typed access to one map of a document, for any file an operator writes. Every read remembers
/// its key; a wrong value is a finding and gives the fallback, so that one pass finds everything.
/// Call finish() last: it reports the keys nobody asked for. Not thread-safe; `document` and
/// `diagnostics` must outlive it.
class Reader {
 public:
  /// `path` names the map in messages: "sources[2]"; empty at the root. A node that is no map is
  /// a finding (null counts as an empty map) and reads as empty.
  Reader(const Document& document, const Node& node, std::string path, Diagnostics& diagnostics);

  std::string text(std::string_view key, std::string fallback = {});
  bool boolean(std::string_view key, bool fallback);
  std::int64_t integer(std::string_view key, std::int64_t fallback, Range range = {});
  double number(std::string_view key, double fallback, double low, double high);
  std::chrono::milliseconds duration(std::string_view key, std::chrono::milliseconds fallback, Range range = {});
  std::size_t size(std::string_view key, std::size_t fallback, Range range = {});
  /// One of `allowed`, as its index.
  std::size_t choice(std::string_view key, std::size_t fallback, const std::vector<std::string>& allowed);
  std::vector<std::string> texts(std::string_view key);  ///< a list of scalars
  /// The items of a list, or the entries of a map; empty when absent or of another shape.
  const std::vector<Node>& items(std::string_view key);
  const std::vector<std::pair<Node, Node>>& entries(std::string_view key);

  /// The value whatever it is, and the key as asked for; null when absent.
  const Node* find(std::string_view key);
  /// Reports the key as missing unless it is there.
  bool require(std::string_view key);
  /// Reports every key nobody asked for, with the nearest known spelling.
  void finish();
  /// A finding of the caller's own at `node`; the message gets the path of `key` in front.
  void report(const Node& node, std::string_view key, std::string code, std::string message, std::string hint = {});
  std::string path(std::string_view key) const;

 private:
  const Node* scalar(std::string_view key);
  template <class T>
  T value(std::string_view key, T fallback, const std::function<Parsed<T>(std::string_view)>& parse);

  const Document& document_;
  const Node& node_;
  std::string path_;
  Diagnostics& diagnostics_;
  std::set<std::string, std::less<>> known_;
};

/// `text` as it is shown in a message: in quotes, cut after 60 characters.
std::string shown(std::string_view text);
/// "a list", "a map", "nothing" or shown(text).
std::string shown(const Node& node);

}  // namespace newsmill::config
