#pragma once
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "consumer/kafka/lane_ports.h"
#include "consumer/ports.h"

namespace newsmill::test {

/// The two sides of one lane on a real Kafka, and what they told: a lane without a lane. One thread.
class PortPair : public consumer::Membership {
 public:
  explicit PortPair(const config::Settings& settings) : settings_(settings) {}

  /// Calls OpenPorts as a lane does, again after `retry`.
  consumer::Outcome open();
  /// Drops both sides as a lane that is torn down does.
  void close() { ports_ = {}; }
  consumer::Input& input() { return *ports_.input; }
  consumer::Output& output() { return *ports_.output; }

  /// Polls until `condition` holds; false when it does not within a minute.
  bool poll_until(const std::function<bool()>& condition);
  /// One transaction: `values` to `topic` under the key "k", and the offsets after everything polled.
  /// Waits out `retry`. Ends with the first call that is not done.
  consumer::Outcome transact(const std::string& topic, const std::vector<std::string>& values, bool commit = true);

  struct Polled {
    consumer::Partition partition;
    std::int64_t offset = 0;
    std::string value;
  };
  std::vector<Polled> polled;
  int assignments = 0, revocations = 0, losses = 0;
  std::function<void()> on_revoked = [] {};

  void assigned(std::span<const consumer::Partition> partitions) override;
  void revoked(std::span<const consumer::Partition> partitions, bool lost) override;
  std::string log() const;

 private:
  consumer::Outcome patiently(const std::function<consumer::Outcome()>& call) const;

  const config::Settings settings_;
  mutable std::mutex mutex_;
  std::string log_;
  consumer::Logger logger_{settings_.log, [this](std::string_view line) {
                             const std::lock_guard lock(mutex_);
                             log_ += line;
                           },
                           [] {
                             return consumer::Logger::Time{std::chrono::system_clock::now(),
                                                           std::chrono::steady_clock::now()};
                           }};
  consumer::OpenPorts open_ = kafka::open_ports(settings_, logger_);
  consumer::Link link_;
  consumer::Ports ports_;
};

}  // namespace newsmill::test
