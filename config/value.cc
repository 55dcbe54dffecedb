#include "config/value.h"

#include <fmt/format.h>

#include <charconv>
#include <span>

namespace newsmill::config {
namespace {

/// A unit with its size in the base unit; `spoken` are other spellings that people write, which
/// are refused with the right one as a hint.
struct Unit {
  std::string_view name;
  std::int64_t factor;
  std::string_view spoken;  // lower case, separated and surrounded by spaces
};
constexpr Unit kDurations[] = {
    {"ms", 1, " msec millis millisecond milliseconds "},
    {"s", 1000, " sec secs second seconds "},
    {"m", 60'000, " min mins minute minutes "},
    {"h", 3'600'000, " hr hrs hour hours "},
    {"d", 86'400'000, " day days "},
};
constexpr Unit kSizes[] = {
    {"B", 1, " b byte bytes "},
    {"KiB", 1 << 10, " k kib ki "},
    {"MiB", 1 << 20, " m mib mi "},
    {"GiB", 1 << 30, " g gib gi "},
    {"kB", 1000, " kb "},
    {"MB", 1'000'000, " mb "},
    {"GB", 1'000'000'000, " gb "},
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

template <class Render>
std::string bounds(std::string_view noun, Range range, Render render) {
  if (!range.bounded()) return std::string(noun);
  if (range.high == Range{}.high) return fmt::format("{} of at least {}", noun, render(range.low));
  return fmt::format("{} from {} to {}", noun, render(range.low), render(range.high));
}

/// A whole number and one of `units`, as a number of base units.
template <class Render>
Parsed<std::int64_t> parse_measured(std::string_view text, Range range, std::span<const Unit> units,
                                    std::string_view noun, Render render) {
  Parsed<std::int64_t> parsed;
  parsed.expected = bounds(noun, range, render);
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || number < 0) {
    parsed.code = failure == std::errc::result_out_of_range ? "E103" : "E102";
    return parsed;
  }
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  for (const Unit& row : units) {
    if (unit != row.name) continue;
    if (number > Range{}.high / row.factor || number * row.factor < range.low || number * row.factor > range.high) {
      parsed.code = "E103";
      return parsed;
    }
    parsed.value = number * row.factor;
    return parsed;
  }
  if (unit.starts_with('.') || unit.starts_with(',')) {
    parsed.code = "E102";
    parsed.hint = "write a whole number with a smaller unit";
    return parsed;
  }
  parsed.code = "E111";
  for (const Unit& row : units)
    if (!unit.empty() && row.spoken.find(fmt::format(" {} ", lower(unit))) != std::string_view::npos)
      parsed.hint = fmt::format("write \"{}{}\"", number, row.name);
  if (parsed.hint.empty()) {
    parsed.hint = unit.empty() ? "add a unit:" : "the units are";
    const char* between = " ";
    for (const Unit& row : units) parsed.hint += between + std::string(row.name), between = ", ";
  }
  return parsed;
}

std::string measured_text(std::int64_t value, std::span<const Unit> units) {
  // The largest unit that divides it; decimal sizes are only ever input.
  const Unit* best = &units[0];
  for (const Unit& unit : units)
    if (value != 0 && value % unit.factor == 0 && unit.factor > best->factor) best = &unit;
  return fmt::format("{}{}", value / best->factor, best->name);
}

template <class To, class From>
Parsed<To> as(Parsed<From> from) {
  Parsed<To> to{std::nullopt, std::move(from.code), std::move(from.expected), std::move(from.hint)};
  if (from.value) to.value = static_cast<To>(*from.value);
  return to;
}

}  // namespace

Parsed<bool> parse_boolean(std::string_view text) {
  if (text == "true") return {true, {}, {}, {}};
  if (text == "false") return {false, {}, {}, {}};
  Parsed<bool> parsed{std::nullopt, "E102", "true or false", {}};
  const std::string word = lower(text);
  if (word == "yes" || word == "on" || word == "1" || word == "true") parsed.hint = "write true";
  if (word == "no" || word == "off" || word == "0" || word == "false") parsed.hint = "write false";
  return parsed;
}

Parsed<double> parse_number(std::string_view text, double low, double high) {
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = failure == std::errc{} && end == text.data() + text.size();
  if (whole && number >= low && number <= high) return {number, {}, {}, {}};
  return {std::nullopt, whole ? "E103" : "E102", fmt::format("a number from {} to {}", low, high), {}};
}

Parsed<double> parse_share(std::string_view text) {
  Parsed<double> parsed = parse_number(text, 0, 1);
  if (text.ends_with('%')) parsed.hint = "write 0.5 for 50 %";
  return parsed;
}

Parsed<std::int64_t> parse_integer(std::string_view text, Range range) {
  Parsed<std::int64_t> parsed;
  parsed.expected = bounds("a whole number", range, [](std::int64_t n) { return std::to_string(n); });
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure == std::errc::result_out_of_range)
    parsed.code = "E103";
  else if (failure != std::errc{} || end != text.data() + text.size())
    parsed.code = "E102";
  else if (number < range.low || number > range.high)
    parsed.code = "E103";
  else
    parsed.value = number;
  return parsed;
}

Parsed<std::chrono::milliseconds> parse_duration(std::string_view text, Range range) {
  return as<std::chrono::milliseconds>(parse_measured(text, range, kDurations, "a duration", [](std::int64_t n) {
    return duration_text(std::chrono::milliseconds(n));
  }));
}

Parsed<std::size_t> parse_size(std::string_view text, Range range) {
  return as<std::size_t>(parse_measured(text, range, kSizes, "a size",
                                        [](std::int64_t n) { return size_text(static_cast<std::size_t>(n)); }));
}

std::string duration_text(std::chrono::milliseconds value) { return measured_text(value.count(), kDurations); }

std::string size_text(std::size_t value) {
  return measured_text(static_cast<std::int64_t>(value), std::span(kSizes).first(4));
}

}  // namespace newsmill::config
