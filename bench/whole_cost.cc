// The whole chain with everything that a large installation gives it: a gazetteer of 900,000 names, a thousand
// topics, and a window of a million articles behind the referee. CPU time of one thread.
//   whole_cost DATA GAZETTEER [TOPICS]
// GAZETTEER is a file of `newsmill gazetteer build`. The topics are boolean queries made of the articles' own words:
// five of one article that must be there, two of others that must not. Lines of the result:
//   whole_us_<step>                     CPU microseconds an article in each step; referee = F, decision and V
//   whole_articles_per_second_per_core
//   whole_mb_{names,topics,window}      memory of each
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/corpus.h"
#include "bench/cpu_clock.h"
#include "bench/fingerprint_stream.h"
#include "config/load.h"
#include "consumer/knowledge.h"
#include "processors/catalogue.h"
#include "processors/dedup/referee.h"
#include "processors/score_topics/topics.h"
#include "processors/tag_entities/names.h"

namespace newsmill::bench {
namespace {

constexpr std::size_t kWindow = 1'000'000;
constexpr std::int64_t kWindowMs = std::int64_t{72} * 3'600'000;
constexpr int kRounds = 3;

double megabytes(std::size_t bytes) { return static_cast<double>(bytes) / (1 << 20); }

/// A folder of its own that goes with the process.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "newsmill-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a folder for the topics");
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

using Words = std::vector<std::string>;

/// Lower-case words of ASCII letters, each once.
Words words_of(const std::string& line) {
  std::set<std::string> words;
  std::string word;
  for (const char c : line) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (lower >= 'a' && lower <= 'z') word += lower;
    else if (!word.empty()) {
      if (word.size() > 2) words.insert(word);
      word.clear();
    }
  }
  return {words.begin(), words.end()};
}

void write_topics(const std::vector<std::string>& lines, std::size_t count, const std::string& folder) {
  std::mt19937 random(42);
  std::vector<Words> articles;
  for (std::size_t i = 0; i < lines.size(); i += 7)
    if (Words words = words_of(lines[i]); words.size() > 60) articles.push_back(std::move(words));
  const auto pick = [&](const auto& some) -> const auto& { return some[random() % some.size()]; };
  std::ofstream file(folder + "/topics.yaml");
  for (std::size_t i = 0; i < count; ++i) {
    const Words& article = pick(articles);
    file << "- topic: made-" << i << "\n  name: made-" << i << "\n  match: '";
    for (int must = 0; must < 5; ++must) file << "+" << pick(article) << ' ';
    for (int no = 0; no < 2; ++no) file << "-" << pick(pick(articles)) << ' ';
    file << "'\n";
  }
}

/// The referee with a full window, fed as a lane feeds it.
class Window {
 public:
  explicit Window(std::span<const Fingerprint> prints) : referee_({.articles = kWindow}), stream_(prints) {
    while (referee_.live() < kWindow - 64 && offset_ < static_cast<dedup::LogOffset>(2 * kWindow)) add(64);
  }
  void add(std::size_t count) {
    offsets_.clear();
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t now = static_cast<std::int64_t>(offset_) * kWindowMs / static_cast<std::int64_t>(kWindow);
      message_.fingerprint = stream_.next();
      message_.fingerprint.arrival_ms = message_.clock_ms = message_.sent_ms = now;
      offsets_.push_back(offset_);
      referee_.apply(message_, offset_++, now);
    }
    dedup::Referee::Decision decision = referee_.decide(offsets_);
    referee_.apply(dedup::VerdictsMessage{std::move(decision.verdicts), message_.sent_ms}, offset_, message_.sent_ms);
  }
  const dedup::Referee& referee() const { return referee_; }

 private:
  dedup::Referee referee_;
  FingerprintStream stream_;
  std::vector<dedup::LogOffset> offsets_;
  dedup::FingerprintMessage message_;
  dedup::LogOffset offset_ = 0;
};

