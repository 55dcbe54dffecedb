#include "bench/copy_loop.h"

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>
#include <memory>
#include <stdexcept>

namespace newsmill::bench {
namespace {

volatile std::sig_atomic_t ended = 0;

rd_kafka_t* handle(rd_kafka_type_t type, const std::map<std::string, std::string>& settings) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  char reason[512];
  for (const auto& [name, value] : settings)
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason, sizeof reason) != RD_KAFKA_CONF_OK)
      throw std::runtime_error(reason);
  // Even an empty one: a commit takes 10 ms more without.
  if (type == RD_KAFKA_PRODUCER) rd_kafka_conf_set_dr_msg_cb(conf, [](rd_kafka_t*, const rd_kafka_message_t*, void*) {});
  rd_kafka_t* made = rd_kafka_new(type, conf, reason, sizeof reason);
  if (made == nullptr) throw std::runtime_error(reason);
  return made;
}

void check(rd_kafka_error_t* error) {
  if (error == nullptr) return;
  const std::string words = rd_kafka_error_string(error);
  rd_kafka_error_destroy(error);
  throw std::runtime_error(words);
}

struct Copier {
  rd_kafka_t *consumer, *producer;
  rd_kafka_topic_t* to;
  std::map<std::int32_t, std::int64_t> next;
  std::size_t open = 0;
  std::chrono::steady_clock::time_point began;

  void copy(const rd_kafka_message_t& message) {
    if (open++ == 0) {
      check(rd_kafka_begin_transaction(producer));
      began = std::chrono::steady_clock::now();
    }
    while (rd_kafka_produce(to, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, message.payload, message.len, message.key,
                            message.key_len, nullptr) != 0) {
      if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) throw std::runtime_error("produce");
      rd_kafka_poll(producer, 50);
    }
    next[message.partition] = message.offset + 1;
    if (open % 256 == 0) rd_kafka_poll(producer, 0);
  }

  bool due() const {
    return open >= 2000 || (open > 0 && std::chrono::steady_clock::now() - began >= std::chrono::milliseconds(100));
  }

  void commit(const std::string& from) {
    rd_kafka_topic_partition_list_t* offsets = rd_kafka_topic_partition_list_new(8);
    for (const auto& [partition, offset] : next)
      rd_kafka_topic_partition_list_add(offsets, from.c_str(), partition)->offset = offset;
    rd_kafka_consumer_group_metadata_t* group = rd_kafka_consumer_group_metadata(consumer);
    check(rd_kafka_send_offsets_to_transaction(producer, offsets, group, -1));
    check(rd_kafka_commit_transaction(producer, -1));
    rd_kafka_consumer_group_metadata_destroy(group);
    rd_kafka_topic_partition_list_destroy(offsets);
    open = 0;
  }
};

}  // namespace

int copy_loop(const std::string& bootstrap, const std::string& from, const std::string& to) {
  std::signal(SIGTERM, [](int) { ended = 1; });
  try {
    const std::map<std::string, std::string> both{{"bootstrap.servers", bootstrap}, {"socket.nagle.disable", "true"}};
    std::map<std::string, std::string> in = both, out = both;
    in.insert({{"group.id", "copy"},
               {"group.instance.id", "copy-0"},
               {"enable.auto.commit", "false"},
               {"enable.auto.offset.store", "false"},
               {"isolation.level", "read_committed"},
               {"auto.offset.reset", "earliest"},
               {"fetch.wait.max.ms", "100"},
               {"partition.assignment.strategy", "range"}});
    out.insert({{"transactional.id", "copy-0"},
                {"linger.ms", "5"},
                {"compression.codec", "lz4"},
                {"retry.backoff.ms", "5"},
                {"message.max.bytes", "10000000"},
                {"partitioner", "murmur2_random"}});
    Copier copier{handle(RD_KAFKA_CONSUMER, in), handle(RD_KAFKA_PRODUCER, out), nullptr, {}, 0, {}};
    rd_kafka_poll_set_consumer(copier.consumer);
    check(rd_kafka_init_transactions(copier.producer, 60'000));
    copier.to = rd_kafka_topic_new(copier.producer, to.c_str(), nullptr);
    const struct rd_kafka_metadata* metadata = nullptr;
    rd_kafka_metadata(copier.producer, 0, copier.to, &metadata, 60'000);
    if (metadata != nullptr) rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_partition_list_t* topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, from.c_str(), RD_KAFKA_PARTITION_UA);
    rd_kafka_subscribe(copier.consumer, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    while (ended == 0) {
      const std::unique_ptr<rd_kafka_message_t, void (*)(rd_kafka_message_t*)> message(
          rd_kafka_consumer_poll(copier.consumer, copier.open > 0 ? 2 : 100), rd_kafka_message_destroy);
      if (message && message->err == RD_KAFKA_RESP_ERR_NO_ERROR) copier.copy(*message);
      if (copier.due()) copier.commit(from);
    }
    rd_kafka_topic_destroy(copier.to);
    rd_kafka_consumer_close(copier.consumer);
    rd_kafka_destroy(copier.consumer);
    rd_kafka_destroy(copier.producer);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "copy loop: %s\n", error.what());
    return 1;
  }
}

}  // namespace newsmill::bench
