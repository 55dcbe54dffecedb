#pragma once
#include <string_view>

#include "processors/core/article.h"

namespace newsmill::decode {

/// The article id: 122 bits of the SHA-256 of, in this order of preference,
///   1. publisher NUL provider's id   when there is an id; the publisher is `source` (or
///      `default_source`), else `feed`, else the host of `url`, else nothing
///   2. "url" NUL url_key             of the canonical URL when it can be trusted, else of `url`
///   3. the delivered bytes
/// Texts in NFC without white space around them. Every version of an article gets the same id, in
/// every process and for good: dedup, updates and Kafka keys rest on it, so these rules are FROZEN.
ArticleId identify(const Given& given, std::string_view default_source, const Sha256& delivered, Arena& arena);

}  // namespace newsmill::decode
