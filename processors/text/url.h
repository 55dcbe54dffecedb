#pragma once
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>

namespace newsmill::text {

/// An absolute http or https URL, parsed leniently (WHATWG URL: surrounding space, backslashes,
/// missing percent-encoding, upper-case scheme and host).
struct Url {
  std::string href;  ///< serialised; scheme and host lower case, default port and fragment dropped
  std::string host;  ///< lower case, IDNA ASCII form, without port
};
std::optional<Url> parse_url(std::string_view raw);

/// True for any absolute URI with a scheme (RFC 3986 section 3.1): urn:, tag:, https: …
bool is_absolute_uri(std::string_view raw);

/// The URL as published: faults mended, tracking parameters removed, the rest in its order.
std::optional<std::string> clean_url(std::string_view raw);

/// Key by which two spellings of one address are equal: rule list version 1, FROZEN. It enters
/// article ids, so it never changes; new tracking parameters go into clean_url() only.
std::optional<std::string> url_key(std::string_view raw);

/// Registrable domain ("bbc.co.uk" of "www.bbc.co.uk"); the host itself when it has none.
std::string_view registrable_domain(std::string_view host);

}  // namespace newsmill::text
