#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <numeric>
#include <thread>

#include "bench/log_owner.h"
#include "bench/memory_run.h"
#include "bench/ready_articles.h"
#include "tests/chaos/articles.h"
#include "tests/support/data_folder.h"
#include "tests/support/instance.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/kafka_client.h"

/// What it costs that all instances give one answer about copies: `newsmill run` with the dedup log on a real Kafka
/// beside two that ask nobody, in turns within one run. All of them read the same articles of bench-20k.
///   log      as it is run: every fingerprint and verdict goes to Kafka and comes back
///   memory   the same chain, sketches and referee, the log in the process: what the shared log alone costs
///   off      `dedup.enabled: false`: no sketch, no referee
///   referee_cost [DATA]     ends in lines name=value
///     referee_throughput_over_memory, _over_off   articles a second, log ÷ the other: median of the rounds
///     referee_<mode>_us, _articles_per_second     CPU of the process for an article; wall
///     referee_<mode>_p50_ms, _p99_ms              from append to visible, at half of the rate of `log`
///     referee_added_p50_ms, _p99_ms               log − memory
///     referee_disk_bytes_full, _half, _trickle    on the broker's disk for an article: full speed, half load, 58/s
///     referee_replay_messages_per_second          of a log of 300,000 articles, at the start of an instance
namespace newsmill::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using test::KafkaRecord;

constexpr int kPartitions = 6, kRounds = 3, kTurns = 4;
constexpr std::array<const char*, 3> kModes{"log", "memory", "off"};
constexpr std::size_t kLog = 0, kMemory = 1, kOff = 2;

double seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

