#pragma once
#include <cstddef>
#include <optional>
#include <string>

namespace newsmill::config {

/// The bytes of the file at `path`, or nothing and in `error` the reason ("No such file or
/// directory", "is a folder", "has more than 1048576 bytes").
std::optional<std::string> read_file(const std::string& path, std::size_t max_bytes, std::string& error);

}  // namespace newsmill::config
