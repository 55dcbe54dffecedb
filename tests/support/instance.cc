#include "tests/support/instance.h"

#include <signal.h>

#include <stdexcept>
#include <thread>

namespace newsmill::test {
namespace {

using std::chrono_literals::operator""min;
using std::chrono_literals::operator""ms;

/// YAML's single quotes: nothing is special inside but the quote.
std::string quoted(const std::string& text) {
  std::string all = "'";
  for (const char c : text) all += c == '\'' ? std::string("''") : std::string(1, c);
  return all + "'";
}

std::string yaml(const Instance::Options& options, int port) {
  std::string text = "instance: " + quoted(options.name) + "\nkafka:\n  brokers: " + quoted(options.bootstrap) +
                     "\n  group: " + quoted(options.group) + "\n";
  for (const auto& [key, value] : options.kafka) text += "  " + key + ": " + value + "\n";
  if (!options.client.empty()) text += "  client:\n";
  for (const auto& [key, value] : options.client) text += "    " + key + ": " + quoted(value) + "\n";
  text += "input:\n  topics:\n";
  for (const Instance::Input& input : options.inputs) {
    text += "    - name: " + quoted(input.topic) + "\n      format: " + input.format + "\n";
    if (!input.source.empty()) text += "      source: " + quoted(input.source) + "\n";
  }
  if (!options.dedup.empty()) text += "dedup:\n  topic: " + quoted(options.dedup) + "\n";
  return text + "output:\n  enriched: " + quoted(options.enriched) + "\n  deadletter: " + quoted(options.deadletter) +
         "\nhttp:\n  listen: '127.0.0.1:" + std::to_string(port) + "'\n" + options.more;
}

}  // namespace

Instance::Instance(const std::filesystem::path& folder, Options options)
    : options_(std::move(options)), folder_(folder / options_.name), port_(free_port()) {
  std::filesystem::create_directories(folder_);
  write_file(config(), yaml(options_, port_));
}

void Instance::configure(std::string more) {
  options_.more = std::move(more);
  write_file(config(), yaml(options_, port_));
}

void Instance::start(const std::map<std::string, std::string>& environment) {
  child_.reset();
  child_ = std::make_unique<Child>(Child::Options{.command = {options_.binary, "run", "--config", config()},
                                                  .environment = environment,
                                                  .folder = folder_,
                                                  .out = log_file(),
                                                  .err = log_file()});
}

bool Instance::frozen() const {
  const std::string stat = read_file("/proc/" + std::to_string(child_->pid()) + "/stat");
  const std::size_t state = stat.rfind(')') + 2;  // proc(5): the state follows the name in parentheses
  return state < stat.size() && stat[state] == 'T';
}

int Instance::stop() {
  signal(SIGTERM);
  if (const std::optional<int> code = wait(1min)) return *code;
  signal(SIGKILL);
  return wait(1min).value_or(137);
}

bool Instance::ready() {
  const std::optional<WebAnswer> answer = web_get(port_, "/readyz", 2000ms);
  return answer && answer->status == 200;
}

void Instance::wait_until_ready(std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!ready()) {
    const bool ended = !running();
    if (ended || std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("instance " + name() + (ended ? " ended" : " is not ready") + "; its log ends with\n" +
                               tail_of(log_file()));
    std::this_thread::sleep_for(20ms);
  }
}

std::map<std::string, double> Instance::metrics() {
  const std::optional<WebAnswer> answer = web_get(port_, "/metrics");
  return answer && answer->status == 200 ? metric_sums(answer->body) : std::map<std::string, double>{};
}

}  // namespace newsmill::test
