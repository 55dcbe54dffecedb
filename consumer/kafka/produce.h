#pragma once
#include <cstdint>

#include "consumer/kafka/handle.h"
#include "consumer/ports.h"

namespace newsmill::kafka {

/// Hands one record to a producer, which copies it; null when it took it. Null and empty keys, values
/// and header values stay what they are. `timestamp_ms` 0 = now; `opaque` comes back with the report.
ClientError produce_record(rd_kafka_t* handle, rd_kafka_topic_t* topic, const consumer::Record& record,
                           std::int64_t timestamp_ms, void* opaque = nullptr);

}  // namespace newsmill::kafka
