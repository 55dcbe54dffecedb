#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "consumer/ports.h"

namespace newsmill::test {

/// A broker in memory with the semantics that exactly-once rests on: a log per partition in which
/// transactions lie open, committed or aborted with a control record at their end; a read_committed
/// view up to the last stable offset; offsets that become visible with their transaction; a producer
/// epoch per transactional id, raised by every initialization, that fences the older one; a consumer
/// group with generations, eager rebalancing and members that are thrown out without noticing.
///
/// It encodes one reading of Kafka's protocol (KIP-98, KIP-447); what rests on it is also tested on
/// the real one. Thread-safe; callbacks run without the lock.
class MemoryBroker {
 public:
  struct Stored {
    std::int64_t offset = 0;
    std::optional<std::string> key, value;
    std::vector<std::pair<std::string, std::optional<std::string>>> headers;
    std::int64_t timestamp_ms = -1;
    std::optional<std::string> header(std::string_view name) const;
  };
  enum class View { committed, uncommitted };

  enum class Call : std::uint8_t { open, poll, rewind, begin, produce, send_offsets, commit, abort, recycle };
  static constexpr int kCalls = 9;
  /// What a call comes to instead of what it would: before it had an effect, or after.
  struct Fault {
    consumer::Outcome outcome;
    bool applied = false;
    bool hiccup = false;    ///< the producer has had a transport error
    bool late_end = false;  ///< with `applied` commit(): a second request to end a transaction is under way
  };
  using Inject = std::function<std::optional<Fault>(Call call, const std::string& member)>;

  MemoryBroker();
  ~MemoryBroker();

  /// `limit`: bytes of a message.
  void create(const std::string& topic, int partitions, std::size_t limit = 1 << 20);
  std::int64_t append(const std::string& topic, int partition, std::optional<std::string> key,
                      std::optional<std::string> value, std::int64_t timestamp_ms = 1,
                      std::vector<std::pair<std::string, std::optional<std::string>>> headers = {});
  std::vector<Stored> read(const std::string& topic, View view = View::committed) const;  ///< partition by partition
  std::vector<Stored> read(const std::string& topic, int partition, View view = View::committed) const;
  std::int64_t end(const std::string& topic, int partition) const;
  std::int64_t committed(const std::string& topic, int partition) const;  ///< -1 = none
  /// The group has committed everything that was appended to `topic`.
  bool all_committed(const std::string& topic) const;

  /// Ports of a member of the one group, which reads `topics`; `member` is also its transactional id.
  consumer::OpenPorts ports(std::string member, std::vector<std::string> topics);

  // What happens to the group and the transactions.
  void rebalance();
  /// Thrown out without a word, as after a session timeout.
  void expel(const std::string& member);
  std::vector<std::string> members() const;
  /// Ends open transactions as after their timeout, which fences their producers.
  void expire_transactions();
  /// The same for producers whose process is gone.
  void expire_transactions_of_the_dead();
  /// A late request to end a transaction arrives now.
  void deliver_late_ends();
  /// While away every call is `retry`, a poll gives nothing, and the links are down.
  void set_away(bool away);
  /// Retention: what lies before `offset` is gone.
  void truncate(const std::string& topic, int partition, std::int64_t offset);

  // Set before ports are opened.
  Inject inject;
  std::function<void()> on_call;  ///< before every call, without the lock; polls do not wait when it is set

  /// Defects to be found.
  struct Mutant {
    bool no_rewind = false;            ///< rewind() leaves the input where it is
    bool no_generation_check = false;  ///< offsets of a member of an older generation are taken
    bool no_recycle = false;           ///< a producer never admits a hiccup
  } mutant;

  std::uint64_t aborted_records() const;  ///< so far; 0 = the faults were toothless
  std::uint64_t pauses() const;
  std::vector<std::string> violations() const;  ///< of the ports' agreement by their user

 private:
  class Input;
  class Output;
  enum class State : std::uint8_t { open, committed, aborted, control };
  struct Entry {
    Stored stored;
    State state = State::committed;
  };
  struct Log {
    std::vector<Entry> entries;
    std::size_t open = 0;    ///< entries in an open transaction
    std::int64_t start = 0;  ///< what lies before is gone
    std::int64_t stable_end() const;
  };
  struct Topic {
    std::vector<Log> partitions;
    std::size_t limit = 0;
  };
  struct Open {
    std::vector<std::pair<consumer::Partition, std::size_t>> records;
    std::map<consumer::Partition, std::int64_t> offsets;
  };
  struct Producer {
    std::int64_t epoch = 0;
    std::optional<Open> transaction;
    int users = 0;  ///< outputs that live and have this id
  };
  struct Member {
    std::vector<std::string> topics;
    bool joined = false;
    std::vector<consumer::Partition> assignment;
  };
  struct LateEnd {
    std::string id;
    std::int64_t epoch;
  };

  std::optional<Fault> fault(Call call, const std::string& member);
  void end_transaction(Producer& producer, bool commit);
  bool unstable(const consumer::Partition& partition) const;
  Log& log_of(const consumer::Partition& partition);
  const Log& log_of(const std::string& topic, int partition) const;
  void leave(const std::string& member);
  void expire(bool only_dead);
  void begin_rebalance();
  void finish_rebalance();
  void violation(std::string what) { violations_.push_back(std::move(what)); }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Topic> topics_;
  std::map<consumer::Partition, std::int64_t> committed_;
  std::map<std::string, Producer> producers_;
  std::map<std::string, Member> members_;
  std::uint64_t generation_ = 0;
  bool preparing_ = false;
  bool away_ = false;
  std::set<consumer::Link*> links_;
  std::vector<LateEnd> late_ends_;
  std::uint64_t aborted_records_ = 0, pauses_ = 0;
  std::vector<std::string> violations_;
};

}  // namespace newsmill::test
