#include "consumer/kafka/feeder.h"

#include <algorithm>
#include <stdexcept>

#include "consumer/kafka/client.h"
#include "consumer/kafka/fate.h"
#include "consumer/kafka/mock_cluster.h"
#include "consumer/kafka/produce.h"

namespace newsmill::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A message may go to any partition, so all of them have room for it; the rest is for batch heads.
constexpr std::size_t kAheadBytes = MockCluster::kPartitionBytes * 3 / 4;

}  // namespace

/// What became of the one message under way.
struct Feeder::Delivery {
  bool done = false;
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  consumer::Position position;
};

Feeder::Feeder(const config::Settings& settings, consumer::Logger& log) : contact_(log), events_(contact_, nullptr) {
  std::string words;
  Conf conf = make_conf(settings, Role::feeder, settings.instance + "-feeder", words);
  events_.delivered = [](const rd_kafka_message_t& message) {
    auto& delivery = *static_cast<Delivery*>(message._private);
    delivery.done = true;
    delivery.code = message.err;
    delivery.position = {{rd_kafka_topic_name(message.rkt), message.partition}, message.offset};
  };
  if (words.empty()) {
    events_.install(conf.get(), true);
    handle_ = make_handle(Role::feeder, std::move(conf), words);
  }
  if (handle_ == nullptr) throw std::runtime_error("the feeder's client: " + words);
}

Feeder::~Feeder() = default;

std::size_t Feeder::bytes_ahead(const std::string& topic) const {
  std::size_t most = 0;
  for (const auto& [partition, messages] : ahead_) {
    if (partition.topic != topic) continue;
    std::size_t bytes = 0;
    for (const auto& [offset, size] : messages) bytes += size;
    most = std::max(most, bytes);
  }
  return most;
}

consumer::Outcome Feeder::send(const consumer::Record& record, milliseconds wait, consumer::Position& position) {
  auto outcome = try_send(record, wait, position);
  const std::lock_guard lock(mutex_);
  sending_ = false;
  early_.clear();
  return outcome;
}

consumer::Outcome Feeder::try_send(const consumer::Record& record, milliseconds wait, consumer::Position& position) {
  const auto deadline = steady_clock::now() + wait;
  const std::string topic(record.topic);
  std::size_t bytes =
      wire_bytes(record.key.value_or("").size(), record.value.value_or("").size(), record.headers.size(), 0);
  for (const auto& header : record.headers) bytes += header.name.size() + header.value.value_or("").size();
  if (bytes > kAheadBytes)
    return {Fate::stop, "a message of " + std::to_string(bytes) + " bytes does not fit the embedded broker"};
  {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_until(lock, deadline, [&] { return stopped_ || bytes_ahead(topic) + bytes <= kAheadBytes; }) ||
        stopped_)
      return {Fate::retry, "no room: results of earlier messages were not read yet"};
    sending_ = true;
  }

  const Topic named(rd_kafka_topic_new(handle_.get(), topic.c_str(), nullptr));
  Delivery delivery;
  if (const ClientError error =
          produce_record(handle_.get(), named.get(), record, std::max<std::int64_t>(record.timestamp_ms, 0), &delivery);
      error != nullptr)
    return {fate_of_client(rd_kafka_error_code(error.get())),
            std::string("produce: ") + rd_kafka_error_string(error.get())};
  while (!delivery.done && steady_clock::now() < deadline) rd_kafka_poll(handle_.get(), 20);
  if (!delivery.done) {  // its report points here: it must come before this returns
    rd_kafka_purge(handle_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    while (!delivery.done) rd_kafka_poll(handle_.get(), 20);
  }
  if (delivery.code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const bool purged =
        delivery.code == RD_KAFKA_RESP_ERR__PURGE_QUEUE || delivery.code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
    return {purged ? Fate::retry : fate_of_client(delivery.code),
            "topic \"" + topic + "\": " + words_of(delivery.code)};
  }
  position = delivery.position;
  const std::lock_guard lock(mutex_);
  if (!early_.contains(position)) ahead_[position.first][position.second] = bytes;
  return {};
}

void Feeder::finished(const consumer::Position& position) {
  const std::lock_guard lock(mutex_);
  if (const auto found = ahead_.find(position.first);
      found == ahead_.end() || found->second.erase(position.second) == 0)
    if (sending_) early_.insert(position);  // its result was read before its delivery report
  changed_.notify_all();
}

void Feeder::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

std::size_t Feeder::unfinished() const {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (const auto& [partition, messages] : ahead_) count += messages.size();
  return count;
}

}  // namespace newsmill::kafka
