#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace newsmill::test {

/// What `newsmill process` made of its input.
struct Processed {
  int code = 0;
  std::string records, dead_letters;  ///< JSON lines, as written
  std::string words;                  ///< what it said on standard error
};

/// Runs `binary process ARGUMENTS --deadletters FILE` to its end, ten minutes at most.
Processed newsmill_process(const std::string& binary, std::vector<std::string> arguments,
                           const std::filesystem::path& in = {});

/// The lines of a text, without their ends.
std::vector<std::string> lines_of(const std::string& text);

}  // namespace newsmill::test
