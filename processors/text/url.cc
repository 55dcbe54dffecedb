#include "processors/text/url.h"

#include <algorithm>

#include "processors/text/ascii.h"
#include "processors/text/tracking_parameters.h"
#include "processors/text/url_parts.h"
#include "processors/text/utf8.h"

namespace newsmill::text {
namespace {

constexpr std::size_t kLongestUrl = 8192;  // what servers and browsers take

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit_ascii(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit_ascii(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_slash(char c) { return c == '/' || c == '\\'; }

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::ranges::equal(text.substr(0, prefix.size()), prefix, {}, ascii_lower, ascii_lower);
}

/// Surrounding C0 controls and spaces (NBSP too) cut off, tabs and line ends removed, &amp; decoded.
std::string tidied(std::string_view raw) {
  const auto is_edge = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (true) {
    if (!raw.empty() && is_edge(raw.front())) raw.remove_prefix(1);
    else if (raw.starts_with("\xC2\xA0")) raw.remove_prefix(2);
    else break;
  }
  while (true) {
    if (!raw.empty() && is_edge(raw.back())) raw.remove_suffix(1);
    else if (raw.ends_with("\xC2\xA0")) raw.remove_suffix(2);
    else break;
  }
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\t' || raw[i] == '\n' || raw[i] == '\r') continue;
    out.push_back(raw[i]);
    if (raw[i] == '&' && raw.substr(i + 1, 4) == "amp;") i += 4;
  }
  return out;
}

/// Percent-encoded beside controls and non-ASCII: WHATWG's path and query sets, and the few
/// characters that WHATWG lets pass and RFC 3986 does not.
constexpr std::string_view kPathSet = " \"#<>?`{}^|[]\\";
constexpr std::string_view kQuerySet = " \"#<>'`{}^|[]\\";

void encode(std::string_view text, std::string_view set, std::string& out) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool escape = text[i] == '%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2]);
    if (escape || (byte > 0x20 && byte < 0x7F && text[i] != '%' && set.find(text[i]) == std::string_view::npos)) {
      out.push_back(text[i]);
      continue;
    }
    out.push_back('%');
    out.push_back(kHex[byte >> 4]);
    out.push_back(kHex[byte & 15]);
  }
}

bool is_single_dot(std::string_view segment) {
  return segment == "." || (segment.size() == 3 && starts_with_ignoring_case(segment, "%2e"));
}
bool is_double_dot(std::string_view segment) {
  for (const std::size_t first : {std::size_t{1}, std::size_t{3}})
    if (segment.size() > first && is_single_dot(segment.substr(0, first)) && is_single_dot(segment.substr(first)))
      return true;
  return false;
}

std::string parse_path(std::string_view raw) {
  std::string path;
  while (true) {
    const std::size_t end = std::min(raw.find('/'), raw.find('\\'));
    const std::string_view segment = raw.substr(0, end);
    const bool last = end == std::string_view::npos;
    if (is_double_dot(segment)) {
      path.resize(path.find_last_of('/') == std::string::npos ? 0 : path.find_last_of('/'));
      if (last) path.push_back('/');
    } else if (is_single_dot(segment)) {
      if (last) path.push_back('/');
    } else {
      path.push_back('/');
      encode(segment, kPathSet, path);
    }
    if (last) return path;
    raw.remove_prefix(end + 1);
  }
}

}  // namespace

