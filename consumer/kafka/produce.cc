#include "consumer/kafka/produce.h"

#include <array>

namespace newsmill::kafka {
namespace {

// A null pointer is null for librdkafka; an empty view may hold one.
char* bytes_of(std::string_view view) { return const_cast<char*>(view.data() != nullptr ? view.data() : ""); }

}  // namespace

ClientError produce_record(rd_kafka_t* handle, rd_kafka_topic_t* topic, const consumer::Record& record,
                           std::int64_t timestamp_ms, void* opaque) {
  Owned<rd_kafka_headers_t> headers(rd_kafka_headers_new(record.headers.size()));
  for (const auto& header : record.headers)
    rd_kafka_header_add(headers.get(), header.name.data(), static_cast<ssize_t>(header.name.size()),
                        header.value ? bytes_of(*header.value) : nullptr,
                        header.value ? static_cast<ssize_t>(header.value->size()) : 0);
  std::array<rd_kafka_vu_t, 7> arguments{};
  std::size_t count = 0;
  const auto add = [&](rd_kafka_vtype_t type) -> rd_kafka_vu_t& {
    arguments[count].vtype = type;
    return arguments[count++];
  };
  add(RD_KAFKA_VTYPE_RKT).u.rkt = topic;
  // A copy, because a batch that is being sent may outlive the abort that takes it back; and one
  // allocation holds message and copy.
  add(RD_KAFKA_VTYPE_MSGFLAGS).u.i = RD_KAFKA_MSG_F_COPY;
  if (record.key) add(RD_KAFKA_VTYPE_KEY).u.mem = {bytes_of(*record.key), record.key->size()};
  if (record.value) add(RD_KAFKA_VTYPE_VALUE).u.mem = {bytes_of(*record.value), record.value->size()};
  add(RD_KAFKA_VTYPE_TIMESTAMP).u.i64 = timestamp_ms;
  add(RD_KAFKA_VTYPE_OPAQUE).u.ptr = opaque;
  add(RD_KAFKA_VTYPE_HEADERS).u.headers = headers.get();
  ClientError error(rd_kafka_produceva(handle, arguments.data(), count));
  if (error == nullptr) static_cast<void>(headers.release());  // on success they belong to the message
  return error;
}

}  // namespace newsmill::kafka
