// What dedup costs an article: its sketch, and its way through the referee (F applied, decided, V applied) while the
// window holds 100,000 and a million articles, in batches of 64 as the lane makes them. The articles are those of
// bench-20k after the real steps; the window is filled with them again and again, each time with other keys, ids and
// texts, so that every round has the copies and series that the real one has and none with another round.
//   dedup_sketch_ns                 the step, without normalize
//   dedup_referee_<window>_ns       an article at that window
//   dedup_<window>_bytes_per_article
#include <benchmark/benchmark.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "bench/board.h"
#include "bench/corpus.h"
#include "bench/fingerprint_stream.h"
#include "bench/ready_articles.h"
#include "processors/core/sources.h"
#include "processors/dedup/fingerprint.h"
#include "processors/dedup/referee.h"

namespace newsmill::bench {
namespace {

const ReadyArticles& articles() {
  static const ReadyArticles kArticles(data_folder(0, nullptr));
  return kArticles;
}

void sketch(benchmark::State& state) {
  const ReadyArticles& all = articles();
  dedup::Sketcher sketcher;
  std::size_t next = 0;
  for (auto each : state) {
    (void)each;
    benchmark::DoNotOptimize(dedup::fingerprint_of(*all.articles[next], *all.known.knowledge->sources, sketcher));
    next = next + 1 == all.articles.size() ? 0 : next + 1;
  }
  state.SetItemsProcessed(state.iterations());
}

class Window {
 public:
  static constexpr std::size_t kBatch = 64;

  explicit Window(std::uint64_t window)
      : referee_({.articles = window}), step_ms_(static_cast<double>(kWindowMs) / static_cast<double>(window)) {
    for (std::uint64_t i = 0; i < window + kBatch; i += kBatch) add_batch();
  }

  void add_batch() {
    offsets_.clear();
    for (std::size_t i = 0; i < kBatch; ++i) {
      const auto now = static_cast<std::int64_t>(static_cast<double>(offset_) * step_ms_);
      message_.fingerprint = stream_.next();
      message_.fingerprint.arrival_ms = message_.clock_ms = message_.sent_ms = now;
      offsets_.push_back(offset_);
      referee_.apply(message_, offset_++, now);
    }
    dedup::Referee::Decision decision = referee_.decide(offsets_);
    joined_ += static_cast<std::uint64_t>(
        std::ranges::count_if(decision.verdicts, [](const auto& row) { return row.verdict.canonical.has_value(); }));
    referee_.apply(dedup::VerdictsMessage{std::move(decision.verdicts), message_.sent_ms}, offset_, message_.sent_ms);
  }
  const dedup::Referee& referee() const { return referee_; }
  std::uint64_t joined() const { return joined_; }

 private:
  static constexpr std::int64_t kWindowMs = std::int64_t{72} * 3'600'000;
  dedup::Referee referee_;
  double step_ms_;
  FingerprintStream stream_{articles().prints};
  std::vector<dedup::LogOffset> offsets_;
  dedup::FingerprintMessage message_;
  dedup::LogOffset offset_ = 0;
  std::uint64_t joined_ = 0;
};

std::vector<std::string> extra_lines;

void referee(benchmark::State& state, std::uint64_t size, const std::string& name) {
  static std::unique_ptr<Window> window;
  static std::uint64_t filled = 0;
  if (filled != size) {  // benchmarks are run several times to find the number of iterations
    window.reset();
    window = std::make_unique<Window>(filled = size);
    const auto live = static_cast<double>(window->referee().live());
    extra_lines.push_back(name + "_bytes_per_article=" +
                          std::to_string(static_cast<int>(static_cast<double>(window->referee().bytes()) / live)));
  }
  for (auto each : state) {
    (void)each;
    window->add_batch();
  }
  const std::size_t live = window->referee().live();
  if (live < size - Window::kBatch || live > size + 2 * Window::kBatch)
    state.SkipWithError("the window does not hold what it should");
  if (window->joined() == 0) state.SkipWithError("no copy was found among articles that have some");
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(Window::kBatch));
}

}  // namespace
}  // namespace newsmill::bench

int main(int count, char** arguments) {
  using namespace newsmill::bench;
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 64;
  try {
    benchmark::RegisterBenchmark("dedup_sketch", sketch);
    benchmark::RegisterBenchmark("dedup_referee_100k",
                                 [](benchmark::State& state) { referee(state, 100'000, "dedup_100k"); });
    benchmark::RegisterBenchmark("dedup_referee_1m",
                                 [](benchmark::State& state) { referee(state, 1'000'000, "dedup_1m"); });
    Board board;
    const bool ran = benchmark::RunSpecifiedBenchmarks(&board) > 0;
    for (const std::string& line : extra_lines) std::printf("%s\n", line.c_str());
    return ran ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "dedup_bench: %s\n", error.what());
    return 1;
  }
}
