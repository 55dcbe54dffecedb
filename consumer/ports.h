#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "processors/core/message.h"

/// The two sides of a lane: where messages come from and where a transaction goes. Implemented on
/// librdkafka in consumer/kafka and in memory in tests/support; the lane itself knows no Kafka.
namespace newsmill::consumer {

/// One partition of one input topic.
struct Partition {
  std::string topic;
  std::int32_t number = 0;
  auto operator<=>(const Partition&) const = default;
};
/// The next offset to read of a partition.
using Position = std::pair<Partition, std::int64_t>;

/// What a call to the outside came to, and with it what the lane does next.
enum class Fate : std::uint8_t {
  done,
  retry,      ///< call again: the operation goes on in the background
  abort,      ///< the transaction is lost: abort, generation up, committed(), seek
  rebuild,    ///< the handle is unusable or its state ambiguous: tear the lane down, start anew
  fenced,     ///< as rebuild; another owner of this name, or an expired transaction, looks like this
};
struct Outcome {
  Fate fate = Fate::done;
  std::string reason;  ///< in librdkafka's words
  explicit operator bool() const { return fate == Fate::done; }
};

/// What the input tells the lane from inside poll(), on the lane's own thread.
class Membership {
 public:
  virtual ~Membership() = default;
  virtual void assigned(std::span<const Partition> partitions) = 0;
  /// The last moment to commit what is decided; when `lost`, too late.
  virtual void revoked(std::span<const Partition> partitions, bool lost) = 0;
};

/// A consumer group member. All calls from one thread.
class Input {
 public:
  virtual ~Input() = default;
  /// Waits up to `wait` for one message; calls `membership` when the group changes. The message's
  /// views are valid until the next call.
  virtual std::optional<Message> poll(std::chrono::milliseconds wait) = 0;
  virtual void pause() = 0;   ///< all partitions; poll() goes on serving the group
  virtual void resume() = 0;
  /// Committed positions of the assigned partitions, or where a new group starts.
  virtual Outcome rewind() = 0;  ///< seeks every assigned partition to its committed position
  virtual std::span<const Partition> assignment() const = 0;
  /// An unrecoverable condition met in poll(): fatal error, offset passed by retention, …
  virtual std::optional<Outcome> failure() const = 0;
};

/// A transactional producer. All calls from the lane's thread.
class Output {
 public:
  virtual ~Output() = default;
  virtual Outcome begin() = 0;
  virtual Outcome produce(std::string_view topic, std::string_view key, bool key_null,
                          std::optional<std::string_view> value,
                          std::span<const Header> headers, std::int64_t timestamp_ms) = 0;
  virtual Outcome send_offsets(std::span<const Position> next) = 0;
  virtual Outcome commit() = 0;
  virtual Outcome abort() = 0;
  /// True after a transport error since the last call of recycle(): a late request of the old
  /// producer could then end a later transaction (KIP-890), so the lane recycles it first.
  virtual bool hiccup() const = 0;
  virtual Outcome recycle() = 0;
};

}  // namespace newsmill::consumer
