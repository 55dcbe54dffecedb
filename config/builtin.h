#pragma once
#include <optional>
#include <span>
#include <string_view>

namespace newsmill::config {

/// A file of config/default as it was when the program was built, so that `process` and `demo`
/// work from anywhere with nothing installed. The source is written by cmake/embed.cmake.
struct Builtin {
  std::string_view path;  ///< below config/default: "lexicons/en.yaml"
  std::string_view text;
};

/// All of them, sorted by path. Static memory; any thread.
std::span<const Builtin> builtins();

/// The text of one, or nothing when there is none of that name. O(log n).
std::optional<std::string_view> builtin(std::string_view path);

}  // namespace newsmill::config
