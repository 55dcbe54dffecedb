#include "consumer/kafka/mock_cluster.h"

#include <librdkafka/rdkafka_mock.h>

#include <stdexcept>

#include "consumer/kafka/fate.h"

namespace newsmill::kafka {

MockCluster::MockCluster(const std::map<std::string, int>& topics) {
  char text[512] = "";
  Conf conf(rd_kafka_conf_new());
  // The broker's own sockets: with Nagle's algorithm every commit would wait 40 ms.
  rd_kafka_conf_set(conf.get(), "socket.nagle.disable", "true", text, sizeof text);
  rd_kafka_conf_set(conf.get(), "client.id", "newsmill-embedded", text, sizeof text);
  rd_kafka_conf_set_log_cb(conf.get(), nullptr);
  handle_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), text, sizeof text));
  if (handle_ == nullptr) throw std::runtime_error(std::string("the embedded broker: ") + text);
  [[maybe_unused]] rd_kafka_conf_t* const taken = conf.release();
  cluster_ = rd_kafka_mock_cluster_new(handle_.get(), 1);
  if (cluster_ == nullptr)
    throw std::runtime_error("the embedded broker could not be started (are loopback ports free?)");
  for (const auto& [topic, partitions] : topics)
    if (const auto code = rd_kafka_mock_topic_create(cluster_, topic.c_str(), partitions, 1);
        code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      rd_kafka_mock_cluster_destroy(cluster_);
      throw std::runtime_error("the embedded broker: topic \"" + topic + "\": " + words_of(code));
    }
}

MockCluster::~MockCluster() { rd_kafka_mock_cluster_destroy(cluster_); }

std::string MockCluster::brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }

}  // namespace newsmill::kafka
