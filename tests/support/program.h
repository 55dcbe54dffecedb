#pragma once
#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace newsmill::test {

/// One run of a program to its end, for tests of the command line. No shell is between.
struct Run {
  std::vector<std::string> command;  ///< the program and its arguments
  std::string in = {};               ///< standard input
  std::map<std::string, std::string> environment = {};
  std::string folder = {};           ///< to start in; empty = the test's own
  std::chrono::milliseconds limit = std::chrono::minutes(2);
};
struct Ran {
  int code = 0;  ///< 128 + signal; 137 also when the limit was over
  std::string out, err;
};
Ran run(const Run& asked);

}  // namespace newsmill::test
