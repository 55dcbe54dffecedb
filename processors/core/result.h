#pragma once
#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace newsmill {

/// Why an article could not be processed. The names (`code_name`) are what the header
/// `newsmill-error-code` and the metric label `code` carry, so they are only ever added to.
enum class Code : std::uint8_t {
  empty,             ///< null or empty value
  malformed_json,    ///< not JSON, although the format says so
  unknown_format,    ///< `auto` found none of the formats
  too_large,         ///< message or body over its cap, or too many JSON values
  too_deep,          ///< nesting over the cap
  bad_compression,   ///< gzip damaged, or its ratio or output over the cap
  encoding_damaged,  ///< more than 10 % of the characters could not be decoded
  no_content,        ///< neither title nor body
  wrong_type,        ///< a field that identity depends on has a type without a coercion
  budget,            ///< the work units of one article are used up
  output_too_large,  ///< the record would not fit its topic
  crashed,           ///< the article ended the process twice and is set aside unprocessed
  internal,          ///< a step threw: a defect of newsmill
};

/// "malformed-json" and so on: lower case, hyphens.
std::string_view code_name(Code code);

/// What went wrong, for a person: found, expected, where. `where` is a place in the input
/// ("$.body", "byte 412"), never a place in the program.
struct Error {
  Code code;
  std::string found, expected, where;
};

/// A value or an Error; member names of std::expected, which GCC 12 has only in C++23.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }
  T& value() { assert(has_value()); return *std::get_if<0>(&state_); }
  const T& value() const { assert(has_value()); return *std::get_if<0>(&state_); }
  Error& error() { assert(!has_value()); return *std::get_if<1>(&state_); }
  const Error& error() const { assert(!has_value()); return *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

using Status = Result<std::monostate>;
inline constexpr std::monostate ok{};

}  // namespace newsmill
