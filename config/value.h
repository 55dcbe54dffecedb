#pragma once
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace newsmill::config {

/// What reading a scalar as a type came to: the value, or why not, in the words of a Diagnostic.
template <class T>
struct Parsed {
  std::optional<T> value;
  std::string code;      ///< E102, E103, E111
  std::string expected;  ///< "a whole number from 1 to 64"
  std::string hint;      ///< may be empty
};

/// Bounds, both inclusive, in the base unit of the type: bytes, milliseconds, or the number.
struct Range {
  std::int64_t low = std::numeric_limits<std::int64_t>::min();
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
  bool bounded() const { return low != Range{}.low || high != Range{}.high; }
};

/// Pure; `text` is the scalar as written. Only "true" and "false" are booleans.
Parsed<bool> parse_boolean(std::string_view text);
Parsed<std::int64_t> parse_integer(std::string_view text, Range range = {});
/// A number with or without a fraction: "-20", "1.5".
Parsed<double> parse_number(std::string_view text, double low, double high);
/// A number from 0 to 1: "0.5".
Parsed<double> parse_share(std::string_view text);
/// "100ms", "2m", "72h", "3d": one whole number with its unit.
Parsed<std::chrono::milliseconds> parse_duration(std::string_view text, Range range = {});
/// "64MiB", "8 MiB", "10MB", "512B".
Parsed<std::size_t> parse_size(std::string_view text, Range range = {});

/// The shortest text that parses back to the value: "72h", "25s", "128MiB".
std::string duration_text(std::chrono::milliseconds value);
std::string size_text(std::size_t value);

}  // namespace newsmill::config
