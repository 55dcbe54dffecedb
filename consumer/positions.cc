#include "consumer/positions.h"

#include <algorithm>
#include <string_view>

namespace newsmill::consumer {

void Positions::assign(std::span<const Partition> partitions) {
  tracks_.clear();
  for (const Partition& partition : partitions) tracks_.push_back({partition, -1, {}});
  last_ = 0;
  in_flight_ = 0;
}

Positions::Track* Positions::find(std::string_view topic, std::int32_t number) {
  const auto is = [&](const Track& track) {
    return track.partition.number == number && track.partition.topic == topic;
  };
  if (last_ < tracks_.size() && is(tracks_[last_])) return &tracks_[last_];
  const auto found = std::ranges::find_if(tracks_, is);
  if (found == tracks_.end()) return nullptr;
  last_ = static_cast<std::size_t>(found - tracks_.begin());
  return &*found;
}

bool Positions::read(const Message& message) {
  Track* track = find(message.topic, message.partition);
  if (!track || message.offset < track->committed) return false;
  if (!track->pending.empty() && message.offset <= track->pending.back().offset) return false;
  track->pending.push_back({message.offset, message.timestamp_ms});
  ++in_flight_;
  return true;
}

void Positions::committed(std::span<const Position> next) {
  for (const auto& [partition, offset] : next) {
    Track* track = find(partition.topic, partition.number);
    if (!track) continue;
    track->committed = offset;
    while (!track->pending.empty() && track->pending.front().offset < offset) {
      track->pending.pop_front();
      --in_flight_;
    }
  }
}

void Positions::forget() {
  for (Track& track : tracks_) track.pending.clear();
  in_flight_ = 0;
}

Positions::Lag Positions::lag(const Partition& partition, std::int64_t end, std::int64_t now_ms) const {
  const auto track =
      std::ranges::find_if(tracks_, [&](const Track& candidate) { return candidate.partition == partition; });
  Lag lag;
  if (track == tracks_.end()) return lag;
  if (!track->pending.empty() && track->pending.front().timestamp_ms >= 0)
    lag.seconds = static_cast<double>(std::max<std::int64_t>(0, now_ms - track->pending.front().timestamp_ms)) / 1000;
  // Before the first commit the oldest message in flight stands at the committed position.
  std::int64_t position = track->committed;
  if (position < 0 && !track->pending.empty()) position = track->pending.front().offset;
  if (end >= 0 && position >= 0) lag.records = static_cast<std::uint64_t>(std::max<std::int64_t>(0, end - position));
  return lag;
}

}  // namespace newsmill::consumer
