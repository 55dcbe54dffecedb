#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <functional>
#include <numeric>
#include <thread>

#include "bench/copy_loop.h"
#include "bench/cpu_clock.h"
#include "config/load.h"
#include "consumer/knowledge.h"
#include "processors/catalogue.h"
#include "tests/chaos/articles.h"
#include "tests/support/data_folder.h"
#include "tests/support/instance.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/kafka_client.h"

/// What exactly-once on Kafka costs beside the chain itself, how long an article takes to become visible,
/// and what memory does while the broker is away: `newsmill run` on a real Kafka with bench-20k.
///   run_cost [DATA]     ends in lines name=value
namespace newsmill::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using test::KafkaRecord;

constexpr int kPartitions = 6;
constexpr int kRounds = 3;

double seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

void wait_for(const std::string& what, const std::function<bool()>& condition) {
  const auto deadline = Clock::now() + 10min;
  while (!condition()) {
    if (Clock::now() > deadline) throw std::runtime_error(what + " takes longer than ten minutes");
    std::this_thread::sleep_for(20ms);
  }
}

std::vector<KafkaRecord> records_of(const std::vector<std::string>& lines) {
  std::vector<KafkaRecord> records;
  for (const std::string& line : lines) records.push_back({.key = std::to_string(records.size()), .value = line});
  return records;
}

/// CPU microseconds of one thread for an article, through the chain alone, as a worker runs it.
double chain_cost(const std::vector<std::string>& lines) {
  config::Diagnostics diagnostics;
  const config::Loaded loaded = config::load({}, {}, diagnostics);
  const consumer::LoadedKnowledge knowledge = consumer::load_knowledge(loaded, diagnostics);
  Pipeline pipeline = make_pipeline(loaded.settings, *knowledge.knowledge);
  const InputDefaults defaults{Format::plain, ""};
  double spent = 0;
  for (std::size_t i = 0; i < lines.size();) {
    Batch batch;
    for (; i < lines.size() && !batch.full(); ++i) {
      Message message;
      message.topic = "raw";
      message.offset = static_cast<std::int64_t>(i);
      message.timestamp_ms = 1'700'000'000'000;
      message.value = lines[i];
      message.defaults = &defaults;
      batch.add(message);
    }
    const double before = cpu_seconds();
    pipeline.run(batch);
    spent += (cpu_seconds() - before) * 1e6;
  }
  return spent / static_cast<double>(lines.size());
}

class Cost {
 public:
  explicit Cost(std::vector<std::string> lines)
      : broker_({.version = "3.9.2"}), client_(broker_.bootstrap()), lines_(std::move(lines)) {}

  void measure(const std::string& self) {
    records_ = records_of(lines_);
    const double chain = chain_cost(lines_);
    fmt::print("chain alone                {:7.1f} us of CPU an article\n", chain);
    const double copy = copy_cost(self);
    fmt::print("bare copy, transactional   {:7.1f} us\n", copy);
    const double run = run_cost();
    fmt::print("newsmill run               {:7.1f} us, {:.0f} articles/s\n", run, rate_);
    latency();
    const auto [peak, growth] = memory_without_broker();
    fmt::print("chain_us={:.1f}\ncopy_us={:.1f}\nrun_us={:.1f}\nrun_over_copy={:.2f}\n", chain, copy, run,
               (run - chain) / copy);
    fmt::print("run_articles_per_second={:.0f}\nlatency_p50_ms={}\nlatency_p99_ms={}\n", rate_, p50_, p99_);
    fmt::print("rss_broker_away_mb={:.0f}\nrss_broker_away_growth_mb={:.0f}\n", peak, growth);
  }

 private:
  void topics(const std::string& name, const std::vector<std::string>& roles) {
    for (const std::string& role : roles)
      client_.create_topic(name + "." + role, kPartitions,
                           {{"max.message.bytes", std::to_string((role == "raw" ? 8 : 10) << 20)}});
  }
  void drop(const std::string& name, const std::vector<std::string>& roles) {
    for (const std::string& role : roles) client_.delete_topic(name + "." + role);
  }
  bool drained(const std::string& group, const std::string& topic) {
    const std::vector<std::int64_t> committed = client_.committed(group, topic);
    for (std::int32_t partition = 0; partition < kPartitions; ++partition)
      if (committed[static_cast<std::size_t>(partition)] < client_.end(topic, partition)) return false;
    return true;
  }

  /// Feeds everything at once and returns the CPU microseconds that `child` spends on an article.
  double cost_of(test::Child& child, const std::string& group, const std::string& topic) {
    std::vector<double> costs;
    for (int round = 0; round < kRounds; ++round) {
      const auto before = child.cpu_time();
      const auto start = Clock::now();
      client_.produce(topic, records_);
      wait_for(group, [&] { return drained(group, topic); });
      rate_ = static_cast<double>(records_.size()) / seconds(Clock::now() - start);
      const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(child.cpu_time() - before);
      costs.push_back(static_cast<double>(spent.count()) / static_cast<double>(records_.size()));
    }
    std::sort(costs.begin(), costs.end());
    return costs[costs.size() / 2];
  }

