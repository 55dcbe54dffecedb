#include "tests/support/docs_page.h"

#include <sstream>

#include "tests/support/child.h"
#include "tests/support/program.h"

namespace newsmill::test {
namespace {

constexpr std::string_view kPrompt = "$ newsmill ", kAny = "…";

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  char quote = 0;
  bool begun = false;
  for (const char c : line) {
    if (quote != 0) {
      if (c == quote) quote = 0;
      else word += c;
    } else if (c == '\'' || c == '"') {
      quote = c, begun = true;
    } else if (c == ' ') {
      if (begun || !word.empty()) words.push_back(word);
      word.clear(), begun = false;
    } else {
      word += c;
    }
  }
  if (begun || !word.empty()) words.push_back(word);
  return words;
}

struct Example {
  std::size_t line = 0;
  std::string command, expected;
};

std::vector<Example> examples_of(const DocsPage::Block& block) {
  std::vector<Example> examples;
  std::istringstream lines(block.text);
  std::size_t at = block.line;
  bool continued = false;
  for (std::string line; std::getline(lines, line);) {
    ++at;
    if (line.starts_with(kPrompt)) examples.push_back({at, line.substr(kPrompt.size()), {}});
    else if (continued) examples.back().command += line;
    else if (!examples.empty()) examples.back().expected += line + '\n';
    continued = (line.starts_with(kPrompt) || continued) && line.ends_with('\\');
    if (continued) examples.back().command.back() = ' ';
  }
  return examples;
}

}  // namespace

DocsPage DocsPage::parse(const std::string& markdown) {
  DocsPage page;
  std::istringstream lines(markdown);
  std::size_t at = 0;
  bool inside = false, kept = false;
  for (std::string line; std::getline(lines, line);) {
    ++at;
    if (!line.starts_with("```")) {
      if (inside && kept) page.blocks.back().text += line + '\n';
      continue;
    }
    inside = !inside;
    if (!inside) continue;
    const std::vector<std::string> info = words_of(line.substr(3));
    kept = (info.size() == 1 && info[0] == "console") || info.size() == 2;
    if (kept) page.blocks.push_back({at, info.size() == 2 ? info[1] : "", {}});
  }
  return page;
}

std::size_t DocsPage::commands() const {
  std::size_t count = 0;
  for (const Block& block : blocks)
    if (block.file.empty()) count += examples_of(block).size();
  return count;
}

std::vector<std::string> DocsPage::failures(const std::string& name, const std::string& binary) const {
  const TemporaryFolder folder;
  std::vector<std::string> failures;
  for (const Block& block : blocks) {
    if (!block.file.empty()) {
      std::filesystem::create_directories((folder / block.file).parent_path());
      write_file(folder / block.file, block.text);
      continue;
    }
    for (const Example& example : examples_of(block)) {
      std::vector<std::string> command = words_of(example.command);
      command.insert(command.begin(), binary);
      const Ran ran = run({.command = command, .folder = folder.path().string()});
      const std::string& printed = ran.out.empty() ? ran.err : ran.out;
      if (matches_example(example.expected, printed)) continue;
      failures.push_back(name + ":" + std::to_string(example.line) + ": $ newsmill " + example.command +
                         "\nprints (code " + std::to_string(ran.code) + "):\n" + printed + "but the page says:\n" +
                         example.expected);
    }
  }
  return failures;
}

bool matches_example(const std::string& expected, const std::string& text) {
  std::size_t at = 0, from = 0;
  for (bool first = true;; first = false) {
    const std::size_t any = expected.find(kAny, from);
    const std::string piece = expected.substr(from, any - from);
    const bool last = any == std::string::npos;
    std::size_t found = first ? (text.starts_with(piece) ? 0 : std::string::npos) : text.find(piece, at);
    if (last && !first)
      found =
          text.size() >= at + piece.size() && text.ends_with(piece) ? text.size() - piece.size() : std::string::npos;
    if (found == std::string::npos) return false;
    at = found + piece.size();
    if (last) return at == text.size();
    from = any + kAny.size();
  }
}

}  // namespace newsmill::test
