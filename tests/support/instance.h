#pragma once
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/web.h"

namespace newsmill::test {

/// One `newsmill run` as a child process with a configuration, a port and a log of its own. Can be started
/// again after its end, as a service manager would. Not thread-safe; see Child about the thread.
class Instance {
 public:
  struct Input {
    std::string topic, format = "plain", source = {};
  };
  struct Options {
    std::string binary;
    std::string name;  ///< `instance` of the configuration
    std::string bootstrap;
    std::string group;
    std::vector<Input> inputs;
    std::string enriched, deadletter;
    std::string dedup = {};  ///< the dedup log's topic; empty = `more` says what dedup does
    std::map<std::string, std::string> kafka = {};   ///< further keys of the section, `lanes: 2`
    std::map<std::string, std::string> client = {};  ///< keys of librdkafka
    std::string more = {};                           ///< further sections as YAML
  };
  /// Files go to a folder of their own below `folder`.
  Instance(const std::filesystem::path& folder, Options options);

  const std::string& name() const { return options_.name; }
  std::filesystem::path config() const { return folder_ / "newsmill.yaml"; }
  std::filesystem::path log_file() const { return folder_ / "log"; }
  std::string log() const { return read_file(log_file()); }
  int port() const { return port_; }

  /// Takes other further sections from the next start on.
  void configure(std::string more);
  void start(const std::map<std::string, std::string>& environment = {});
  bool running() { return child_ && child_->running(); }
  bool frozen() const;  ///< stopped by SIGSTOP
  void signal(int number) { child_->signal(number); }
  Child& child() { return *child_; }
  std::optional<int> wait(std::chrono::milliseconds limit) { return child_->wait(limit); }
  /// SIGTERM; the exit code. Killed after a minute, which gives 137.
  int stop();

  bool ready();  ///< /readyz answers 200
  /// Throws with the end of the log when that does not come true within `limit` or the process ends.
  void wait_until_ready(std::chrono::milliseconds limit = std::chrono::minutes(2));
  /// Sums of the families of /metrics; empty when it cannot be had.
  std::map<std::string, double> metrics();

 private:
  Options options_;
  std::filesystem::path folder_;
  int port_;
  std::unique_ptr<Child> child_;
};

}  // namespace newsmill::test