int run(const std::string& data, const std::string& gazetteer, std::size_t topics) {
  const std::vector<std::string> lines = read_lines(data + "/news/bench-20k.jsonl.zst");
  const Folder folder;
  write_topics(lines, topics, folder.path());
  config::Diagnostics diagnostics;
  const config::Loaded loaded = config::load(
      {}, {"tag_entities.gazetteer=" + gazetteer, "score_topics.topics=" + folder.path()}, diagnostics);
  const auto known = consumer::load_knowledge(loaded, diagnostics);
  if (diagnostics.has_errors()) throw std::runtime_error(diagnostics.all().front().message);
  Pipeline pipeline = make_pipeline(loaded.settings, *known.knowledge);
  const InputDefaults defaults;

  std::vector<Fingerprint> prints;
  std::map<std::string, double> us;
  std::vector<double> chains;
  std::size_t names = 0, scored = 0;
  StageClock clock;
  for (int round = 0; round < kRounds; ++round) {
    double chain = 0;
    std::size_t records = 0;
    std::map<std::string_view, std::uint64_t> stage_ns;
    for (std::size_t i = 0; i < lines.size(); i += Batch::kMaxArticles) {
      Batch batch;
      for (std::size_t j = i; j < std::min(lines.size(), i + Batch::kMaxArticles); ++j) {
        Message message;
        message.topic = "bench";
        message.offset = static_cast<std::int64_t>(j);
        message.value = lines[j];
        message.defaults = &defaults;
        batch.add(message);
      }
      const double before = cpu_seconds();
      pipeline.run(batch, round == 0 ? &clock : nullptr);
      chain += cpu_seconds() - before;
      for (const StageCount& count : batch.counts) stage_ns[count.name] += count.nanoseconds;
      for (const Batch::Item& item : batch.items()) {
        if (item.error) continue;
        ++records;
        if (round > 0) continue;
        names += item.article.entities.size();
        scored += item.article.topics.size();
        if (item.article.fingerprint) prints.push_back(*item.article.fingerprint);
      }
    }
    if (records == 0) throw std::runtime_error("no article became a record");
    const auto per_article = 1e6 / static_cast<double>(records);
    if (round > 0) chains.push_back(chain * per_article);  // the first one warms up, and its clock calls cost
    for (const auto& [stage, ns] : stage_ns)
      if (round == 0) us[std::string(stage)] = static_cast<double>(ns) * 1e-9 * per_article;
  }
  if (prints.empty()) throw std::runtime_error("no article has a fingerprint");

  Window window(prints);
  constexpr std::size_t kTimed = 64 * 500;
  const double before = cpu_seconds();
  for (std::size_t i = 0; i < kTimed; i += 64) window.add(64);
  us["referee"] = (cpu_seconds() - before) * 1e6 / kTimed;

  std::ranges::sort(chains);
  for (const auto& [step, each] : us) std::printf("whole_us_%s=%.1f\n", step.c_str(), each);
  const double whole = chains[chains.size() / 2] + us["referee"];
  std::printf("whole_names_per_article=%.1f\n", static_cast<double>(names) / static_cast<double>(prints.size()));
  std::printf("whole_topics_per_article=%.2f\n", static_cast<double>(scored) / static_cast<double>(prints.size()));
  std::printf("whole_mb_names=%.0f\n", megabytes(known.knowledge->names->gazetteer->bytes()));
  std::printf("whole_mb_topics=%.1f\n", megabytes(known.knowledge->topics->queries()->bytes()));
  std::printf("whole_mb_window=%.0f\n", megabytes(window.referee().bytes()));
  std::printf("whole_articles_per_second_per_core=%.0f\n", 1e6 / whole);
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace newsmill::bench

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "whole_cost DATA GAZETTEER [TOPICS]\n");
    return 64;
  }
  try {
    return newsmill::bench::run(argv[1], argv[2], argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 1000);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "whole_cost: %s\n", exception.what());
    return EXIT_FAILURE;
  }
}
