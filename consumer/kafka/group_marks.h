#pragma once
#include <string>
#include <vector>

#include "config/settings.h"
#include "consumer/kafka/events.h"
#include "consumer/kafka/handle.h"
#include "consumer/kafka/log_mark.h"
#include "consumer/ports.h"

namespace newsmill::kafka {

/// What a group has committed beside its offsets. The group is asked, not joined. One thread at a time.
class GroupMarks {
 public:
  /// `link` may be null.
  GroupMarks(const config::Settings& settings, Contact& contact, consumer::Link* link);

  /// The marks of all partitions of the input topics that have one. `retry`: no broker. `rebuild`: a right is
  /// missing. A topic that does not exist has none. Two round trips.
  consumer::Outcome read(std::vector<LogMark>& marks);

 private:
  consumer::Outcome open();
  consumer::Outcome partitions(Partitions& list);
  consumer::Outcome failed(const std::string& what, rd_kafka_resp_err_t code) const;

  const config::Settings settings_;
  consumer::Link own_link_;
  consumer::Link* link_;
  Events events_;
  Handle handle_;  // after events_
};

}  // namespace newsmill::kafka
