#pragma once
#include "processors/core/fingerprint.h"
#include "processors/core/id.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace newsmill::cli {

/// The id of an article as the record writes it ("b2c9e688-fdde-8308-9d22-0d51631bac7e"), also in
/// capitals or as `urn:uuid:`.
std::optional<ArticleId> parse_article_id(std::string_view text);

/// A delivery by its place, and by its bytes where they are named.
struct DeliveryPlace {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::optional<std::uint64_t> content;  ///< as in Fingerprint::Delivery; none = whatever was there
  bool matches(const Fingerprint::Delivery& delivery) const;
};

/// What `newsmill dedup show` is asked about: an article or a story, or one delivery.
using DedupSubject = std::variant<ArticleId, DeliveryPlace>;
/// An article id, or `topic:partition:offset` with or without `:` and 16 hexadecimal digits.
std::optional<DedupSubject> parse_subject(std::string_view text);

/// A delivery as people write it, as far as the log knows it: the topic's name is not in it, so it is
/// the one of `names` that fits, or a hash.
std::string delivery_words(const Fingerprint::Delivery& delivery, std::span<const std::string> names);

/// What a Fingerprint::Delivery keeps of a topic's name and of the bytes' SHA-256.
std::uint64_t topic_hash(std::string_view topic);
std::uint64_t content_hash(const Sha256& sha256);

}  // namespace newsmill::cli
