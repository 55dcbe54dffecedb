#include "tests/support/memory_lane.h"

#include <utility>

namespace newsmill::test {

using namespace std::chrono_literals;

void create_topics(MemoryBroker& broker, int partitions, std::size_t limit) {
  broker.create("raw", partitions, limit);
  broker.create("enriched", partitions, limit);
  broker.create("deadletter", 1, limit);
}

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

consumer::Plan MemoryLane::fast_plan() {
  consumer::Plan plan;
  plan.inputs["raw"] = {};
  plan.enriched = "enriched";
  plan.deadletter = "deadletter";
  plan.instance = "test";
  plan.transaction_interval = 5ms;
  plan.idle_wait = 5ms;
  plan.retry_pause = 1ms;
  plan.restart_pause = plan.restart_pause_max = 1ms;
  return plan;
}

namespace {

config::Settings::Log everything() {
  config::Settings::Log settings;
  settings.level = config::Settings::Log::Level::debug;
  return settings;
}

}  // namespace

MemoryLane::MemoryLane(MemoryBroker& broker, FunctionStep::Function step, std::size_t workers,
                       const std::string& suspects_file)
    : suspects(suspects_file, workers), broker_(broker),
      logger_(everything(), [this](std::string_view line) { write(line); }, [] { return consumer::Logger::Time{}; }),
      workers_(workers, memory_chain(std::move(step)), suspects) {}

void MemoryLane::write(std::string_view line) {
  const std::lock_guard lock(mutex_);
  log_lines_ += line;
}

MemoryLane::~MemoryLane() {
  if (!thread_.joinable()) return;
  lane_->drain();
  thread_.join();
}

void MemoryLane::start() {
  lane_ = std::make_unique<consumer::Lane>(
      number, plan,
      consumer::Surroundings{broker_.ports("test", {"raw"}), pool ? *pool : workers_, suspects,
                             failpoints ? *failpoints : unarmed_, meter, health.part(consumer::Component::lane),
                             health.part(consumer::Component::topics), logger_, on_committed, dedup});
  thread_ = std::thread([this] {
    code_ = lane_->run();
    ended_ = true;
  });
}

std::optional<int> MemoryLane::wait_for_end(std::chrono::milliseconds limit) {
  if (!eventually([this] { return ended_.load(); }, limit)) return std::nullopt;
  return code_;
}

std::string MemoryLane::log() const {
  const std::lock_guard lock(mutex_);
  return log_lines_;
}

int MemoryLane::logged(const std::string& kind) const {
  const std::string all = log();
  int count = 0;
  for (const std::string end : {" ", "\n"}) {
    const std::string wanted = "kind=" + kind + end;
    for (std::size_t at = all.find(wanted); at != std::string::npos; at = all.find(wanted, at + 1)) ++count;
  }
  return count;
}

}  // namespace newsmill::test
