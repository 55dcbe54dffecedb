#include "consumer/http/listen.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace newsmill::http {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

/// Splits "name:port", "name", "[address]:port", "[address]"; `port` is empty when there is none.
/// Nothing when the brackets do not close or something else follows them.
struct Split {
  std::string_view host, port;
  bool has_port = false;
};
std::optional<Split> split(std::string_view text) {
  Split parts;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    parts.host = text.substr(1, close - 1);
    text.remove_prefix(close + 1);
    if (!text.empty() && text.front() != ':') return std::nullopt;
  } else {
    const std::size_t colon = text.rfind(':');
    parts.host = text.substr(0, colon);
    text.remove_prefix(parts.host.size());
  }
  parts.has_port = !text.empty();
  if (parts.has_port) parts.port = text.substr(1);
  return parts;
}

bool is_address(const std::string& host) {
  in_addr v4{};
  in6_addr v6{};
  return inet_pton(AF_INET, host.c_str(), &v4) == 1 || inet_pton(AF_INET6, host.c_str(), &v6) == 1;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return result;
}

}  // namespace

std::optional<Listen> parse_listen(std::string_view text, std::string& why) {
  const auto parts = split(text);
  if (!parts || !parts->has_port || parts->host.empty() ||
      (!text.starts_with('[') && parts->host.find(':') != std::string_view::npos)) {
    why = fmt::format("\"{}\" is no host and port; write for example 127.0.0.1:9464, [::1]:9464, or 0.0.0.0:9464 to "
                      "listen on every address", text);
    return std::nullopt;
  }
  const auto port = parse_port(parts->port);
  if (!port) {
    why = fmt::format("\"{}\" is no port in \"{}\"; expected a number from 0 to 65535", parts->port, text);
    return std::nullopt;
  }
  return Listen{std::string(parts->host), *port};
}

std::string listen_text(const Listen& listen) {
  const bool v6 = listen.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", v6 ? "[" : "", listen.host, v6 ? "]" : "", listen.port);
}

HostCheck::HostCheck(const Listen& listen, std::span<const std::string> allowed)
    : names_{"localhost", lower(listen.host)} {
  for (const std::string& name : allowed) {
    const auto parts = split(name);  // an operator may have copied the port with it
    names_.push_back(lower(parts ? parts->host : std::string_view(name)));
  }
}

bool HostCheck::allows(std::string_view header) const {
  const auto parts = split(header);
  if (!parts || (parts->has_port && !parse_port(parts->port))) return false;
  std::string host = lower(parts->host);
  if (header.starts_with('[')) return is_address(host);
  if (host.ends_with('.')) host.pop_back();  // the root of the name system, written out
  return is_address(host) || std::ranges::find(names_, host) != names_.end();
}

}  // namespace newsmill::http