void wait_for(const std::string& what, const std::function<bool()>& condition) {
  const auto deadline = Clock::now() + 5min;
  while (!condition()) {
    if (Clock::now() > deadline) throw std::runtime_error(what + " takes longer than five minutes");
    std::this_thread::sleep_for(20ms);
  }
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

std::int64_t wall_ms() { return std::chrono::system_clock::now().time_since_epoch() / 1ms; }

/// An instance with topics of its own, which go with it.
class Running {
 public:
  Running(const std::filesystem::path& folder, const test::KafkaBroker& broker, test::KafkaClient& client,
          std::size_t mode, const std::string& name)
      : client_(client), name_(name), mode_(mode), instance_(folder, options(broker, mode, name)) {
    for (const char* role : {"raw", "enriched", "deadletter"})
      client_.create_topic(topic(role), kPartitions,
                           {{"max.message.bytes", std::to_string((std::strcmp(role, "raw") == 0 ? 8 : 10) << 20)}});
    if (mode_ != kOff) client_.create_dedup_log(topic("dedup"));
  }
  ~Running() {
    for (const char* role : {"raw", "enriched", "deadletter"}) client_.delete_topic(topic(role));
    if (mode_ != kOff) client_.delete_topic(topic("dedup"));
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  void start() {
    instance_.start();
    instance_.wait_until_ready();
  }
  void stop() { instance_.stop(); }
  std::string topic(const std::string& role) const { return name_ + "." + role; }
  test::Instance& instance() { return instance_; }
  /// Articles that are done with: records and dead letters.
  double done() {
    auto metrics = instance_.metrics();
    return metrics["newsmill_delivered_total"] + metrics["newsmill_dead_letter_total"];
  }

 private:
  static test::Instance::Options options(const test::KafkaBroker& broker, std::size_t mode, const std::string& name) {
    test::Instance::Options options{.binary = mode == kMemory ? "/proc/self/exe" : NEWSMILL_BINARY,
                                    .name = name,
                                    .bootstrap = broker.bootstrap(),
                                    .group = name,
                                    .inputs = {{.topic = name + ".raw"}},
                                    .enriched = name + ".enriched",
                                    .deadletter = name + ".deadletter",
                                    .more = "log:\n  level: error\ndedup:\n"};
    options.more += mode == kOff ? "  enabled: false\n" : "  topic: " + name + ".dedup\n  articles: 400000\n";
    return options;
  }

  test::KafkaClient& client_;
  const std::string name_;
  const std::size_t mode_;
  test::Instance instance_;
};

class RefereeCost {
 public:
  RefereeCost(std::vector<std::string> lines, const std::filesystem::path& data)
      : data_(data), broker_({.version = "3.9.2"}), client_(broker_.bootstrap()) {
    for (std::string& line : lines)
      records_.push_back({.key = std::to_string(records_.size()), .value = std::move(line)});
  }

  void measure() {
    for (int round = 0; round < kRounds; ++round)
      for (std::size_t mode = 0; mode < kModes.size(); ++mode)
        throughput((mode + static_cast<std::size_t>(round)) % kModes.size());
    for (std::size_t mode = 0; mode < kModes.size(); ++mode)
      fmt::print("{:7} {:6.0f} articles/s, {:6.1f} us of CPU an article\n", kModes[mode], median(rates_[mode]),
                 median(costs_[mode]));
    latency();
    trickle();
    replay();
    print();
  }

 private:
  std::unique_ptr<Running> make(std::size_t mode, const std::string& what) {
    return std::make_unique<Running>(folder_.path(), broker_, client_, mode,
                                     what + std::to_string(made_++) + "-" + kModes[mode]);
  }
  std::vector<KafkaRecord> some(std::size_t from, std::size_t count) const {
    const auto begin = records_.begin() + static_cast<std::ptrdiff_t>(std::min(from, records_.size()));
    return {begin, records_.begin() + static_cast<std::ptrdiff_t>(std::min(from + count, records_.size()))};
  }
  /// Bytes that the log of `run` has on the broker's disk.
  double disk(const Running& run) const {
    std::uintmax_t bytes = 0;
    for (const auto& file : std::filesystem::directory_iterator(broker_.data() / (run.topic("dedup") + "-0")))
      if (file.path().extension() == ".log") bytes += file.file_size();
    return static_cast<double>(bytes);
  }

  /// The input is full before the instance starts, so that nobody else works meanwhile.
  void throughput(std::size_t mode) {
    const auto run = make(mode, "full");
    client_.produce(run->topic("raw"), records_);
    run->instance().start();
    const auto all = static_cast<double>(records_.size());
    double first = 0;
    wait_for("the first commits", [&] { return (first = run->done()) > 0; });
    const auto start = Clock::now();
    const auto cpu = run->instance().child().cpu_time();
    double last = first;
    wait_for("the whole input", [&] { return (last = run->done()) >= all; });
    const double took = seconds(Clock::now() - start);
    const auto spent = std::chrono::duration<double, std::micro>(run->instance().child().cpu_time() - cpu).count();
    rates_[mode].push_back((last - first) / took);
    costs_[mode].push_back(spent / (last - first));
    if (mode == kLog) disk_full_ = disk(*run) / all;
    run->stop();
  }

  /// All modes at once, fed in turns, at half of the rate that `log` reached.
  void latency() {
    const double rate = median(rates_[kLog]) / 2;
    const auto turn = static_cast<std::size_t>(std::min(rate * 4, static_cast<double>(records_.size()) / kTurns));
    std::array<std::unique_ptr<Running>, kModes.size()> runs;
    std::array<std::vector<double>, kModes.size()> waits;
    std::vector<std::thread> readers;
    std::atomic<bool> ended = false;
    for (std::size_t mode = 0; mode < runs.size(); ++mode) {
      runs[mode] = make(mode, "half");
      runs[mode]->start();
      readers.emplace_back([&, mode] {
        test::KafkaReader records(broker_.bootstrap(), runs[mode]->topic("enriched"), kPartitions,
                                  test::KafkaView::committed);
        const std::size_t wanted = turn * kTurns * 99 / 100;  // the others are dead letters
        while (waits[mode].size() < wanted && !ended)
          if (const auto record = records.next(100ms))
            waits[mode].push_back(static_cast<double>(wall_ms() - record->timestamp));
      });
    }
    constexpr std::size_t kAtOnce = 10;
    for (int round = 0; round < kTurns; ++round)
      for (const auto& run : runs) {
        const auto start = Clock::now();
        for (std::size_t i = 0; i < turn; i += kAtOnce) {
          client_.produce(run->topic("raw"),
                          some(static_cast<std::size_t>(round) * turn + i, std::min(kAtOnce, turn - i)));
          std::this_thread::sleep_until(start + std::chrono::duration<double>(static_cast<double>(i + kAtOnce) / rate));
        }
        reached_ = static_cast<double>(turn) / seconds(Clock::now() - start);
      }
    const auto deadline = Clock::now() + 1min;
    const auto have_all = [&] {
      return std::ranges::all_of(waits, [&](const auto& each) { return each.size() >= turn * kTurns * 99 / 100; });
    };
    while (Clock::now() < deadline && !have_all()) std::this_thread::sleep_for(20ms);
    ended = true;
    for (std::thread& reader : readers) reader.join();
    for (std::size_t mode = 0; mode < runs.size(); ++mode) {
      std::ranges::sort(waits[mode]);
      if (waits[mode].size() < 100)
        throw std::runtime_error(std::string("hardly a record came out of ") + kModes[mode]);
      p50_[mode] = waits[mode][waits[mode].size() / 2];
      p99_[mode] = waits[mode][waits[mode].size() * 99 / 100];
      fmt::print(
          "{:7} append to visible p50 {:.0f} ms, p99 {:.0f} ms at {:.0f} articles/s\n", kModes[mode], p50_[mode],
          p99_[mode], reached_);
    }
    disk_half_ = disk(*runs[kLog]) / static_cast<double>(turn * kTurns);
    for (const auto& run : runs) run->stop();
  }

  /// One by one, as 5 million a day come: the framing of the broker's batches then counts most.
  void trickle() {
    const auto run = make(kLog, "trickle");
    run->start();
    const std::vector<KafkaRecord> few = some(0, 580);
    const auto start = Clock::now();
    for (std::size_t i = 0; i < few.size(); ++i) {
      client_.produce(run->topic("raw"), {few[i]});
      std::this_thread::sleep_until(start + std::chrono::duration<double>(static_cast<double>(i + 1) / 58));
    }
    wait_for("the trickle", [&] { return run->done() >= static_cast<double>(few.size()); });
    disk_trickle_ = disk(*run) / static_cast<double>(few.size());
    run->stop();
  }

  /// What the log's reader takes for a log that others have written.
  void replay() {
    const ReadyArticles ready(data_.string());
    const auto run = make(kLog, "replay");
    constexpr std::uint64_t kArticles = 300'000;
    // All of it within a minute or two: what was not sent when it is appended has no effect.
    LogOwner owner(ready.prints, 1'000'000'000, 6, wall_ms());
    Stretch stretch;
    std::size_t messages = 0;
    while (owner.articles() < kArticles) {
      stretch.clear();
      while (stretch.messages.size() < 20'000 && owner.articles() < kArticles) owner.append(stretch);
      std::vector<KafkaRecord> records;
      std::size_t begin = 0;
      for (const Stretch::Message& message : stretch.messages) {
        records.push_back({.partition = 0, .value = stretch.bytes.substr(begin, message.end - begin)});
        begin = message.end;
      }
      client_.produce(run->topic("dedup"), std::move(records));
      messages += stretch.messages.size();
    }
    run->start();
    auto metrics = run->instance().metrics();
    if (const double read = metrics["newsmill_dedup_log_messages_total"]; read < static_cast<double>(messages))
      throw std::runtime_error(fmt::format("{:.0f} of {} messages of the log were read", read, messages));
    if (const double without = metrics["newsmill_dedup_log_without_effect_total"]; without > 0)
      throw std::runtime_error(fmt::format("{:.0f} messages of the log have no effect", without));
    const double took = metrics["newsmill_dedup_log_replay_seconds"];
    replayed_ = static_cast<double>(messages) / took;
    replayed_articles_ = static_cast<double>(owner.articles()) / took;
    fmt::print("replay of {} messages of {} articles: {:.2f} s\n", messages, owner.articles(), took);
    run->stop();
  }

  void print() const {
    const auto over = [&](std::size_t mode) {
      std::vector<double> ratios;
      for (std::size_t i = 0; i < rates_[kLog].size(); ++i) ratios.push_back(rates_[kLog][i] / rates_[mode][i]);
      return median(ratios);
    };
    fmt::print(
        "referee_throughput_over_memory={:.3f}\n"
        "referee_throughput_over_off={:.3f}\n",
        over(kMemory), over(kOff));
    for (std::size_t mode = 0; mode < kModes.size(); ++mode)
      fmt::print(
          "referee_{0}_articles_per_second={1:.0f}\n"
          "referee_{0}_us={2:.1f}\n"
          "referee_{0}_p50_ms={3:.0f}\n"
          "referee_{0}_p99_ms={4:.0f}\n",
          kModes[mode], median(rates_[mode]), median(costs_[mode]), p50_[mode], p99_[mode]);
    fmt::print("referee_added_p50_ms={:.0f}\nreferee_added_p99_ms={:.0f}\n", p50_[kLog] - p50_[kMemory],
               p99_[kLog] - p99_[kMemory]);
    fmt::print(
        "referee_disk_bytes_full={:.0f}\n"
        "referee_disk_bytes_half={:.0f}\n"
        "referee_disk_bytes_trickle={:.0f}\n",
        disk_full_, disk_half_, disk_trickle_);
    fmt::print(
        "referee_replay_messages_per_second={:.0f}\n"
        "referee_replay_articles_per_second={:.0f}\n",
        replayed_, replayed_articles_);
  }

  const std::filesystem::path data_;
  test::TemporaryFolder folder_;
  test::KafkaBroker broker_;
  test::KafkaClient client_;
  std::vector<KafkaRecord> records_;
  int made_ = 0;
  std::array<std::vector<double>, kModes.size()> rates_, costs_;
  std::array<double, kModes.size()> p50_{}, p99_{};
  double reached_ = 0, disk_full_ = 0, disk_half_ = 0, disk_trickle_ = 0, replayed_ = 0, replayed_articles_ = 0;
};

}  // namespace
}  // namespace newsmill::bench

int main(int argc, char** argv) {
  using namespace newsmill;
  if (argc == 4 && std::strcmp(argv[1], "run") == 0) return bench::memory_run(argv[3]);  // as Instance starts it
  if (const std::string missing = test::why_no_kafka("3.9.2"); !missing.empty()) {
    fmt::print(stderr, "SKIPPED: cost of the referee. {}\n", missing);
    return 0;
  }
  try {
    const std::filesystem::path data = argc > 1 ? std::filesystem::path(argv[1]) : test::data_folder();
    std::vector<std::string> lines = chaos::compressed_lines(data / "news" / "bench-20k.jsonl.zst", 20'000);
    if (lines.empty()) {
      fmt::print(stderr, "SKIPPED: cost of the referee. {} holds no articles\n", data.string());
      return 0;
    }
    bench::RefereeCost(std::move(lines), data).measure();
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "referee_cost: {}\n", error.what());
    return 1;
  }
}
