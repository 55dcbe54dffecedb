#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace newsmill::test {

/// One version of Apache Kafka on this machine: its jars, which Maven resolves as it is set up here, and
/// a formatted data folder. Lives in a cache folder, build/kafka/VERSION or
/// $NEWSMILL_KAFKA_CACHE/VERSION; some 100 MB each.
struct KafkaInstall {
  std::string version;
  std::filesystem::path folder;     ///< of everything below
  std::string classpath;            ///< the same string every time: the archive is only good for it
  std::filesystem::path archive;    ///< of loaded classes (AppCDS), cuts a start to a third; made by KafkaBroker
  std::filesystem::path formatted;  ///< an empty data folder: copy it, never start on it
};

/// Folder above the versions.
std::filesystem::path kafka_cache();

/// Installs `version` if the cache has it not; processes that ask at the same time wait for the first.
/// Takes seconds, once. Throws std::runtime_error with the words of what failed.
const KafkaInstall& kafka_install(const std::string& version);

/// Loopback ports of a node.
struct KafkaPorts {
  int plain = 0, controller = 0;
  int secured = 0;  ///< 0 = no such listener
};

/// server.properties of a node that is broker and controller, for small tests: no replication, one
/// partition for each internal topic, short waits. `more` is added, or put in place.
std::string kafka_properties(const KafkaPorts& ports, const std::filesystem::path& data,
                             const std::map<std::string, std::string>& more);

/// The start of a command that runs a class of Kafka: small heap, quick compiler.
std::vector<std::string> kafka_java(const KafkaInstall& install, const std::vector<std::string>& options,
                                    const std::string& main_class);

/// Formats the data folder that `properties` names. `words` go to Kafka's own StorageTool.
void kafka_format(const KafkaInstall& install, const std::filesystem::path& properties,
                  const std::vector<std::string>& words);

}  // namespace newsmill::test
