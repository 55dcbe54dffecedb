#pragma once
#include <cstdio>
#include <filesystem>
#include <string>

#include "tests/support/data_folder.h"

namespace newsmill::text {

/// Path of a file of the development data (NEWSMILL_DATA, else beside the repository); empty when
/// it is absent, and the test that wanted it skips.
inline std::string data_file(const std::string& name) {
  const std::string path = test::data_folder() / name;
  return std::filesystem::exists(path) ? path : std::string();
}

/// What a shell command writes to its standard output.
inline std::string output_of(const std::string& command) {
  std::string output;
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  char buffer[1 << 16];
  for (std::size_t read; (read = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, read);
  pclose(pipe);
  return output;
}

}  // namespace newsmill::text
