#include <libpsl.h>
#include <unicode/bytestream.h>
#include <unicode/idna.h>
#include <unicode/stringpiece.h>

#include <algorithm>
#include <stdexcept>

#include "processors/text/ascii.h"
#include "processors/text/url.h"
#include "processors/text/url_parts.h"
#include "processors/text/utf8.h"

namespace newsmill::text {
namespace {

const icu::IDNA& idna() {
  static const icu::IDNA* const instance = [] {
    UErrorCode error = U_ZERO_ERROR;
    const icu::IDNA* const made = icu::IDNA::createUTS46Instance(
        UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII, error);
    if (U_FAILURE(error)) throw std::runtime_error("ICU has no IDNA data: reinstall libicu");
    return made;
  }();
  return *instance;
}

/// What WHATWG does not mind without beStrict: hyphens, empty labels, lengths.
constexpr std::uint32_t kForgiven = UIDNA_ERROR_LEADING_HYPHEN | UIDNA_ERROR_TRAILING_HYPHEN |
                                    UIDNA_ERROR_HYPHEN_3_4 | UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG |
                                    UIDNA_ERROR_DOMAIN_NAME_TOO_LONG;

bool to_ascii(std::string_view host, std::string& ascii) {
  icu::IDNAInfo info;
  UErrorCode error = U_ZERO_ERROR;
  icu::StringByteSink<std::string> sink(&ascii);
  idna().nameToASCII_UTF8(icu::StringPiece(host.data(), static_cast<std::int32_t>(host.size())), sink, info, error);
  return U_SUCCESS(error) && (info.getErrors() & ~kForgiven) == 0;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

/// WHATWG "forbidden domain code points" among ASCII.
bool is_forbidden(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte == 0x7F || std::string_view("#/:<>?@[\\]^|%").find(c) != std::string_view::npos;
}

bool ends_in_number(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const std::string_view last = host.substr(host.rfind('.') + 1);
  return !last.empty() && std::ranges::all_of(last, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_ipv4(std::string_view host) {
  int parts = 0;
  while (true) {
    const std::size_t end = host.find('.');
    const std::string_view part = host.substr(0, end);
    if (part.empty() || part.size() > 3 || ++parts > 4) return false;
    int value = 0;
    for (const char c : part) {
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    if (value > 255 || (part.size() > 1 && part[0] == '0')) return false;
    if (end == std::string_view::npos) return parts == 4;
    host.remove_prefix(end + 1);
  }
}

bool is_ipv6(std::string_view host) {
  return host.size() >= 4 && host.size() <= 47 && host.find(':') != std::string_view::npos && host.ends_with(']') &&
         host.find_first_not_of("0123456789abcdef:.", 1) == host.size() - 1;
}

}  // namespace

std::optional<std::string> parse_host(std::string_view raw) {
  std::string host = percent_decoded(raw);
  if (host.starts_with('[')) {
    std::ranges::transform(host, host.begin(), ascii_lower);
    return is_ipv6(host) ? std::optional(std::move(host)) : std::nullopt;
  }
  if (!valid_utf8(host)) return std::nullopt;
  std::ranges::transform(host, host.begin(), ascii_lower);
  if (!is_ascii(host) || host.find("xn--") != std::string::npos) {
    std::string ascii;
    if (!to_ascii(host, ascii)) return std::nullopt;
    host = std::move(ascii);
  }
  if (host.empty() || host == "." || std::ranges::any_of(host, is_forbidden)) return std::nullopt;
  if (ends_in_number(host) && !is_ipv4(host)) return std::nullopt;
  return host;
}

std::string_view registrable_domain(std::string_view host) {
  static const psl_ctx_t* const list = psl_builtin();
  if (list == nullptr || host.empty() || host.front() == '[' || ends_in_number(host)) return host;
  const std::string name(host);
  const char* const domain = psl_registrable_domain(list, name.c_str());
  if (domain == nullptr) return host;
  return host.substr(host.size() - std::string_view(domain).size());
}

}  // namespace newsmill::text
