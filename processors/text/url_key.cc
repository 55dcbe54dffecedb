#include <algorithm>
#include <array>
#include <vector>

#include "processors/text/ascii.h"
#include "processors/text/url.h"
#include "processors/text/url_parts.h"

// Version 1 of the rules that url.h lists. FROZEN: article ids are made of its results, so a change
// of one line here would rename articles. tests/processors/text/url_key_test.cc holds it in place.

namespace newsmill::text {
namespace {

/// Parameters of rule 6, lower case, sorted. FROZEN.
constexpr std::array<std::string_view, 34> kDroppedV1 = {
    "_ga",     "_gl",     "_hsenc", "_hsmi", "_ke",  "_openstat", "cmpid",   "dclid", "dm_i",
    "ef_id",   "epik",    "fb_ref", "fbclid", "ftag", "gbraid",    "gclid",   "gclsrc", "icid",
    "igshid",  "intcmp",  "mbid",   "mc_cid", "mc_eid", "mkt_tok", "msclkid", "ncid",  "s_kwcid",
    "smid",    "srsltid", "twclid", "wbraid", "xtor", "yclid",     "ysclid"};
/// Prefixes of rule 6. FROZEN.
constexpr std::array<std::string_view, 6> kDroppedPrefixesV1 = {"utm_", "pk_", "piwik_", "mtm_", "matomo_", "hsa_"};

bool is_dropped(std::string_view name) {
  std::string key(name);
  std::ranges::transform(key, key.begin(), ascii_lower);
  if (std::ranges::binary_search(kDroppedV1, std::string_view(key))) return true;
  return std::ranges::any_of(kDroppedPrefixesV1, [&](std::string_view prefix) { return key.starts_with(prefix); });
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

/// Escapes of rules 5 and 6.
std::string unescaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%' || i + 2 >= text.size() || hex_value(text[i + 1]) < 0 || hex_value(text[i + 2]) < 0) {
      out.push_back(text[i]);
      continue;
    }
    const char c = static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
    if (is_unreserved(c)) {
      out.push_back(c);
    } else {
      constexpr std::string_view kHex = "0123456789ABCDEF";
      out.push_back('%');
      out.push_back(kHex[static_cast<std::size_t>(hex_value(text[i + 1]))]);
      out.push_back(kHex[static_cast<std::size_t>(hex_value(text[i + 2]))]);
    }
    i += 2;
  }
  return out;
}

std::string key_host(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.starts_with("www.") && host.find('.', 4) != std::string_view::npos) host.remove_prefix(4);
  return std::string(host);
}

std::string key_path(std::string_view path) {
  std::string out;
  for (const char c : unescaped(path))
    if (c != '/' || !out.ends_with('/')) out.push_back(c);
  if (out.ends_with('/')) out.pop_back();
  return out;
}

std::string key_query(std::string_view query) {
  std::vector<std::string> kept;
  each_parameter(query, [&](std::string_view parameter, std::string_view) {
    std::string spaced;
    for (const char c : unescaped(parameter)) c == '+' ? spaced.append("%20") : spaced.append(1, c);
    const std::string_view name = std::string_view(spaced).substr(0, spaced.find('='));
    if (name.empty() || is_dropped(name)) return;
    if (spaced.size() == name.size() + 1) spaced.pop_back();
    kept.push_back(std::move(spaced));
  });
  std::ranges::sort(kept);
  std::string out;
  for (const std::string& parameter : kept) out.append(out.empty() ? "" : "&").append(parameter);
  return out;
}

}  // namespace

std::optional<std::string> url_key(std::string_view raw) {
  const std::optional<UrlParts> parts = parse_url_parts(raw);
  if (!parts) return std::nullopt;
  std::string key = key_host(parts->host);
  if (!parts->port.empty()) key.append(":").append(parts->port);
  key.append(key_path(parts->path));
  if (parts->query) {
    const std::string query = key_query(*parts->query);
    if (!query.empty()) key.append("?").append(query);
  }
  return key;
}

}  // namespace newsmill::text
