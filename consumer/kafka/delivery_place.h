#pragma once
#include <optional>
#include <string_view>

#include "consumer/ports.h"

namespace newsmill::kafka {

/// The place on a Kafka topic that a header `newsmill-delivery` names ("topic:partition:offset:hash");
/// nothing when it is not well formed.
std::optional<consumer::Position> parse_delivery(std::string_view text);

}  // namespace newsmill::kafka
