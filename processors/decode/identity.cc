#include "processors/decode/identity.h"

#include <optional>
#include <string>

#include "processors/text/unicode.h"
#include "processors/text/url.h"
#include "processors/text/utf8.h"

namespace newsmill::decode {
namespace {

std::string_view trimmed(std::string_view text) {
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); begin = at)
    if (!text::is_space(text::next(text, at))) break;
  std::size_t end = begin;
  for (std::size_t at = begin; at < text.size();)
    if (!text::is_space(text::next(text, at))) end = at;
  return text.substr(begin, end - begin);
}

ArticleId id_of(std::string_view scope, std::string_view name) {
  std::string key(scope);
  key += '\0';
  key += name;
  return article_id(sha256(key));
}

// A page names itself canonical by its own address, and some name their home page or, for agency
// copy, another publisher's; those stand for more than this article.
bool trusted(const text::Url& canonical, const std::optional<text::Url>& url) {
  const std::size_t path = canonical.href.find('/', canonical.href.find("//") + 2);
  if (path == std::string::npos || path + 1 == canonical.href.size()) return false;
  return !url || text::registrable_domain(canonical.host) == text::registrable_domain(url->host);
}

}  // namespace

ArticleId identify(const Given& given, std::string_view default_source, const Sha256& delivered, Arena& arena) {
  const std::optional<text::Url> url = text::parse_url(given.url);
  const std::string_view id = trimmed(text::nfc(given.id, arena));
  if (!id.empty()) {
    std::string_view publisher;
    for (const std::string_view name : {given.source, default_source, given.feed})
      if (publisher.empty()) publisher = trimmed(text::nfc(name, arena));
    if (publisher.empty() && url) publisher = url->host;
    return id_of(publisher, id);
  }
  const std::optional<text::Url> canonical = text::parse_url(given.canonical_url);
  const std::string_view address = canonical && trusted(*canonical, url) ? given.canonical_url : given.url;
  if (const auto key = text::url_key(address)) return id_of("url", *key);
  return article_id(delivered);
}

}  // namespace newsmill::decode
