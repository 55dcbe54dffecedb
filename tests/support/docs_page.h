#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace newsmill::test {

/// The examples of a page of docs/, so that they can be run. A page has one folder, in which its blocks
/// work from top to bottom:
///   ```json first.json      a block with a file name behind its language is that file
///   ```console              a block that shows a terminal: each line that begins with `$ newsmill ` is
///                           run (words as in a shell, '…' and "…" quote, a \ at the end continues),
///                           and the lines up to the next one are what it prints
/// What is printed is standard output, or standard error when that is empty. In what is expected, … stands
/// for any text, over lines too.
struct DocsPage {
  struct Block {
    std::size_t line = 0;  ///< of its fence, from 1
    std::string file;      ///< empty: a terminal
    std::string text;
  };
  std::vector<Block> blocks;

  static DocsPage parse(const std::string& markdown);
  /// Runs all of it; for each example that prints something else a message that begins with `name`:LINE.
  std::vector<std::string> failures(const std::string& name, const std::string& binary) const;
  std::size_t commands() const;
};

/// Whether `text` is `expected`, where … in it stands for anything.
bool matches_example(const std::string& expected, const std::string& text);

}  // namespace newsmill::test
