#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"
#include "consumer/kafka/reader.h"
#include "consumer/log.h"
#include "consumer/ports.h"

/// What `newsmill dlq list|show|replay` does.
namespace newsmill::kafka {

/// A message of the dead letter topic, and what its headers say. Fields are empty when the header is
/// absent: something else wrote to the topic.
struct DeadLetter {
  StoredMessage message;
  std::string stage, code, found, expected, where;
  std::string delivery;                      ///< topic:partition:offset:hash as it was delivered first
  std::optional<consumer::Position> origin;  ///< of `delivery`; nothing when it is not well formed
  std::string truncated, sha256;             ///< what was cut, and the hash of the whole value; empty = whole
};
DeadLetter read_dead_letter(StoredMessage message);

/// Which dead letters. All conditions hold; an absent one matches everything.
struct DeadLetterFilter {
  std::optional<std::string> stage, code;
  std::optional<std::string> topic;                   ///< that it was delivered from
  std::optional<std::int64_t> since_ms, until_ms;     ///< time of the dead letter, [since, until)
  std::optional<std::pair<std::int32_t, std::int64_t>> place;  ///< one: partition and offset
  std::size_t limit = 0;                              ///< at most so many; 0 = all

  bool matches(const DeadLetter& letter) const;  ///< all but `limit` and `place`
};

/// Calls `each` with every dead letter that is there now and matches, in the order of its partition;
/// false ends. `progress` gets messages read and messages to read. Reads what is committed only, uses
/// no group. `retry`: no broker, or it went away.
consumer::Outcome list_dead_letters(const config::Settings& settings, consumer::Logger& log,
                                    const DeadLetterFilter& filter, const std::function<bool(const DeadLetter&)>& each,
                                    const std::function<void(std::int64_t, std::int64_t)>& progress = {});

/// Why a dead letter cannot be put back: cut, or not known where to. Empty when it can.
std::string why_not_replayed(const DeadLetter& letter);

struct ReplayCounts {
  std::size_t replayed = 0;
  /// Left where they are, with the reason.
  std::vector<std::pair<DeadLetter, std::string>> refused;
};
/// Puts matching dead letters back on the topics they were delivered from: original key, value and
/// headers, without what explained the failure, and with `newsmill-delivery`, by which the later
/// record is known as the same delivery. Transactions of up to kReplayRecords or kReplayBytes: each
/// is put back whole or not at all, and `counts` holds only what is committed, also when a later one
/// fails. The dead letters stay where they are. The original topics must exist.
inline constexpr std::size_t kReplayRecords = 1'000;
inline constexpr std::size_t kReplayBytes = 32u << 20;
consumer::Outcome replay_dead_letters(const config::Settings& settings, consumer::Logger& log,
                                      const DeadLetterFilter& filter, ReplayCounts& counts,
                                      const std::function<void(std::int64_t, std::int64_t)>& progress = {});

}  // namespace newsmill::kafka
