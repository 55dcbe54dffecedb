#include "processors/core/delivery.h"

#include <charconv>
#include <optional>

namespace newsmill {
namespace {

struct Place {
  std::string_view topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
};

// Takes the part of `text` behind its last colon off; a topic may be a path and hold colons itself.
std::string_view take_last(std::string_view& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view part = text.substr(colon + 1);
  text.remove_suffix(part.size() + 1);
  return part;
}

template <class Integer>
bool read_whole(std::string_view text, Integer& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number >= 0;
}

std::optional<Place> read_place(std::string_view text, const Sha256& digest) {
  if (take_last(text) != hex(digest.data(), 8)) return std::nullopt;
  Place place;
  if (!read_whole(take_last(text), place.offset) || !read_whole(take_last(text), place.partition) || text.empty())
    return std::nullopt;
  place.topic = text;
  return place;
}

}  // namespace

Delivery delivery_of(const Message& message) {
  const Sha256 digest = sha256(message.value.value_or(std::string_view{}));
  Place place{message.topic, message.partition, message.offset};
  for (const Header& header : message.headers) {
    if (header.name != kDeliveryHeader || !header.value) continue;
    if (const auto named = read_place(*header.value, digest)) place = *named;
    break;
  }
  return {std::string(place.topic), place.partition, place.offset, digest};
}

std::string delivery_text(const Delivery& delivery) {
  return delivery.topic + ':' + std::to_string(delivery.partition) + ':' + std::to_string(delivery.offset) + ':' +
         hex(delivery.sha256.data(), 8);
}

}  // namespace newsmill
