#pragma once
#include <string_view>

#include "processors/core/article.h"

namespace newsmill::normalize {

/// Fills `url` and `canonical_url` of the article from what was delivered: faults mended, tracking
/// parameters removed. A canonical address is believed when it is absolute, is not the home page of
/// a site whose article has a page of its own, and has the same registrable domain as the address;
/// one of another domain names whom the article was taken from and fills `syndicated_from`.
/// An address that cannot be read is left out, with the flag `field-dropped`.
void read_links(Article& article, Arena& arena);

/// The host of an address, lower case, without "www."; empty when it has none. In the arena.
std::string_view host_of(std::string_view url, Arena& arena);

}  // namespace newsmill::normalize
