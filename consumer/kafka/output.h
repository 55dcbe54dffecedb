#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/settings.h"
#include "consumer/kafka/events.h"
#include "consumer/kafka/handle.h"
#include "consumer/ports.h"

namespace newsmill::kafka {

class KafkaInput;

/// Largest message that a topic takes, by name.
using Limits = std::map<std::string, std::size_t, std::less<>>;

/// The transactional producer of a lane. Its handle is made by recycle(), also the first time.
class KafkaOutput final : public consumer::Output {
 public:
  /// `limits`: of every topic that will be produced to; their leaders are asked for beforehand, since
  /// the first message to an unknown topic waits for a second.
  /// `id` is the transactional id: lane_id(), or a tool's own.
  KafkaOutput(const config::Settings& settings, std::string id, Limits limits, Contact& contact, consumer::Link& link);
  ~KafkaOutput() override;

  /// Whose group the offsets belong to; before the first send_offsets(). Outlives this.
  void bind(const KafkaInput& input) { input_ = &input; }
  bool ready() const { return ready_; }

  consumer::Outcome begin() override;
  consumer::Outcome produce(const consumer::Record& record) override;
  consumer::Outcome send_offsets(std::span<const consumer::Position> next, const std::string& metadata) override;
  consumer::Outcome commit() override;
  consumer::Outcome abort() override;
  bool hiccup() const override;
  consumer::Outcome recycle() override;
  std::size_t limit(std::string_view topic) const override;
  std::chrono::milliseconds transaction_timeout() const override { return timeout_; }

 private:
  consumer::Outcome make();
  consumer::Outcome warm();
  consumer::Outcome fatal(const char* call) const;
  consumer::Outcome judge(const char* call, ClientError error);
  rd_kafka_topic_t* topic(std::string_view name);
  void drop();

  const config::Settings settings_;
  const std::string id_;
  const std::chrono::milliseconds timeout_;
  const Limits limits_;
  Events events_;
  Handle handle_;  // after events_
  std::map<std::string, Topic, std::less<>> topics_;  // of handle_; after it
  const KafkaInput* input_ = nullptr;
  bool initialized_ = false;  ///< init_transactions() succeeded on handle_
  bool ready_ = false;        ///< and its topics are known
  unsigned produced_ = 0;
  /// The first message of the transaction that the broker refused: the reason of the abort.
  rd_kafka_resp_err_t refused_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string refused_topic_;
};

}  // namespace newsmill::kafka
