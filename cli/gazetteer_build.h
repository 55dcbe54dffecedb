#pragma once
#include <string>
#include <vector>

namespace newsmill::cli {

struct GazetteerBuild {
  std::vector<std::string> inputs;
  std::string out;
  bool starter = true;  ///< the built-in names lead
};

/// `newsmill gazetteer build`: reads the lists, writes the file beside `out` and renames it, tells
/// the sum on standard error. The exit code.
int build_gazetteer(const GazetteerBuild& asked);

}  // namespace newsmill::cli
