// The gazetteer (processors/tag_entities): how long the names of the development data take to build and open,
// how large they are, and what one pass of leftmost-longest look-up costs over the first 2,000 bodies of bench-20k.
// Two sets: what `newsmill gazetteer build` makes of the data (gazetteer_*), and every distinct name of it as one
// bare list (gazetteer_all_names_*), the same that bench/peers/daachorse gets; with `export FOLDER` that list and the
// bodies are written for it. CPU time of one thread, the best of five rounds.

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <unordered_set>
#include <vector>

#include "bench/corpus.h"
#include "bench/cpu_clock.h"
#include "consumer/names.h"
#include "processors/tag_entities/gazetteer.h"
#include "processors/tag_entities/gazetteer_builder.h"
#include "processors/tag_entities/name_lists.h"
#include "processors/text/tokens.h"

namespace newsmill::bench {
namespace {

using namespace tag_entities;

constexpr std::size_t kBodies = 2000;
constexpr int kRounds = 5;

void print(const std::string& name, double value) { std::printf("%s=%.6g\n", name.c_str(), value); }

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + '\n';
  return text;
}

std::string built(const std::string& names, const std::string& titles) {
  NameLists lists = consumer::starter_lists();
  consumer::add_kinds(lists);
  for (const std::string* text : {&names, &titles})
    if (const auto read = lists.read(*text, "data"); !read.error.empty()) throw std::runtime_error(read.error);
  BuildSum sum;
  return lists.build(sum);
}

/// Every distinct name as a thing of its own.
std::string built_bare(const std::vector<std::string>& names) {
  GazetteerBuilder builder;
  const auto thing = builder.add_entity({.name = "thing"});
  for (const auto& name : names) builder.add_name(name, thing);
  return builder.build();
}

std::shared_ptr<const Gazetteer> opened(std::string bytes) {
  std::string error;
  auto gazetteer = Gazetteer::from_bytes(std::move(bytes), error);
  if (!gazetteer) throw std::runtime_error(error);
  return gazetteer;
}

/// Names found leftmost-longest, none inside another.
std::size_t pass(const Gazetteer& gazetteer, const std::pmr::vector<text::Token>& tokens) {
  std::size_t hits = 0;
  for (std::size_t at = 0; at < tokens.size();) {
    std::size_t end = 0;
    if (gazetteer.may_start(tokens[at].hash)) {
      Node node = gazetteer.step(gazetteer.root(), tokens[at].hash);
      for (std::size_t next = at + 1; node.valid(); ++next) {
        if (!gazetteer.candidates(node).empty()) end = next;
        if (node.leaf() || next == tokens.size()) break;
        node = gazetteer.step(node, tokens[next].hash);
      }
    }
    hits += end != 0;
    at = end != 0 ? end : at + 1;
  }
  return hits;
}

void measure(const std::string& prefix, const Gazetteer& gazetteer, const std::vector<Story>& stories) {
  double tokenizing = 1e9, matching = 1e9;
  std::size_t hits = 0, bytes = 0;
  std::pmr::vector<text::Token> tokens;
  for (int round = 0; round < kRounds; ++round) {
    double begin = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (const Story& story : stories) {
      tokens.clear();
      text::tokenize(story.body, text::Field::body, 0, tokens);
    }
    tokenizing = std::min(tokenizing, cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - begin);
    begin = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
    std::size_t found = 0;
    bytes = 0;
    for (const Story& story : stories) {
      tokens.clear();
      text::tokenize(story.body, text::Field::body, 0, tokens);
      found += pass(gazetteer, tokens);
      bytes += story.body.size();
    }
    matching = std::min(matching, cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - begin);
    if (round > 0 && found != hits) throw std::runtime_error("two rounds found different names");
    hits = found;
  }
  const double count = static_cast<double>(stories.size());
  print(prefix + "_pass_us_per_article", matching / count * 1e6);
  print(prefix + "_pass_without_tokens_us_per_article", std::max(0.0, matching - tokenizing) / count * 1e6);
  print(prefix + "_pass_mb_per_s", static_cast<double>(bytes) / 1e6 / matching);
  print(prefix + "_hits", static_cast<double>(hits));
}

void write_exports(const std::string& folder, const std::vector<std::string>& names,
                   const std::vector<Story>& stories) {
  std::ofstream list(folder + "/names.txt", std::ios::binary), bodies(folder + "/bodies.bin", std::ios::binary);
  list << joined(names);
  for (const Story& story : stories) {
    const auto size = static_cast<std::uint32_t>(story.body.size());
    char head[4];
    std::memcpy(head, &size, sizeof size);
    bodies.write(head, sizeof head);
    bodies << story.body;
  }
  if (!list || !bodies) throw std::runtime_error("cannot write in " + folder);
}

int run(const std::string& data, const std::string& exports) {
  const std::vector<std::string> rows = read_lines(data + "/entities/gazetteer-merged.tsv.zst");
  std::unordered_set<std::string> seen;
  std::vector<std::string> names;
  for (std::size_t i = 1; i < rows.size(); ++i)
    if (std::string name = rows[i].substr(0, rows[i].find('\t')); name.size() > 1 && seen.insert(name).second)
      names.push_back(std::move(name));
  const std::vector<Story> stories = read_stories(data + "/news/bench-20k.jsonl.zst", kBodies);
  if (!exports.empty()) {
    write_exports(exports, names, stories);
    return 0;
  }
  const std::string list = joined(rows), titles = joined(read_lines(data + "/entities/enwiki-qid.tsv.zst"));
  double begin = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
  std::string bytes = built(list, titles);
  print("gazetteer_build_s", cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - begin);
  print("gazetteer_file_mb", static_cast<double>(bytes.size()) / 1e6);
  begin = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
  const auto gazetteer = opened(std::move(bytes));
  print("gazetteer_open_ms", (cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - begin) * 1e3);
  print("gazetteer_names", static_cast<double>(gazetteer->names()));
  print("gazetteer_entities", static_cast<double>(gazetteer->entities()));
  measure("gazetteer", *gazetteer, stories);

  begin = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
  const auto bare = opened(built_bare(names));
  print("gazetteer_all_names_build_s", cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - begin);
  print("gazetteer_all_names", static_cast<double>(names.size()));
  print("gazetteer_all_names_mb", static_cast<double>(bare->bytes()) / 1e6);
  measure("gazetteer_all_names", *bare, stories);

  begin = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
  const auto starter = consumer::builtin_gazetteer();
  print("gazetteer_starter_ms", (cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - begin) * 1e3);
  print("gazetteer_starter_names", static_cast<double>(starter->names()));
  return 0;
}

}  // namespace
}  // namespace newsmill::bench

/// gazetteer_bench [DATA] [export FOLDER]; options of Google Benchmark are passed over.
int main(int count, char** arguments) {
  std::vector<char*> kept;
  std::string exports;
  for (int i = 0; i < count; ++i) {
    if (std::strncmp(arguments[i], "--", 2) == 0) continue;
    if (std::strcmp(arguments[i], "export") == 0 && i + 1 < count) exports = arguments[++i];
    else kept.push_back(arguments[i]);
  }
  try {
    return newsmill::bench::run(newsmill::bench::data_folder(static_cast<int>(kept.size()), kept.data()), exports);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "gazetteer_bench: %s\n", error.what());
    return 66;
  }
}
