#include "processors/core/format.h"

#include <utility>

namespace newsmill {
namespace {

constexpr std::pair<Format, std::string_view> kNames[] = {
    {Format::automatic, "auto"},
    {Format::plain, "plain"},
    {Format::text, "text"},
};

}  // namespace

std::string_view format_name(Format format) {
  for (const auto& [value, name] : kNames)
    if (value == format) return name;
  return {};
}

std::optional<Format> format_of(std::string_view name) {
  for (const auto& [value, text] : kNames)
    if (text == name) return value;
  return std::nullopt;
}

}  // namespace newsmill
