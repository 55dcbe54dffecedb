#include "config/forms.h"

#include <algorithm>
#include <charconv>

namespace newsmill::config {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

bool is_host_port(std::string_view text, int lowest_port) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']') && host.size() > 2) {  // IPv6
    host = host.substr(1, host.size() - 2);
    if (!std::ranges::all_of(host, [](char c) {
          return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
        }))
      return false;
  } else if (!std::ranges::all_of(host, is_name_character)) {
    return false;
  }
  int number = 0;
  const auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), number);
  return failure == std::errc{} && end == port.data() + port.size() && port.size() <= 5 && number >= lowest_port &&
         number <= 65535;
}

bool is_brokers(std::string_view text) {
  for (;;) {
    const std::size_t comma = text.find(',');
    std::string_view one = text.substr(0, comma);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (!is_host_port(one, 1)) return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

bool is_topic(std::string_view text) {
  return !text.empty() && text.size() <= 249 && text != "." && text != ".." &&
         std::ranges::all_of(text, is_name_character);
}

}  // namespace

#define NEWSMILL_HOST R"((\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+))"
constexpr Form kBrokers = {"host:port, with commas between several",
                           "^ *" NEWSMILL_HOST ":[0-9]{1,5} *(, *" NEWSMILL_HOST ":[0-9]{1,5} *)*$", is_brokers};
constexpr Form kAddress = {"host:port, or nothing", "^(" NEWSMILL_HOST ":[0-9]{1,5})?$",
                           [](std::string_view text) { return text.empty() || is_host_port(text, 0); }};
#undef NEWSMILL_HOST
constexpr Form kTopic = {"a topic name of 1 to 249 letters, digits, \".\", \"_\" and \"-\"", "^[A-Za-z0-9._-]{1,249}$",
                         is_topic};
constexpr Form kName = {"1 to 100 letters, digits, \".\", \"_\" and \"-\"", "^[A-Za-z0-9._-]{1,100}$",
                        [](std::string_view text) {
                          return !text.empty() && text.size() <= 100 && std::ranges::all_of(text, is_name_character);
                        }};
constexpr Form kGroup = {"1 to 100 visible characters without spaces", "^[!-~]{1,100}$", [](std::string_view text) {
                           return !text.empty() && text.size() <= 100 &&
                                  std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
                         }};

}  // namespace newsmill::config
