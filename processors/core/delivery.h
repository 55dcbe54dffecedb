#pragma once
#include <string>

#include "processors/core/id.h"
#include "processors/core/message.h"

namespace newsmill {

/// Where bytes came from, and which bytes: what redelivery means. A dead letter that is replayed
/// keeps its original delivery, which the header `newsmill-delivery` carries.
struct Delivery {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  Sha256 sha256{};
};

/// Delivery of `message`: its own place, or the place named by a well-formed header
/// `newsmill-delivery` whose hash is that of the value (a header that came along with other bytes
/// says nothing about these), and the hash of its value (of no bytes when the value is null).
Delivery delivery_of(const Message& message);

/// "topic:partition:offset:16 hex digits"
std::string delivery_text(const Delivery& delivery);

/// The name of the header that carries delivery_text().
inline constexpr std::string_view kDeliveryHeader = "newsmill-delivery";

}  // namespace newsmill
