#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/settings.h"
#include "consumer/kafka/events.h"
#include "consumer/kafka/handle.h"
#include "consumer/log.h"
#include "consumer/ports.h"
#include "processors/dedup/log_messages.h"

namespace newsmill::kafka {

/// A message of the dedup log as the broker keeps it.
struct LogMessage {
  dedup::LogOffset offset = 0;
  std::int64_t append_ms = 0;  ///< Unix milliseconds by the clock of the broker
  bool appended = true;        ///< false: the time is the sender's own, the topic breaks the contract
  std::string_view bytes;      ///< valid inside the call that gives it
};

/// Reads partition 0 of the dedup log in its order, without a group and with what open transactions
/// of others may have written: its end is the high watermark, so that nobody who reads to it misses what
/// anybody has been told is in the log. One thread; end_now() from any.
class DedupLogReader {
 public:
  enum class From {
    window,     ///< as far back as a verdict can depend on: the newest append time − R − 1 h, R = window + 1 day
    beginning,  ///< all that the topic keeps
  };
  /// `retry`: no broker. `rebuild`: no such topic or right, in words.
  static consumer::Outcome open(const config::Settings& settings, Contact& contact, consumer::Link& link, From from,
                                std::unique_ptr<DedupLogReader>& reader);
  /// For a tool.
  static consumer::Outcome open(const config::Settings& settings, consumer::Logger& log, From from,
                                std::unique_ptr<DedupLogReader>& reader);
  ~DedupLogReader();

  /// Offsets when it was opened: the first that the topic keeps, where this reader begins, and the next to be written.
  dedup::LogOffset first() const { return first_; }
  dedup::LogOffset start() const { return start_; }
  dedup::LogOffset end() const { return end_; }
  /// The id of the newest message that came in time, where `start` is not the log's own beginning: what its
  /// reader goes by (Referee::expect). 0: the first F decides, or there is no message in it.
  dedup::LogId newest_id() const { return newest_id_; }
  std::int64_t newest_append_ms() const { return newest_append_ms_; }  ///< −1 = no message

  /// Fetches messages that are there, at most kAtOnce. Waits at most `wait` for the first, not for more. Returns
  /// how many; 0 also when failure() says why.
  std::size_t fetch(std::chrono::milliseconds wait) {
    fill(wait);
    return messages_.size();
  }
  /// Calls each(const LogMessage&) for what was fetched last, in the log's order.
  template <class Each>
  void for_each(Each&& each) const {
    for (const ClientMessage& message : messages_) each(view_of(*message));
  }
  /// Both.
  template <class Each>
  std::size_t read(std::chrono::milliseconds wait, Each&& each) {
    fetch(wait);
    for_each(std::forward<Each>(each));
    return messages_.size();
  }
  static constexpr std::size_t kAtOnce = 1'000;

  /// Everything before this offset has been fetched.
  dedup::LogOffset position() const { return position_; }
  /// The broker has said that there is nothing behind position() at the moment.
  bool at_end() const { return at_end_; }
  /// Everything that was there at open() has come out. Reading goes on behind it.
  bool done() const { return position_ >= end_; }
  /// The log's end now: one round trip.
  consumer::Outcome end_now(dedup::LogOffset& end, std::chrono::milliseconds wait) const;
  /// The end as last heard from the broker; no round trip.
  dedup::LogOffset last_end() const;

  /// A condition that reading on does not cure: the log does not reach to position() any more, the topic is gone,
  /// or may not be read.
  const std::optional<consumer::Outcome>& failure() const { return failure_; }
  /// Whether the broker knows the topic. `retry`: no broker. `rebuild`: it does not, or this client may not see it.
  consumer::Outcome exists();
  /// The last failure was a right that is missing.
  bool forbidden() const { return forbidden_; }
  /// The next read() begins at `offset`, also after a failure: what has come out before can be compared.
  consumer::Outcome read_from(dedup::LogOffset offset);

 private:
  /// What a tool's reader refers to.
  struct Tool {
    explicit Tool(consumer::Logger& log) : contact(log) {}
    Contact contact;
    consumer::Link link;
  };
  DedupLogReader(const config::Settings& settings, Contact& contact, consumer::Link& link)
      : settings_(settings), topic_(settings.dedup.topic), link_(link), events_(contact, &link) {}
  consumer::Outcome start(From from);
  consumer::Outcome offset_at(std::int64_t time, dedup::LogOffset& offset, std::chrono::milliseconds wait) const;
  consumer::Outcome look_at_newest();
  void stop();
  void fill(std::chrono::milliseconds wait);
  void take(ClientMessage message);
  void fail(const rd_kafka_message_t& message);
  static LogMessage view_of(const rd_kafka_message_t& message);
  std::string trouble() const;

  std::unique_ptr<Tool> tool_;  // outlives all below
  const config::Settings settings_;
  const std::string topic_;
  consumer::Link& link_;
  Events events_;
  Handle handle_;  // after events_
  Topic rkt_;
  Queue queue_;
  std::vector<ClientMessage> messages_;  ///< of the last read()
  std::vector<rd_kafka_message_t*> room_;
  bool started_ = false, forbidden_ = false, at_end_ = false;
  dedup::LogOffset first_ = 0, start_ = 0, end_ = 0, position_ = 0;
  dedup::LogId newest_id_ = 0;
  std::int64_t newest_append_ms_ = -1;
  std::optional<consumer::Outcome> failure_;
};

}  // namespace newsmill::kafka
