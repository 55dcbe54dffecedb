// Each stage of the chain on 2,000 articles of bench-20k, per article. The sum is what chain_cost
// relates to RapidJSON; this shows where it goes.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "bench/board.h"
#include "bench/corpus.h"
#include "config/load.h"
#include "consumer/knowledge.h"
#include "processors/catalogue.h"

namespace newsmill::bench {
namespace {

constexpr std::size_t kArticles = 2000;

struct Chain {
  Chain() {
    lines = read_lines(data_folder(0, nullptr) + "/news/bench-20k.jsonl.zst");
    lines.resize(kArticles);
    config::Diagnostics diagnostics;
    loaded = config::load({}, {}, diagnostics);
    known = consumer::load_knowledge(loaded, diagnostics);
    for (const ProcessorType& type : catalogue()) stages.push_back(type.make(loaded.settings, *known.knowledge));
  }
  std::vector<std::string> lines;
  config::Loaded loaded;
  consumer::LoadedKnowledge known;
  std::vector<std::unique_ptr<Processor>> stages;
};

// A batch of articles that have come as far as `stage`; those that failed before are left out.
std::vector<Article*> come_to(std::size_t stage, Chain& chain, Batch& batch, std::size_t& next) {
  static const InputDefaults kDefaults;
  std::vector<Article*> ready;
  for (std::size_t i = 0; i < Batch::kMaxArticles; ++i) {
    Message message;
    message.value = chain.lines[next++ % kArticles];
    message.defaults = &kDefaults;
    Article& article = batch.add(message).article;
    bool good = true;
    for (std::size_t before = 0; before < stage && good; ++before) {
      Budget budget;
      Scratch scratch{batch.arena(), budget};
      good = chain.stages[before]->process(article, scratch).has_value();
    }
    if (good) ready.push_back(&article);
  }
  return ready;
}

void time_stage(benchmark::State& state, std::size_t stage) {
  static Chain chain;
  std::size_t next = 0, articles = 0, failed = 0;
  for (auto each : state) {
    (void)each;
    state.PauseTiming();
    auto batch = std::make_unique<Batch>();
    const std::vector<Article*> ready = come_to(stage, chain, *batch, next);
    state.ResumeTiming();
    for (Article* article : ready) {
      Budget budget;
      Scratch scratch{batch->arena(), budget};
      failed += !chain.stages[stage]->process(*article, scratch);
    }
    state.PauseTiming();
    articles += ready.size();
    batch.reset();
    state.ResumeTiming();
  }
  // decode refuses the HTML bodies; what it lets through reaches the end.
  if (articles == 0 || (stage > 0 && failed > 0)) state.SkipWithError("the stage does not do its work");
  state.SetItemsProcessed(static_cast<std::int64_t>(articles));
}

}  // namespace
}  // namespace newsmill::bench

int main(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 64;
  try {
    for (std::size_t i = 0; i < newsmill::catalogue().size(); ++i)
      benchmark::RegisterBenchmark(("chain_" + std::string(newsmill::catalogue()[i].name)).c_str(),
                                   [i](benchmark::State& state) { newsmill::bench::time_stage(state, i); });
    newsmill::bench::Board board;
    return benchmark::RunSpecifiedBenchmarks(&board) > 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chain_bench: %s\n", error.what());
    return 1;
  }
}
