#include "cli/dedup_subject.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace newsmill::cli {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Two digits a byte, nothing else.
bool read_hex(std::string_view text, std::uint8_t* bytes) {
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const int high = digit(text[i]), low = digit(text[i + 1]);
    if (high < 0 || low < 0) return false;
    bytes[i / 2] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return text.size() % 2 == 0;
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= 0;
}

/// What stands behind the last colon, which is cut off with it; nothing without a colon.
std::optional<std::string_view> take_last(std::string_view& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view last = text.substr(colon + 1);
  text = text.substr(0, colon);
  return last;
}

std::optional<DeliveryPlace> parse_place(std::string_view text) {
  DeliveryPlace place;
  const auto offset = take_last(text), partition = take_last(text);
  if (!offset || !partition || text.empty() || !read_number(*offset, place.offset) ||
      !read_number(*partition, place.partition))
    return std::nullopt;
  place.topic = text;
  return place;
}

}  // namespace

std::optional<ArticleId> parse_article_id(std::string_view text) {
  constexpr std::string_view kUrn = "urn:uuid:";
  if (text.starts_with(kUrn)) text.remove_prefix(kUrn.size());
  if (text.size() != 36) return std::nullopt;
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash != (text[i] == '-')) return std::nullopt;
    if (!dash) digits += text[i];
  }
  ArticleId id;
  if (!read_hex(digits, id.bytes.data())) return std::nullopt;
  return id;
}

bool DeliveryPlace::matches(const Fingerprint::Delivery& delivery) const {
  return delivery.partition == partition && delivery.offset == offset && delivery.topic == topic_hash(topic) &&
         (!content || *content == delivery.content);
}

std::optional<DedupSubject> parse_subject(std::string_view text) {
  if (const auto id = parse_article_id(text)) return *id;
  std::string_view rest = text;
  Sha256 bytes{};
  if (const auto last = take_last(rest); last && last->size() == 16 && read_hex(*last, bytes.data()))
    if (auto place = parse_place(rest)) {
      place->content = content_hash(bytes);
      return *place;
    }
  if (auto place = parse_place(text)) return *place;
  return std::nullopt;
}

std::string delivery_words(const Fingerprint::Delivery& delivery, std::span<const std::string> names) {
  const auto name = std::ranges::find(names, delivery.topic, topic_hash);
  std::uint8_t content[sizeof delivery.content];
  std::memcpy(content, &delivery.content, sizeof content);
  return fmt::format("{}:{}:{}:{}", name != names.end() ? *name : fmt::format("topic#{:016x}", delivery.topic),
                     delivery.partition, delivery.offset, hex(content, sizeof content));
}

std::uint64_t topic_hash(std::string_view topic) { return XXH3_64bits(topic.data(), topic.size()); }

std::uint64_t content_hash(const Sha256& sha256) {
  std::uint64_t content = 0;
  std::memcpy(&content, sha256.data(), sizeof content);
  return content;
}

}  // namespace newsmill::cli
