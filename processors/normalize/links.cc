#include "processors/normalize/links.h"

#include <optional>
#include <string>

#include "processors/text/url.h"

namespace newsmill::normalize {
namespace {

std::optional<std::string> clean(std::string_view raw, Article& article) {
  if (raw.empty()) return std::nullopt;
  std::optional<std::string> url = text::clean_url(raw);
  if (!url) article.flags.set(Flag::field_dropped);
  return url;
}

/// "https://example.org/" and the like: no path, no query.
bool is_home_page(std::string_view url) {
  const std::size_t slashes = url.find("//");
  if (slashes == std::string_view::npos) return false;
  const std::size_t path = url.find_first_of("/?", slashes + 2);
  return path == std::string_view::npos || url.substr(path) == "/";
}

}  // namespace

void read_links(Article& article, Arena& arena) {
  const std::optional<std::string> url = clean(article.given.url, article);
  if (url) article.url = keep(*url, arena);
  const std::optional<std::string> canonical = clean(article.given.canonical_url, article);
  if (!canonical) return;
  if (!url) { article.canonical_url = keep(*canonical, arena); return; }
  if (is_home_page(*canonical) && !is_home_page(*url)) return;
  const auto own = text::parse_url(*url), other = text::parse_url(*canonical);
  const bool same = own && other && text::registrable_domain(own->host) == text::registrable_domain(other->host);
  (same ? article.canonical_url : article.syndicated_from) = keep(*canonical, arena);
}

std::string_view host_of(std::string_view url, Arena& arena) {
  const auto parsed = text::parse_url(url);
  if (!parsed) return {};
  std::string_view host = parsed->host;
  if (host.starts_with("www.")) host.remove_prefix(4);
  return keep(host, arena);
}

}  // namespace newsmill::normalize
