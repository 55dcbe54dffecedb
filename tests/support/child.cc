#include "tests/support/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>

extern char** environ;

namespace newsmill::test {
namespace {

constexpr auto kStep = std::chrono::milliseconds(5);

std::vector<std::string> environment_with(const std::map<std::string, std::string>& added) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!added.contains(std::string(text.substr(0, text.find('='))))) all.emplace_back(text);
  }
  for (const auto& [name, value] : added) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

int opened(const std::filesystem::path& file, int flags) {
  const int fd = ::open(file.empty() ? "/dev/null" : file.c_str(), flags | O_CLOEXEC, 0644);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), file.string());
  return fd;
}

}  // namespace

Child::Child(Options options) {
  // A path is meant from here, not from the folder that the child starts in.
  if (std::string& program = options.command.front(); program.find('/') != std::string::npos)
    program = std::filesystem::absolute(program);
  std::vector<std::string> environment = environment_with(options.environment);
  std::vector<char*> arguments = pointers(options.command), variables = pointers(environment);
  const int in = opened(options.in, O_RDONLY), out = opened(options.out, O_WRONLY | O_CREAT | O_APPEND),
            err = opened(options.err, O_WRONLY | O_CREAT | O_APPEND);
  int report[2];
  if (::pipe2(report, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) {
    // Only async-signal-safe calls from here on: other threads of the test may hold locks.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);  // the parent died before the line above
    ::dup2(in, 0), ::dup2(out, 1), ::dup2(err, 2);
    sigset_t none;
    ::sigemptyset(&none), ::sigprocmask(SIG_SETMASK, &none, nullptr);
    int failed = options.folder.empty() ? 0 : ::chdir(options.folder.c_str());
    if (failed == 0) ::execvpe(arguments[0], arguments.data(), variables.data());
    failed = errno;
    if (::write(report[1], &failed, sizeof failed) < 0) ::_exit(126);
    ::_exit(127);
  }
  for (const int fd : {in, out, err, report[1]}) ::close(fd);
  int failed = pid_ < 0 ? errno : 0;
  if (pid_ > 0 && ::read(report[0], &failed, sizeof failed) <= 0) failed = 0;
  ::close(report[0]);
  if (failed == 0) return;
  if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
  throw std::system_error(failed, std::generic_category(), "cannot start " + options.command.front());
}

Child::~Child() {
  signal(SIGKILL);
  wait(std::chrono::minutes(1));
}

bool Child::running() { return !wait(std::chrono::milliseconds(0)); }

void Child::signal(int number) {
  if (!ended_) ::kill(pid_, number);
}

std::optional<int> Child::wait(std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!ended_) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    } else if (std::chrono::steady_clock::now() >= deadline) {
      return std::nullopt;
    } else {
      std::this_thread::sleep_for(kStep);
    }
  }
  return ended_;
}

std::chrono::milliseconds Child::cpu_time() const {
  const std::string stat = read_file("/proc/" + std::to_string(pid_) + "/stat");
  std::istringstream fields(stat.substr(std::min(stat.size(), stat.rfind(')') + 2)));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;  // proc(5): utime and stime are fields 14 and 15
  long long user = 0, system = 0;
  fields >> user >> system;
  return std::chrono::milliseconds((user + system) * 1000 / ::sysconf(_SC_CLK_TCK));
}

std::size_t Child::memory(const std::string& field) const {
  std::istringstream lines(read_file("/proc/" + std::to_string(pid_) + "/status"));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(field + ":")) return std::stoull(line.substr(field.size() + 1)) * 1024;
  return 0;
}

Finished run_to_end(std::vector<std::string> command, std::chrono::milliseconds limit, std::filesystem::path folder) {
  const TemporaryFolder temporary;
  const auto file = temporary / "output";
  Child child({.command = std::move(command), .folder = std::move(folder), .out = file, .err = file});
  std::optional<int> code = child.wait(limit);
  if (!code) {
    child.signal(SIGKILL);
    code = child.wait(std::chrono::minutes(1));
  }
  return {code.value_or(137), read_file(file)};
}

TemporaryFolder::TemporaryFolder(std::filesystem::path parent) {
  const std::string prefix = "newsmill-test-";
  std::filesystem::create_directories(parent);
  std::error_code ignored;  // another test may be cleaning at the same time
  for (const auto& entry : std::filesystem::directory_iterator(parent, ignored)) {
    const std::string name = entry.path().filename();
    pid_t owner = 0;
    if (!name.starts_with(prefix)) continue;
    std::from_chars(name.data() + prefix.size(), name.data() + name.size(), owner);
    if (owner > 0 && ::kill(owner, 0) != 0 && errno == ESRCH) std::filesystem::remove_all(entry.path(), ignored);
  }
  std::string name = parent / (prefix + std::to_string(::getpid()) + "-XXXXXX");
  if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

std::string tail_of(const std::filesystem::path& file, std::size_t lines) {
  const std::string text = read_file(file);
  std::size_t begin = text.size();
  for (std::size_t n = 0; begin > 0 && n <= lines; --begin)
    if (text[begin - 1] == '\n' && begin != text.size() && ++n == lines) break;
  return text.substr(begin);
}

}  // namespace newsmill::test
