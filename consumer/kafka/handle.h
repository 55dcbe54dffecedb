#pragma once
#include <librdkafka/rdkafka.h>

#include <memory>

/// librdkafka's objects with an owner. Included only by sources of this folder and by headers that
/// hold one; everything else of newsmill sees consumer/ports.h.
namespace newsmill::kafka {

struct Destroy {
  void operator()(rd_kafka_conf_t* p) const { rd_kafka_conf_destroy(p); }
  void operator()(rd_kafka_t* p) const { rd_kafka_destroy(p); }
  void operator()(rd_kafka_topic_t* p) const { rd_kafka_topic_destroy(p); }
  void operator()(rd_kafka_queue_t* p) const { rd_kafka_queue_destroy(p); }
  void operator()(rd_kafka_event_t* p) const { rd_kafka_event_destroy(p); }
  void operator()(rd_kafka_error_t* p) const { rd_kafka_error_destroy(p); }
  void operator()(rd_kafka_message_t* p) const { rd_kafka_message_destroy(p); }
  void operator()(rd_kafka_headers_t* p) const { rd_kafka_headers_destroy(p); }
  void operator()(rd_kafka_topic_partition_list_t* p) const { rd_kafka_topic_partition_list_destroy(p); }
  void operator()(rd_kafka_consumer_group_metadata_t* p) const { rd_kafka_consumer_group_metadata_destroy(p); }
  void operator()(rd_kafka_AdminOptions_t* p) const { rd_kafka_AdminOptions_destroy(p); }
  void operator()(rd_kafka_NewTopic_t* p) const { rd_kafka_NewTopic_destroy(p); }
  void operator()(rd_kafka_ConfigResource_t* p) const { rd_kafka_ConfigResource_destroy(p); }
  void operator()(const struct rd_kafka_metadata* p) const { rd_kafka_metadata_destroy(p); }
};

template <class T>
using Owned = std::unique_ptr<T, Destroy>;

using Conf = Owned<rd_kafka_conf_t>;
using Handle = Owned<rd_kafka_t>;
using Topic = Owned<rd_kafka_topic_t>;
using Queue = Owned<rd_kafka_queue_t>;
using Event = Owned<rd_kafka_event_t>;
using ClientError = Owned<rd_kafka_error_t>;
using ClientMessage = Owned<rd_kafka_message_t>;
using Partitions = Owned<rd_kafka_topic_partition_list_t>;
using GroupMetadata = Owned<rd_kafka_consumer_group_metadata_t>;
using Metadata = Owned<const struct rd_kafka_metadata>;

}  // namespace newsmill::kafka
