#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

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
  retry,    ///< call again with the same arguments: the operation goes on in the background
  abort,    ///< the transaction is lost: abort, generation up, committed(), seek
  rebuild,  ///< the handle is unusable or its state ambiguous: tear the lane down, start anew
  fenced,   ///< as rebuild; another owner of this name, or an expired transaction, looks like this
  stop,     ///< starting anew cannot help, an operator must act: the process ends with 78
};
struct Outcome {
  Fate fate = Fate::done;
  std::string reason;  ///< in librdkafka's words, with what to do where that is known
  explicit operator bool() const { return fate == Fate::done; }
};

/// What the client's background threads know of the broker. Any thread; outlives the ports, so
/// that the watchdog may ask while a lane's thread waits inside commit() or is torn down.
class Link {
 public:
  void up() { up_ = true; }
  void down(std::string why) {
    const std::lock_guard lock(mutex_);
    why_ = std::move(why);
    up_ = false;
    ++breaks_;
  }
  /// A broker is connected and answers; "answers" includes heartbeats and requests in time.
  bool is_up() const { return up_; }
  /// How often it went down: a lane that was fenced asks whether that may have been the network.
  std::uint64_t breaks() const { return breaks_; }
  /// Why it was last down, in words for an operator ("Connection refused", "unknown topic …").
  std::string why() const {
    const std::lock_guard lock(mutex_);
    return why_;
  }

 private:
  std::atomic<bool> up_{false};
  std::atomic<std::uint64_t> breaks_{0};
  mutable std::mutex mutex_;
  std::string why_ = "not connected yet";
};

/// What the input tells the lane from inside poll(), on the lane's own thread.
class Membership {
 public:
  virtual ~Membership() = default;
  /// Called once the partitions are assigned; they start at their committed positions, or where a
  /// new group starts, and are not paused. All of them: an earlier assignment was revoked before.
  virtual void assigned(std::span<const Partition> partitions) = 0;
  /// The last moment to commit what is decided; when `lost`, too late. All partitions of the
  /// assignment. The input gives them up when this returns.
  virtual void revoked(std::span<const Partition> partitions, bool lost) = 0;
};

/// A consumer group member. All calls from one thread. The destructor leaves quietly: it calls
/// Membership no more.
class Input {
 public:
  virtual ~Input() = default;
  /// Waits up to `wait` for one message; calls Membership when the group changes. The message's
  /// views are valid until the next call; `defaults` is left to the lane.
  virtual std::optional<Message> poll(std::chrono::milliseconds wait) = 0;
  virtual void pause() = 0;   ///< all assigned partitions; poll() goes on serving the group
  virtual void resume() = 0;
  /// Seeks every assigned partition to its committed position, or to where a new group starts;
  /// messages fetched before it never come out of poll() any more.
  virtual Outcome rewind() = 0;
  virtual std::span<const Partition> assignment() const = 0;
  /// The offset after the last committed message of an assigned partition as last heard from the
  /// broker, -1 when not known. No round trip.
  virtual std::int64_t end(const Partition& partition) const = 0;
  /// A condition met in poll() that polling again does not cure: `rebuild` or `fenced` for a fatal
  /// error or a missing topic or right; `stop` for an offset that retention has passed.
  virtual std::optional<Outcome> failure() const = 0;
};

/// One message to be produced. Views are copied before produce() returns.
struct Record {
  std::string_view topic;
  std::optional<std::string_view> key, value;
  std::span<const Header> headers;
  std::int64_t timestamp_ms = -1;  ///< Unix milliseconds; -1 = now
};

/// A transactional producer. All calls from the lane's thread. A call may wait a few seconds inside
/// before it says `retry`; commit() and abort() wait for ever. The destructor drops an open
/// transaction without waiting for the broker.
class Output {
 public:
  virtual ~Output() = default;
  virtual Outcome begin() = 0;
  /// `retry` when the local queue is full, after having waited for room. When a topic turns out to
  /// take less than limit() said, here or in commit(), `rebuild`, so that it is read anew.
  virtual Outcome produce(const Record& record) = 0;
  /// Bound to the generation of the group that the input is a member of: when that has passed, `abort`.
  /// `metadata` is committed beside every offset.
  virtual Outcome send_offsets(std::span<const Position> next, const std::string& metadata) = 0;
  virtual Outcome commit() = 0;
  virtual Outcome abort() = 0;
  /// True when a request of this producer may still be under way somewhere since the last call of
  /// recycle(): a connection broke or a request timed out. It could then end a later transaction
  /// (KIP-890), so the lane recycles the producer first. A broker that merely stays away while
  /// others answer does not count again and again, or the lane would do nothing but recycle.
  virtual bool hiccup() const = 0;
  /// Never called while a transaction is open.
  virtual Outcome recycle() = 0;
  /// The largest message the topic takes: key, value, headers and framing.
  virtual std::size_t limit(std::string_view topic) const = 0;
  /// After this long the broker ends an open transaction, which then looks like a fencing.
  virtual std::chrono::milliseconds transaction_timeout() const = 0;
};

struct Ports {
  std::unique_ptr<Input> input;
  std::unique_ptr<Output> output;
};

/// Opens the two sides of lane number `lane` (from 0), fencing an earlier owner first. Waits at
/// most a few seconds; after `retry` (no broker) it is called again with the same `ports`, which
/// may be half open; after `rebuild` (topic or right missing) with empty ones, a little later.
/// `stop`: topics that break the contract, settings that the client refuses. One call at a time
/// for one lane; any thread.
using OpenPorts = std::function<Outcome(int lane, Membership& membership, Link& link, Ports& ports)>;

}  // namespace newsmill::consumer
