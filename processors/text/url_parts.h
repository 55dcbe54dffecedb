#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace newsmill::text {

/// The parts of an http or https URL after lenient parsing, percent-encoded as WHATWG serialises them.
struct UrlParts {
  std::string_view scheme;  ///< "http" or "https", static
  std::string host;         ///< lower case, IDNA ASCII form
  std::string port;         ///< digits; empty for the default
  std::string path;         ///< begins with "/"
  std::optional<std::string> query;  ///< without "?"
};
std::optional<UrlParts> parse_url_parts(std::string_view raw);
std::string serialize(const UrlParts& parts);

/// Host of a URL (percent-encoded, Unicode or ASCII, or an IP address) in its ASCII form; nullopt if
/// it is none. UTS #46, non-transitional, as WHATWG's "domain to ASCII" without beStrict.
std::optional<std::string> parse_host(std::string_view raw);

/// Calls `take(parameter, name)` for each part of a query between "&", in its order.
template <typename Take>
void each_parameter(std::string_view query, Take take) {
  while (true) {
    const std::size_t end = query.find('&');
    const std::string_view parameter = query.substr(0, end);
    take(parameter, parameter.substr(0, parameter.find('=')));
    if (end == std::string_view::npos) return;
    query.remove_prefix(end + 1);
  }
}

}  // namespace newsmill::text
