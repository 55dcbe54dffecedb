#pragma once
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "tests/chaos/articles.h"
#include "tests/chaos/ledger.h"

namespace newsmill::chaos {

/// Writes articles to the raw topic at a steady rate, in a thread of its own, as far as it is told.
/// Idempotent and patient: an outage of the broker delays, and never loses or doubles.
class Feeder {
 public:
  Feeder(const std::string& bootstrap, std::string topic, Articles articles, Ledger& ledger, int per_second);
  ~Feeder();
  Feeder(const Feeder&) = delete;
  Feeder& operator=(const Feeder&) = delete;

  void feed_until(std::size_t total);
  std::size_t fed() const { return fed_; }  ///< acknowledged
  bool idle() const { return fed_ >= target_; }
  /// Why it gave up; empty while it has not.
  std::string failure() const;

 private:
  void run();
  void feed(std::size_t count);

  const std::string topic_;
  Articles articles_;
  Ledger& ledger_;
  const int per_second_;
  test::KafkaClient client_;
  std::atomic<std::size_t> fed_{0}, target_{0};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool end_ = false;
  std::string failure_;
  std::thread thread_;
};

}  // namespace newsmill::chaos
