#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace newsmill::config {

/// The struct behind newsmill.yaml: defaults here, meaning and bounds in the option table
/// (options.cc), from which docs/options.md and the JSON Schema are made.
struct Settings {
  std::string instance;  ///< default: host name; names group member and transactional id

  struct Kafka {
    std::string brokers = "127.0.0.1:9092";  ///< host:port, commas between
    std::string group = "newsmill";
    enum class Start { earliest, latest } start = Start::earliest;  ///< of a group without offsets
    int lanes = 1;
    int workers = 0;  ///< threads of the chain; 0 = one per core
    std::size_t buffer_bytes = 128u << 20;  ///< of the ring: raw + arena + encoded
    std::chrono::milliseconds transaction_interval{100};
    int transaction_records = 2000;
    std::chrono::milliseconds drain_deadline{25'000};  ///< after SIGTERM
    std::string state_dir;  ///< names the article each worker is in, so that one that crashes is known; empty = no file
    int partitions = 6;          ///< for `kafka apply`
    int replication_factor = 1;  ///< for `kafka apply`
    std::map<std::string, std::string> client;  ///< passed to librdkafka as they are
  } kafka;

  struct InputTopic {
    std::string name = "articles.raw";
    std::string format = "auto";  ///< Format by name
    std::string source;           ///< default for articles that name none
  };
  struct Input {
    std::vector<InputTopic> topics{InputTopic{}};
    std::size_t max_bytes = 8u << 20;  ///< of one message, after decompression too
  } input;

  struct Output {
    std::string enriched = "articles.enriched";
    std::string deadletter = "articles.deadletter";
    std::size_t max_bytes = 10u << 20;  ///< of one record
  } output;

  struct Sources {
    std::string file;  ///< empty = the built-in sources.yaml
  } sources;

  struct Normalize {
    std::string lexicons;  ///< directory; empty = the built-in ones
    std::size_t max_text_bytes = 1u << 20;  ///< of a body
  } normalize;

  struct Dedup {
    bool enabled = true;  ///< false: `story` is null in every record
    std::chrono::milliseconds window{std::chrono::hours(72)};  ///< how long an article can be matched
    std::string topic = "articles.dedup";  ///< the log that all instances share
    int articles = 1 << 20;  ///< of one window, for which the bucket table has room; fixed, never grown
  } dedup;

  struct TagEntities {
    bool enabled = true;
    std::string gazetteer;        ///< file of `newsmill gazetteer build`; empty = the built-in starter names
    std::string watchlist;        ///< YAML file of the operator's own names; empty = none
    double min_confidence = 0.5;  ///< below it an entity keeps its name and gets no id
  } tag_entities;

  struct ScoreTopics {
    bool enabled = true;
    std::string topics;  ///< folder of topic files; empty = the built-in starter pack
  } score_topics;

  struct Http {
    std::string listen = "127.0.0.1:9464";  ///< host:port; empty = no server
    std::vector<std::string> allowed_hosts;  ///< beside the listening address and localhost
  } http;

  struct Log {
    enum class Format { text, json } format = Format::text;
    enum class Level { debug, info, warning, error } level = Level::info;
  } log;
};

}  // namespace newsmill::config
