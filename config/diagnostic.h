#pragma once
#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

namespace newsmill::config {

/// One finding in a file that an operator wrote. `code` is stable ("E102") and explained by
/// docs/options.md#findings (config/finding.h); the text may change.
struct Diagnostic {
  enum class Severity { error, warning };
  Severity severity = Severity::error;
  std::string code = {};
  std::string file = {};      ///< as typed; "--set" and "environment" for the other places
  std::size_t line = 0, column = 0;  ///< from 1, column in code points; 0 = the whole file
  std::string message = {};   ///< found, expected, where
  std::string source = {};    ///< the line as it stands, for the caret
  std::string hint = {};      ///< what to do; may be empty
};

/// All findings of all files of one pass. Not thread-safe.
class Diagnostics {
 public:
  void add(Diagnostic diagnostic) { all_.push_back(std::move(diagnostic)); }
  bool has_errors() const;
  const std::vector<Diagnostic>& all() const { return all_; }
  /// Files in order of their first finding, inside a file by place.
  std::vector<Diagnostic> sorted() const;
  /// In file order: "file:line:column: error[E102]: …", the line, a caret, the hint; then a sum.
  /// Control characters of the line are shown as "?", and of a long line only what is near.
  void print(std::ostream& out, bool color = false) const;
  /// The same for machines: one JSON array of {severity, code, file, line, column, message, hint}.
  void print_json(std::ostream& out) const;
  /// "2 errors, 1 warning in newsmill.yaml"; empty when there is no finding.
  std::string sum() const;

 private:
  std::vector<Diagnostic> all_;
};

/// The spelling of `known` nearest to `word` by edit distance, empty when none is near: at most
/// one error per three letters, a swap of neighbours counts once (Damerau 1964).
std::string nearest(const std::string& word, const std::vector<std::string>& known);

}  // namespace newsmill::config
