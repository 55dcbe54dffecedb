#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "consumer/dedup_log.h"
#include "consumer/kafka/dedup_log.h"
#include "tests/kafka/lane_fixture.h"

namespace newsmill::test {

/// What the process of an instance has of the dedup log, without lanes. One thread.
class LogHost {
 public:
  explicit LogHost(const config::Settings& settings,
                   std::function<std::int64_t()> now_ms = consumer::wall_clock_ms);

  consumer::DedupLog& log() { return *log_; }
  consumer::DedupLog::Status status() const { return log_->status(); }
  /// catch_up() until it does not say `retry`, for two minutes at most.
  consumer::Outcome catch_up();
  /// Appends F's, waits until they are applied, and the same with the verdicts that they get here.
  consumer::Outcome append(const std::vector<Fingerprint>& articles);
  consumer::Outcome append_only(const std::vector<Fingerprint>& articles, std::shared_ptr<consumer::Receipt>& receipt);
  consumer::Outcome applied(const consumer::Receipt& receipt);
  consumer::Outcome decide(const std::vector<Fingerprint>& articles);
  /// All that later answers can depend on, once the log is applied up to its end.
  std::string state();
  std::string written() const;

 private:
  consumer::Outcome patiently(const std::function<consumer::Outcome()>& call) const;

  const config::Settings settings_;
  mutable std::mutex mutex_;
  std::string written_;
  consumer::Logger logger_;
  std::unique_ptr<consumer::DedupLog> log_;
};

/// A dedup log as the contract wants it, on the shared broker.
class DedupLogTest : public LaneTest {
 protected:
  void SetUp() override {
    LaneTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    settings.dedup.articles = 4096;
  }
  const std::string& topic_name() const { return settings.dedup.topic; }
  void make_log() { client().create_dedup_log(topic_name()); }
  void make_anew();
  /// Articles `first` and on, no two alike.
  static std::vector<Fingerprint> articles(int first, int count);
  /// As a lane commits it, without a lane.
  void commit(const std::string& metadata, std::int32_t partition = 0);
  /// The numbers of the articles whose F's are in the topic, in its order.
  std::vector<int> appended();
};

}  // namespace newsmill::test
