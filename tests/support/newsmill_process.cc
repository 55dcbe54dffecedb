#include "tests/support/newsmill_process.h"

#include <sstream>

#include "tests/support/child.h"

namespace newsmill::test {

Processed newsmill_process(const std::string& binary, std::vector<std::string> arguments,
                           const std::filesystem::path& in) {
  const TemporaryFolder folder;
  std::vector<std::string> command{binary, "process", "--deadletters", folder / "dead"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  Child child({.command = command, .out = folder / "out", .err = folder / "err", .in = in});
  const auto code = child.wait(std::chrono::minutes(10));
  return {code.value_or(137), read_file(folder / "out"), read_file(folder / "dead"), read_file(folder / "err")};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace newsmill::test
