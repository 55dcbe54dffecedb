#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace newsmill::config {

/// The bytes of the file at `path`, or nothing and in `error` the reason ("No such file or
/// directory", "is a folder", "has more than 1048576 bytes").
std::optional<std::string> read_file(const std::string& path, std::size_t max_bytes, std::string& error);

bool is_yaml(std::string_view path);

/// Paths of what lies directly in `folder` and is `wanted`, in order. What could not be read is in `error`.
std::vector<std::string> files_in(const std::string& folder, bool (*wanted)(std::string_view path),
                                  std::error_code& error);

}  // namespace newsmill::config