  double copy_cost(const std::string& self) {
    topics("copy", {"raw", "copied"});
    test::Child child({.command = {self, "--copy", broker_.bootstrap(), "copy.raw", "copy.copied"},
                       .err = folder_ / "copy.log"});
    const double cost = cost_of(child, "copy", "copy.raw");
    child.signal(SIGTERM);
    child.wait(1min);
    drop("copy", {"raw", "copied"});
    return cost;
  }

  test::Instance instance(const std::string& name) {
    topics(name, {"raw", "enriched", "deadletter"});
    client_.create_dedup_log(name + ".dedup");
    return {folder_.path(),
            {.binary = NEWSMILL_BINARY,
             .name = name,
             .bootstrap = broker_.bootstrap(),
             .group = name,
             .inputs = {{.topic = name + ".raw"}},
             .enriched = name + ".enriched",
             .deadletter = name + ".deadletter",
             .dedup = name + ".dedup",
             .more = "log:\n  level: error\n"}};
  }

  double run_cost() {
    test::Instance run = instance("run");
    run.start();
    run.wait_until_ready();
    const double cost = cost_of(run.child(), "run", "run.raw");
    run.stop();
    drop("run", {"raw", "enriched", "deadletter", "dedup"});
    return cost;
  }

  /// From append to visible for a read_committed reader, at half of the rate that was reached above.
  void latency() {
    test::Instance run = instance("latency");
    run.start();
    run.wait_until_ready();
    const double rate = rate_ / 2;
    const std::size_t count = std::min(records_.size(), static_cast<std::size_t>(rate * 20));
    std::vector<std::int64_t> waits;
    std::thread reader([&] {
      test::KafkaReader records(broker_.bootstrap(), "latency.enriched", kPartitions, test::KafkaView::committed);
      const auto deadline = Clock::now() + 2min;
      while (waits.size() < count * 99 / 100 && Clock::now() < deadline)
        if (const auto record = records.next(100ms))
          waits.push_back(std::chrono::system_clock::now().time_since_epoch() / 1ms - record->timestamp);
    });
    const auto start = Clock::now();
    constexpr std::size_t kAtOnce = 10;
    for (std::size_t i = 0; i < count; i += kAtOnce) {
      const auto end = records_.begin() + static_cast<std::ptrdiff_t>(std::min(i + kAtOnce, count));
      client_.produce("latency.raw", {records_.begin() + static_cast<std::ptrdiff_t>(i), end});
      std::this_thread::sleep_until(start + std::chrono::duration<double>(static_cast<double>(i + kAtOnce) / rate));
    }
    const double reached = static_cast<double>(count) / seconds(Clock::now() - start);
    reader.join();
    std::sort(waits.begin(), waits.end());
    p50_ = waits.empty() ? -1 : waits[waits.size() / 2];
    p99_ = waits.empty() ? -1 : waits[waits.size() * 99 / 100];
    fmt::print("append to visible          p50 {} ms, p99 {} ms at {:.0f} articles/s\n", p50_, p99_, reached);
    run.stop();
    drop("latency", {"raw", "enriched", "deadletter", "dedup"});
  }

  /// Peak MB while the broker is away for a minute and the input is full, and how much the second half of
  /// that minute is above the first.
  std::pair<double, double> memory_without_broker() {
    test::Instance run = instance("away");
    for (int round = 0; round < 3; ++round) client_.produce("away.raw", records_);
    run.start();
    run.wait_until_ready();
    wait_for("the first commit", [&] { return run.metrics()["newsmill_delivered_total"] > 2000; });
    broker_.pause();
    std::size_t first = 0, second = 0;
    const auto start = Clock::now();
    while (Clock::now() - start < 1min) {
      std::size_t& half = Clock::now() - start < 30s ? first : second;
      half = std::max(half, run.child().memory("VmRSS"));
      std::this_thread::sleep_for(100ms);
    }
    broker_.resume();
    wait_for("away", [&] { return drained("away", "away.raw"); });
    run.stop();
    constexpr double kMb = 1024 * 1024;
    return {static_cast<double>(std::max(first, second)) / kMb,
            (static_cast<double>(second) - static_cast<double>(first)) / kMb};
  }

  test::TemporaryFolder folder_;
  test::KafkaBroker broker_;
  test::KafkaClient client_;
  std::vector<std::string> lines_;
  std::vector<KafkaRecord> records_;
  double rate_ = 0;
  std::int64_t p50_ = -1, p99_ = -1;
};

}  // namespace
}  // namespace newsmill::bench

int main(int argc, char** argv) {
  using namespace newsmill;
  if (argc == 5 && std::strcmp(argv[1], "--copy") == 0) return bench::copy_loop(argv[2], argv[3], argv[4]);
  if (const std::string missing = test::why_no_kafka("3.9.2"); !missing.empty()) {
    fmt::print(stderr, "SKIPPED: cost of run. {}\n", missing);
    return 0;
  }
  try {
    const std::filesystem::path data = argc > 1 ? std::filesystem::path(argv[1]) : test::data_folder();
    std::vector<std::string> lines = chaos::compressed_lines(data / "news" / "bench-20k.jsonl.zst", 20'000);
    if (lines.empty()) {
      fmt::print(stderr, "SKIPPED: cost of run. {} holds no articles\n", data.string());
      return 0;
    }
    bench::Cost(std::move(lines)).measure("/proc/self/exe");
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "run_cost: {}\n", error.what());
    return 1;
  }
}