std::optional<UrlParts> parse_url_parts(std::string_view raw) {
  if (raw.size() > kLongestUrl || !valid_utf8(raw)) return std::nullopt;
  const std::string text = tidied(raw);
  std::string_view rest = text;
  UrlParts parts;
  if (starts_with_ignoring_case(rest, "https:")) {
    parts.scheme = "https";
    rest.remove_prefix(6);
  } else if (starts_with_ignoring_case(rest, "http:")) {
    parts.scheme = "http";
    rest.remove_prefix(5);
  } else if (rest.size() > 2 && is_slash(rest[0]) && is_slash(rest[1]) && !is_slash(rest[2])) {
    parts.scheme = "https";
  } else if (starts_with_ignoring_case(rest, "www.")) {
    parts.scheme = "http";
  } else {
    return std::nullopt;
  }
  while (!rest.empty() && is_slash(rest.front())) rest.remove_prefix(1);

  const std::size_t authority_end = std::min(rest.find_first_of("/\\?#"), rest.size());
  std::string_view authority = rest.substr(0, authority_end);
  rest.remove_prefix(authority_end);
  if (const std::size_t user = authority.rfind('@'); user != std::string_view::npos) authority.remove_prefix(user + 1);
  const std::size_t bracket = authority.starts_with('[') ? std::min(authority.find(']'), authority.size()) : 0;
  if (const std::size_t colon = authority.find(':', bracket); colon != std::string_view::npos) {
    const std::string_view port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
    int number = 0;
    for (const char c : port) {
      if (!is_digit_ascii(c)) return std::nullopt;
      number = std::min(number * 10 + (c - '0'), 70000);
    }
    if (number > 65535) return std::nullopt;
    if (!port.empty() && number != (parts.scheme == "https" ? 443 : 80)) parts.port = std::to_string(number);
  }
  std::optional<std::string> host = parse_host(authority);
  if (!host) return std::nullopt;
  parts.host = std::move(*host);

  rest = rest.substr(0, rest.find('#'));
  const std::size_t question = rest.find('?');
  std::string_view path = rest.substr(0, question);
  if (!path.empty()) path.remove_prefix(1);
  parts.path = parse_path(path);
  if (question != std::string_view::npos) {
    parts.query.emplace();
    encode(rest.substr(question + 1), kQuerySet, *parts.query);
  }
  return parts;
}

std::string serialize(const UrlParts& parts) {
  std::string href(parts.scheme);
  href.append("://").append(parts.host);
  if (!parts.port.empty()) href.append(":").append(parts.port);
  href.append(parts.path);
  if (parts.query) href.append("?").append(*parts.query);
  return href;
}

std::optional<Url> parse_url(std::string_view raw) {
  std::optional<UrlParts> parts = parse_url_parts(raw);
  if (!parts) return std::nullopt;
  return Url{serialize(*parts), std::move(parts->host)};
}

bool is_absolute_uri(std::string_view raw) {
  const std::size_t colon = raw.find(':');
  if (colon == std::string_view::npos || colon < 2 || colon + 1 == raw.size() || !is_alpha(raw[0])) return false;
  for (const char c : raw.substr(0, colon))
    if (!is_alpha(c) && !is_digit_ascii(c) && c != '+' && c != '-' && c != '.') return false;
  constexpr std::string_view kMarks = "-._~:/?#@!$&'()*+,;=";
  const std::string_view rest = raw.substr(colon + 1);
  std::size_t bracket = 0;  // behind an IP literal, the only place for brackets
  if (rest.starts_with("//[")) {
    bracket = rest.find(']');
    if (bracket == std::string_view::npos) return false;
    if (rest.find_first_not_of("0123456789abcdefABCDEF:.", 3) != bracket) return false;
    ++bracket;
  }
  bool fragment = false;
  for (std::size_t i = bracket; i < rest.size(); ++i) {
    const char c = rest[i];
    if (c == '%') {
      if (i + 2 >= rest.size() || !is_hex(rest[i + 1]) || !is_hex(rest[i + 2])) return false;
    } else if (!is_alpha(c) && !is_digit_ascii(c) && kMarks.find(c) == std::string_view::npos) {
      return false;
    } else if (c == '#') {
      if (fragment) return false;
      fragment = true;
    }
  }
  return true;
}

std::optional<std::string> clean_url(std::string_view raw) {
  std::optional<UrlParts> parts = parse_url_parts(raw);
  if (!parts) return std::nullopt;
  if (parts->query) {
    std::string kept;
    each_parameter(*parts->query, [&](std::string_view parameter, std::string_view name) {
      if (parameter.empty() || is_tracking_parameter(name, parts->host)) return;
      if (!kept.empty()) kept.push_back('&');
      kept.append(parameter);
    });
    if (kept.empty()) parts->query.reset();
    else *parts->query = std::move(kept);
  }
  return serialize(*parts);
}

}  // namespace newsmill::text
