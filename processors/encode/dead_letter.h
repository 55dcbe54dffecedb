#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "processors/core/batch.h"

namespace newsmill::encode {

/// A message for the topic of dead letters. The views live as long as the batch of the item.
struct DeadLetter {
  std::optional<std::string_view> key, value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
};

/// What explains a dead letter; the names begin with `newsmill-error-`.
inline constexpr std::string_view kErrorPrefix = "newsmill-error-";

/// The article as it was delivered, with original key, value and headers, and with the headers
/// `newsmill-error-{stage,code,found,expected,where}` (the last three absent when empty) and
/// `newsmill-delivery`. Those of an earlier failure are replaced, so a replayed dead letter that
/// fails again explains itself once.
///
/// Never larger than `max_bytes` as Kafka counts a message, because a dead letter that its topic
/// refuses would block its partition: what does not fit is cut, first the value, then headers and
/// key, and `newsmill-error-truncated` says what is left, `newsmill-error-sha256` what the whole
/// value was. `max_bytes` below 16 KiB counts as 16 KiB: the explanation must fit.
/// Pure: the same item gives the same message. Requires item.error.
DeadLetter dead_letter(const Batch::Item& item, std::size_t max_bytes);

}  // namespace newsmill::encode
