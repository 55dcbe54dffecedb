#include "tests/support/kafka_install.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "tests/support/child.h"

namespace newsmill::test {
namespace {

namespace fs = std::filesystem;
using std::chrono_literals::operator""min;

// slf4j-simple 1.7 because Kafka brings slf4j-api 1.7; it logs to stderr and wants no configuration.
std::string pom(const std::string& version) {
  return "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion>\n"
         " <groupId>newsmill.test</groupId><artifactId>kafka</artifactId><version>1</version>\n"
         " <packaging>pom</packaging>\n"
         " <dependencies>\n"
         "  <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>" +
         version +
         "</version></dependency>\n"
         "  <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version>"
         "</dependency>\n"
         " </dependencies></project>\n";
}

/// Held by one process at a time; the kernel lets go when that process ends.
class Lock {
 public:
  explicit Lock(const fs::path& file) : fd_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    if (fd_ < 0 || ::flock(fd_, LOCK_EX) != 0) throw std::system_error(errno, std::generic_category(), file.string());
  }
  ~Lock() { ::close(fd_); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  int fd_;
};

void expect_success(const std::string& what, std::vector<std::string> command, std::chrono::milliseconds limit) {
  const Finished finished = run_to_end(std::move(command), limit);
  if (finished.code == 0) return;
  const std::size_t kept = std::min<std::size_t>(finished.output.size(), 2000);
  throw std::runtime_error(what + " ended with code " + std::to_string(finished.code) + ":\n" +
                           finished.output.substr(finished.output.size() - kept));
}

std::string joined_jars(const fs::path& folder) {
  std::vector<std::string> jars;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".jar") jars.push_back(entry.path());
  std::sort(jars.begin(), jars.end());
  std::string all;
  for (const std::string& jar : jars) all += (all.empty() ? "" : ":") + jar;
  return all;
}

void resolve_jars(const KafkaInstall& install, const fs::path& jars) {
  const fs::path descriptor = install.folder / "pom.xml";
  write_file(descriptor, pom(install.version));
  expect_success("Maven",
                 {"mvn", "-B", "-q", "-f", descriptor,
                  "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies",
                  "-DincludeScope=runtime", "-DoutputDirectory=" + jars.string()},
                 5min);
}

void install_into(KafkaInstall& install) {
  const fs::path jars = install.folder / "jars", done = install.folder / "installed";
  if (fs::exists(done)) {
    install.classpath = joined_jars(jars);
    return;
  }
  fs::remove_all(install.folder);
  fs::create_directories(install.folder);
  resolve_jars(install, jars);
  install.classpath = joined_jars(jars);
  const fs::path properties = install.folder / "format.properties";
  write_file(properties, kafka_properties({.plain = 1, .controller = 2, .secured = 0}, install.formatted, {}));
  kafka_format(install, properties, {});
  write_file(done, install.version + "\n");
}

}  // namespace

fs::path kafka_cache() {
  const char* chosen = std::getenv("NEWSMILL_KAFKA_CACHE");
  return chosen != nullptr && *chosen != '\0' ? fs::path(chosen) : fs::absolute(NEWSMILL_SOURCE_DIR) / "build" / "kafka";
}

std::string kafka_properties(const KafkaPorts& ports, const fs::path& data,
                             const std::map<std::string, std::string>& more) {
  const std::string plain = "PLAIN://127.0.0.1:" + std::to_string(ports.plain);
  const std::string secured =
      ports.secured == 0 ? "" : ",SECURED://127.0.0.1:" + std::to_string(ports.secured);
  const std::string controller = "127.0.0.1:" + std::to_string(ports.controller);
  std::map<std::string, std::string> properties{
      {"process.roles", "broker,controller"},
      {"node.id", "1"},
      {"controller.quorum.voters", "1@" + controller},
      {"listeners", plain + secured + ",CONTROLLER://" + controller},
      {"advertised.listeners", plain + secured},
      {"controller.listener.names", "CONTROLLER"},
      {"inter.broker.listener.name", "PLAIN"},
      {"listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAIN:PLAINTEXT,SECURED:SASL_SSL"},
      {"log.dirs", data.string()},
      {"auto.create.topics.enable", "false"},
      {"offsets.topic.num.partitions", "1"},
      {"offsets.topic.replication.factor", "1"},
      {"transaction.state.log.num.partitions", "1"},
      {"transaction.state.log.replication.factor", "1"},
      {"transaction.state.log.min.isr", "1"},
      {"group.initial.rebalance.delay.ms", "0"},
      {"group.min.session.timeout.ms", "1000"},  // tests that freeze a member must not wait long
      // A killed broker may come back only when its last session has ended.
      {"broker.heartbeat.interval.ms", "500"},
      {"broker.session.timeout.ms", "4000"},
      {"num.network.threads", "2"},
      {"num.io.threads", "4"},
      {"num.recovery.threads.per.data.dir", "2"},
      {"log.segment.bytes", "16777216"},  // a killed broker reads all of the last segment again
      {"log.cleaner.dedupe.buffer.size", "16777216"},
  };
  for (const auto& [name, value] : more) properties[name] = value;
  std::string text;
  for (const auto& [name, value] : properties) text += name + "=" + value + "\n";
  return text;
}

std::vector<std::string> kafka_java(const KafkaInstall& install, const std::vector<std::string>& options,
                                    const std::string& main_class) {
  std::vector<std::string> command{"java",
                                   "-Xmx256m",
                                   "-XX:+UseSerialGC",
                                   "-XX:TieredStopAtLevel=1",
                                   "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                                   "-Dorg.slf4j.simpleLogger.showDateTime=true",
                                   "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS"};
  command.insert(command.end(), options.begin(), options.end());
  command.insert(command.end(), {"-cp", install.classpath, main_class});
  return command;
}

void kafka_format(const KafkaInstall& install, const fs::path& properties, const std::vector<std::string>& words) {
  // Any 16 bytes in base64 will do as the id of a cluster of one.
  std::vector<std::string> command = kafka_java(install, {}, "kafka.tools.StorageTool");
  command.insert(command.end(), {"format", "-t", "AAAAAAAAAAAAAAAAAAAAAQ", "-c", properties});
  command.insert(command.end(), words.begin(), words.end());
  expect_success("kafka.tools.StorageTool", std::move(command), 2min);
}

const KafkaInstall& kafka_install(const std::string& version) {
  static std::map<std::string, std::unique_ptr<KafkaInstall>> installed;
  std::unique_ptr<KafkaInstall>& install = installed[version];
  if (install) return *install;
  const fs::path folder = kafka_cache() / version;
  fs::create_directories(kafka_cache());
  const Lock lock(kafka_cache() / (version + ".lock"));
  auto made = std::make_unique<KafkaInstall>(
      KafkaInstall{version, folder, {}, folder / "classes.jsa", folder / "formatted"});
  install_into(*made);
  install = std::move(made);
  return *install;
}

}  // namespace newsmill::test
