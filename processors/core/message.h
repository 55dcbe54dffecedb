#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "processors/core/format.h"

namespace newsmill {

/// A Kafka header; `value` may be absent (null), which is not the same as empty.
struct Header {
  std::string_view name;
  std::optional<std::string_view> value;
};

/// What an operator says about everything that comes from one input topic or command line.
struct InputDefaults {
  Format format = Format::automatic;  ///< automatic: found out for each message
  std::string source;                 ///< used where the article names none
};

/// One message as it was delivered. All views are owned by the Batch it was added to.
struct Message {
  std::string_view topic;      ///< Kafka topic, or the file's path as typed
  std::int32_t partition = 0;  ///< 0 for files
  std::int64_t offset = 0;     ///< for files the line number from 0
  std::int64_t timestamp_ms = -1;  ///< Kafka timestamp, Unix milliseconds; -1 = none (files)
  std::optional<std::string_view> key, value;
  std::span<const Header> headers;
  const InputDefaults* defaults = nullptr;  ///< never null in a batch; outlives it
};

}  // namespace newsmill
