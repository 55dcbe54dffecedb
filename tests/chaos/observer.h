#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/chaos/ledger.h"
#include "tests/chaos/log_fold.h"
#include "tests/support/kafka_client.h"

namespace newsmill::chaos {

/// What the checker wants to know of one record or dead letter that was read.
struct Seen {
  Place place;                ///< in the output topic
  std::uint64_t digest = 0;   ///< of all of it
  std::optional<Place> source;  ///< in the raw topic, from the header newsmill-delivery; none = malformed
  std::string hash;           ///< of the raw bytes, from the same header
  std::string id;             ///< record: the fed id that stands in it; dead letter: the header of the feeder
  std::string code;           ///< newsmill-error-code, empty for records
  std::uint64_t original = 0;  ///< dead letter: digest without the headers that newsmill added
  // Of records only, as they stand there.
  std::string article = {};          ///< article id, the record's key
  std::string story = {}, relation = {};  ///< from the headers
  std::string story_json = {};       ///< the member `story`
};
Seen seen_of(const test::KafkaRecord& record, const std::string& raw_topic, bool dead_letter);

/// One topic as one view shows it, read from the start and on. Not thread-safe.
class Tail {
 public:
  Tail(const std::string& bootstrap, std::string topic, std::string raw_topic, int partitions, test::KafkaView view,
       bool dead_letters);
  void read(std::chrono::milliseconds wait);  ///< what is there, or what comes first
  const std::vector<Seen>& seen() const { return seen_; }
  bool at_end() const { return reader_.at_end(); }

 private:
  std::string raw_topic_;
  bool dead_letters_;
  test::KafkaReader reader_;
  std::vector<Seen> seen_;
};

LogMessage log_message_of(test::KafkaRecord record);

/// Watches from the first record on, in threads of its own: both output topics in both views, the dedup
/// log, and the committed offsets of the group. Survives outages of the broker. Thread-safe.
class Observer {
 public:
  struct Topics {
    std::string raw, enriched, deadletter, dedup, group;
    int partitions = 0;
  };
  Observer(std::string bootstrap, Topics topics);
  ~Observer();
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  struct View {
    std::vector<Seen> records, dead_letters;
  };
  View committed() const;
  /// Records of both topics that only read_uncommitted shows, of those up to where both views are.
  std::size_t aborted() const;
  /// Messages of the dedup log from the `first`-th on.
  std::vector<LogMessage> log(std::size_t first) const;
  /// How far the log was read: the offset after its last message, 0 for none.
  dedup::LogOffset log_end() const;
  /// Distinct sources in the committed view.
  std::size_t arrived() const;

  /// The offsets of the group as last heard; empty = never.
  std::vector<std::int64_t> offsets() const;
  /// How often the offset of a partition was seen lower than before.
  std::size_t offsets_fell() const { return fell_; }

 private:
  void tail();
  void sample();

  const std::string bootstrap_;
  const Topics topics_;
  mutable std::mutex mutex_;
  std::unique_ptr<Tail> tails_[2][2];  ///< [view][topic]
  test::KafkaReader log_reader_;
  std::vector<LogMessage> log_;
  std::vector<std::int64_t> offsets_;
  std::atomic<std::size_t> fell_{0};
  std::atomic<bool> end_{false};
  std::thread tailing_, sampling_;
};

}  // namespace newsmill::chaos
