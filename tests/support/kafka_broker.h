#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/kafka_install.h"

namespace newsmill::test {

/// A real Apache Kafka: one KRaft node (broker and controller) on free loopback ports, with its data in
/// a folder of its own that goes with it. The constructor returns when the broker answers a client.
/// Everything throws std::runtime_error, with the end of the broker's log, when that takes longer than
/// three minutes or the broker ends. Make it on a thread that outlives it (see Child).
class KafkaBroker {
 public:
  struct User {
    std::string name, password;
  };
  struct Options {
    std::string version;
    /// With users the broker has a second listener, SASL over TLS: PLAIN, SCRAM-SHA-256 and
    /// SCRAM-SHA-512 take these users, who may do everything but what KafkaClient::allow() has narrowed.
    /// Clients of the plain listener (the test itself) may do everything.
    std::vector<User> users = {};
    std::map<std::string, std::string> properties = {};  ///< of server.properties, added or put in place
  };
  explicit KafkaBroker(const Options& options);
  ~KafkaBroker();
  KafkaBroker(const KafkaBroker&) = delete;
  KafkaBroker& operator=(const KafkaBroker&) = delete;

  const std::string& version() const { return options_.version; }
  std::string bootstrap() const;                  ///< plain, no authentication, every right
  std::string secured_bootstrap() const;          ///< SASL over TLS; with users only
  std::filesystem::path authority() const;        ///< PEM: who signed the broker's certificate
  std::filesystem::path wrong_authority() const;  ///< PEM: who did not

  void kill();                    ///< -9; data stay
  void pause();                   ///< SIGSTOP: connections stay open, nothing answers
  void resume();                  ///< SIGCONT
  void stop();                    ///< SIGTERM, and waits for the orderly end
  void start();                   ///< on the same ports and data; returns when it answers
  void start_without_waiting();
  void wait_until_ready();
  bool running() { return process_ && process_->running(); }

  /// Of all lives of this broker. Kept as broker.log in the version's cache folder at the end.
  std::string log() const { return read_file(log_file()); }
  std::filesystem::path log_file() const { return folder_ / "broker.log"; }
  std::filesystem::path data() const { return folder_ / "data"; }  ///< log.dirs

 private:
  static const KafkaInstall& with_archive(const KafkaInstall& install);
  KafkaBroker(const KafkaInstall& install, const Options& options, std::vector<std::string> java);
  void secure();
  void format();

  const KafkaInstall& install_;
  Options options_;
  std::vector<std::string> java_;
  TemporaryFolder folder_;
  KafkaPorts ports_;
  std::unique_ptr<Child> process_;
};

/// Why no broker of `version` can be had here (no Java, no Maven, no jars), empty when it can. Installs it.
std::string why_no_kafka(const std::string& version);

}  // namespace newsmill::test
