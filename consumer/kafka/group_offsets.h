#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "config/settings.h"
#include "consumer/kafka/events.h"
#include "consumer/kafka/handle.h"
#include "consumer/log.h"
#include "consumer/ports.h"

namespace newsmill::kafka {

/// What the group has committed of one input partition.
struct GroupOffset {
  consumer::Partition partition;
  std::int64_t offset = -1;  ///< of the next message; -1 = nothing is committed
  std::string metadata;      ///< committed beside it: see log_mark.h
};

/// The group's committed offsets, looked at and marked from outside: it is never joined. One thread. Every
/// call waits for the broker a few seconds and then says `retry`.
class GroupOffsets {
 public:
  GroupOffsets(const config::Settings& settings, consumer::Logger& log);
  ~GroupOffsets();

  /// Of every partition of the input topics, by topic and number. `rebuild`: a topic or a right is missing.
  consumer::Outcome fetch(std::vector<GroupOffset>& offsets);
  /// Commits the same offsets again, with this beside them; those of which nothing is committed are passed
  /// over. `abort`: the group has members, whose offsets only they may commit.
  consumer::Outcome mark(const std::vector<GroupOffset>& offsets, const std::string& metadata);

  struct Member {
    std::string client, host;  ///< client.id and address, as the broker knows them
  };
  consumer::Outcome members(std::vector<Member>& members);

 private:
  consumer::Outcome open();
  consumer::Outcome failed(const std::string& what, rd_kafka_resp_err_t code) const;
  consumer::Outcome partitions(const std::string& topic, std::int32_t& count);

  const config::Settings settings_;
  Contact contact_;
  consumer::Link link_;
  Events events_;
  Handle handle_;  // after events_
};

}  // namespace newsmill::kafka
