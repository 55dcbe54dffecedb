// What the chain costs per article, as a multiple of what no program that reads and writes JSON can
// do without: RapidJSON parsing (iterative, validating) and writing the same articles. Both are
// timed in turns, batch by batch in one process, so that what else the machine does hits both.
//   chain_cost [DATA [ROUNDS]]     prints name=value lines, the last ones are the result
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <string>
#include <vector>

#include "bench/corpus.h"
#include "bench/cpu_clock.h"
#include "config/load.h"
#include "consumer/knowledge.h"
#include "processors/catalogue.h"

namespace newsmill::bench {
namespace {

using Lines = std::vector<const std::string*>;

void fill(Batch& batch, const Lines& lines, std::size_t begin, std::size_t end, const InputDefaults& defaults) {
  for (std::size_t i = begin; i < end; ++i) {
    Message message;
    message.topic = "bench";
    message.offset = static_cast<std::int64_t>(i);
    message.value = *lines[i];
    message.defaults = &defaults;
    batch.add(message);
  }
}

// Returns the bytes written, so that the work cannot be left out.
std::size_t parse_and_write(const Lines& lines, std::size_t begin, std::size_t end) {
  std::size_t bytes = 0;
  for (std::size_t i = begin; i < end; ++i) {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(lines[i]->data(),
                                                                                           lines[i]->size());
    if (document.HasParseError()) throw std::runtime_error("RapidJSON refuses line " + std::to_string(i));
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    document.Accept(writer);
    bytes += buffer.GetSize();
  }
  return bytes;
}

int run(const std::string& data, int rounds) {
  const std::vector<std::string> corpus = read_lines(data + "/news/bench-20k.jsonl.zst");
  config::Diagnostics diagnostics;
  const config::Loaded loaded = config::load({}, {}, diagnostics);
  const auto known = consumer::load_knowledge(loaded, diagnostics);
  Pipeline pipeline = make_pipeline(loaded.settings, *known.knowledge);
  const InputDefaults defaults;

  // Dead letters would make the chain look cheap, so only what becomes a record is timed.
  Lines all, articles;
  for (const std::string& line : corpus) all.push_back(&line);
  std::map<std::string, std::size_t> dead;
  for (std::size_t i = 0; i < all.size(); i += Batch::kMaxArticles) {
    Batch batch;
    fill(batch, all, i, std::min(all.size(), i + Batch::kMaxArticles), defaults);
    pipeline.run(batch);
    for (std::size_t j = 0; j < batch.items().size(); ++j) {
      const auto& error = batch.items()[j].error;
      if (error) ++dead[std::string(code_name(error->code))];
      else articles.push_back(all[i + j]);
    }
  }
  for (const auto& [code, count] : dead) std::printf("dead_letters_%s=%zu\n", code.c_str(), count);
  std::printf("articles=%zu\n", articles.size());

  std::map<std::string_view, std::uint64_t> stage_ns;
  StageClock clock;
  std::vector<double> ratios, rates;
  for (int round = 0; round < rounds; ++round) {
    double chain = 0, json = 0;
    std::size_t records = 0, written = 0;
    for (std::size_t i = 0; i < articles.size(); i += Batch::kMaxArticles) {
      const std::size_t end = std::min(articles.size(), i + Batch::kMaxArticles);
      const double before = cpu_seconds();
      {
        Batch batch;
        fill(batch, articles, i, end, defaults);
        pipeline.run(batch, round == 0 ? &clock : nullptr);
        for (const Batch::Item& item : batch.items()) records += !item.error;
        for (const StageCount& count : batch.counts) stage_ns[count.name] += count.nanoseconds;
      }
      const double between = cpu_seconds();
      written += parse_and_write(articles, i, end);
      chain += between - before;
      json += cpu_seconds() - between;
    }
    if (records != articles.size() || written == 0) throw std::runtime_error("two runs of the chain do not agree");
    if (round == 0) {  // warms up, and its clock calls cost: only the shares of the stages are kept
      for (const auto& [stage, ns] : stage_ns)
        std::printf("microseconds_per_article_%s=%.1f\n", std::string(stage).c_str(),
                    static_cast<double>(ns) / 1e3 / static_cast<double>(articles.size()));
      continue;
    }
    ratios.push_back(chain / json);
    rates.push_back(static_cast<double>(articles.size()) / chain);
  }
  std::ranges::sort(ratios);
  std::ranges::sort(rates);
  std::printf("articles_per_second_per_core=%.0f\n", rates[rates.size() / 2]);
  std::printf("chain_over_rapidjson=%.2f\n", ratios[ratios.size() / 2]);
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace newsmill::bench

int main(int argc, char** argv) {
  try {
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 6;
    return newsmill::bench::run(newsmill::bench::data_folder(argc, argv), std::max(2, rounds));
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "chain_cost: %s\n", exception.what());
    return EXIT_FAILURE;
  }
}
