#pragma once
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace newsmill::test {

/// A child process of a test. It never outlives its owner: the destructor kills it, and the kernel
/// does when the thread that made it ends without (PR_SET_PDEATHSIG), so a Child belongs to a thread
/// that lives as long. Not thread-safe.
class Child {
 public:
  struct Options {
    std::vector<std::string> command;                ///< the program is looked up in PATH
    std::map<std::string, std::string> environment = {};  ///< added to the test's own
    std::filesystem::path folder = {};               ///< to start in; empty = the test's own
    std::filesystem::path out = {}, err = {};        ///< files to append to; empty = /dev/null; may be one file
    std::filesystem::path in = {};                   ///< file to read; empty = /dev/null
  };
  /// Throws std::system_error when no process can be made or `command` cannot be started.
  explicit Child(Options options);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return pid_; }
  bool running();
  /// Nothing happens when it has ended already.
  void signal(int number);
  /// Exit code, or 128 + signal; nothing when it still runs after `limit`.
  std::optional<int> wait(std::chrono::milliseconds limit);
  /// User and system time so far, of a process that still runs.
  std::chrono::milliseconds cpu_time() const;
  /// Resident bytes now ("VmRSS") or at most ("VmHWM"), of a process that still runs.
  std::size_t memory(const std::string& field) const;

 private:
  pid_t pid_ = -1;
  std::optional<int> ended_;
};

/// What `command` wrote to stdout and stderr, and how it ended. For tools that end by themselves:
/// killed after `limit`, which counts as code 137.
struct Finished {
  int code = 0;
  std::string output;
};
Finished run_to_end(std::vector<std::string> command, std::chrono::milliseconds limit,
                    std::filesystem::path folder = {});

/// A new empty folder under `parent`, named after this process and removed with everything in it at the end. Folders
/// that processes now dead left in `parent` are removed too, so that a crash leaves nothing for long.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(std::filesystem::path parent = std::filesystem::temp_directory_path());
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

std::string read_file(const std::filesystem::path& file);  ///< empty when it cannot be read
void write_file(const std::filesystem::path& file, const std::string& text);
/// The last `lines` lines of a file, for messages.
std::string tail_of(const std::filesystem::path& file, std::size_t lines = 20);

}  // namespace newsmill::test
