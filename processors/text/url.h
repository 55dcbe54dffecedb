#pragma once
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>

namespace newsmill::text {

/// An absolute http or https URL, parsed leniently (WHATWG URL): surrounding space and tabs and line
/// ends inside are dropped, backslashes are slashes, any number of slashes may follow the scheme,
/// what must be percent-encoded is (a lone "%" too, so that the result is an RFC 3986 URI), "." and
/// ".." are resolved, hosts go through IDNA (UTS #46).
/// Faults of feeds that are mended too: "&amp;" for "&", "//host/…" (read as https) and "www.host/…"
/// (read as http). User and password are dropped. IPv4 hosts must have four decimal parts.
/// Refused: over 8 KiB, another scheme, an empty or malformed host or port.
struct Url {
  std::string href;  ///< serialised; scheme and host lower case, default port and fragment dropped
  std::string host;  ///< lower case, IDNA ASCII form, without port
};
std::optional<Url> parse_url(std::string_view raw);

/// True for any absolute URI with a scheme of two letters or more (RFC 3986 section 3.1): urn:, tag:,
/// https: … Only characters of that grammar, so that the record's schema accepts it as `uri`.
bool is_absolute_uri(std::string_view raw);

/// The URL as published: faults mended, tracking parameters removed, the rest in its order.
/// What counts as tracking is the table in tracking_parameters.h; it may grow.
std::optional<std::string> clean_url(std::string_view raw);

/// Key by which two spellings of one address are equal: rule list version 1, FROZEN. It enters
/// article ids, so none of it ever changes; new tracking parameters go into clean_url() only. Give it
/// the URL as delivered, not what clean_url() made of it.
///   1  what parse_url() refuses has no key
///   2  scheme, user, password and fragment do not count: http and https are equal
///   3  host: as parse_url() gives it; a trailing full stop and one leading "www." are dropped, the
///      latter only where a full stop is left; other labels ("m.", "amp.") count
///   4  port: counts unless it is the default of the scheme that was written
///   5  path: as parse_url() gives it; percent-encoded letters, digits and "-._~" are decoded, other
///      escapes are in upper case; runs of slashes are one slash; trailing slashes are dropped
///   6  query: parameters are split at "&"; escapes as in the path, and "+" is "%20"; a parameter
///      without name is dropped, and "=" behind a name without value; so are those that the list in
///      url_key.cc names, case ignored; the rest is sorted bytewise, repeats stay
///   7  result: host, ":" and port, path, "?" and query; each only where it is not empty
/// Case counts in path and query. "index.html" and ".amp" count. Example:
///   https://www.Example.com:443/News//a%7eb/?utm_source=x&b=2&a=1#top → example.com/News/a~b?a=1&b=2
std::optional<std::string> url_key(std::string_view raw);

/// Registrable domain ("bbc.co.uk" of "www.bbc.co.uk") by the Public Suffix List that libpsl was
/// built with, private domains included ("a.github.io" of "x.a.github.io"); the host itself when it
/// has none (a public suffix, an IP address, a single label). `host` as in Url; a view into it.
std::string_view registrable_domain(std::string_view host);

}  // namespace newsmill::text
