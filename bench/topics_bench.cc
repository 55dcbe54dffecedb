// Stored queries against articles (processors/score_topics): CPU time of one thread per article, tokens made
// before, documents laid out and candidates included. The first 2,000 articles of bench-20k are matched; the
// queries are made as the workloads W1 and W5 are made elsewhere (five words of one article that must be there,
// two of others that must not; W5 their first four letters as wildcards), of words of the articles behind
// those, seeded. Each workload is checked on 100 articles against asking every query.
//
// Without counts the set judges by itself which words are rare; `_counted` has counts of the other articles.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <new>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bench/corpus.h"
#include "bench/cpu_clock.h"
#include "processors/core/budget.h"
#include "processors/score_topics/evaluator.h"
#include "processors/score_topics/query_parser.h"
#include "processors/text/tokens.h"
#include "processors/text/unicode.h"
#include "tests/support/text_article.h"

namespace {
std::size_t allocations = 0;
}

// Counted, because an evaluator is to allocate nothing once it has seen its articles.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace newsmill::bench {
namespace {

using namespace score_topics;

constexpr std::size_t kMatched = 2000;

/// Words of articles, folded, as queries can name them.
struct Words {
  std::vector<std::vector<std::string>> all, distinct;
  std::unordered_map<std::uint64_t, double> share;
};

bool usable(std::string_view word) {
  return !word.empty() && word.size() <= 24 && std::ranges::all_of(word, [](char c) {
           return static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
         });
}

Words words_of(const std::vector<Story>& stories) {
  Words words;
  for (std::size_t i = kMatched; i < stories.size(); ++i) {
    const test::TextArticle text(stories[i].title, stories[i].body);
    std::vector<std::string> all;
    std::set<std::uint64_t> hashes;
    for (const text::Token& token : text.article().tokens) {
      const std::string_view whole =
          token.field == text::Field::headline ? text.article().headline : text.article().body;
      std::string folded;
      text::fold(whole.substr(token.begin, token.end - token.begin), folded);
      hashes.insert(token.hash);
      if ((token.flags & text::kIdeographic) == 0 && usable(folded)) all.push_back(std::move(folded));
    }
    for (const std::uint64_t hash : hashes) words.share[hash] += 1;
    if (all.size() <= 60) continue;
    std::vector<std::string> distinct = all;
    std::ranges::sort(distinct);
    const auto doubles = std::ranges::unique(distinct);
    distinct.erase(doubles.begin(), doubles.end());
    words.all.push_back(std::move(all));
    words.distinct.push_back(std::move(distinct));
  }
  for (auto& [hash, count] : words.share) count /= static_cast<double>(stories.size() - kMatched);
  return words;
}

/// `cut`: letters of each word before a wildcard; 0 = whole words.
std::vector<std::string> queries(const Words& words, std::size_t count, std::size_t cut) {
  static const std::set<std::string, std::less<>> kStop = {
      "the",  "of",  "and", "in",   "to",  "a",     "is",    "for",   "on",    "as",    "by",    "with", "at",
      "from", "it",  "was", "that", "an",  "are",   "be",    "or",    "this",  "were",  "which", "his",  "has",
      "also", "not", "its", "he",   "one", "first", "their", "have",  "had",   "after", "new",   "been", "who",
      "they", "but", "two", "her",  "she", "other", "when",  "there", "all",   "s",     "t",     "said", "i",
      "you",  "we",  "our", "your", "mr",  "will",  "more",  "year",  "years", "up",    "out",   "about"};
  std::mt19937 random(42);
  const auto pick = [&](const auto& some) -> const auto& { return some[random() % some.size()]; };
  const auto form = [&](const std::string& word) { return cut == 0 ? word : word.substr(0, cut) + "*"; };
  const auto fits = [&](const std::string& word) {
    return cut == 0 || (word.size() >= cut &&
                        std::ranges::all_of(word.substr(0, cut), [](char c) { return c >= 'a' && c <= 'z'; }));
  };
  std::vector<std::string> made;
  while (made.size() < count) {
    const auto& article = pick(words.distinct);
    std::set<std::string> must, no;
    for (int tries = 0; must.size() < 5 && tries < 200; ++tries)
      if (const std::string& word = pick(article); fits(word)) must.insert(form(word));
    if (must.size() < 5) continue;
    while (no.size() < 2)
      if (const std::string& word = pick(pick(words.all)); !kStop.contains(word) && fits(word)) no.insert(form(word));
    std::string query;
    for (const std::string& word : must) query += "+" + word + " ";
    for (const std::string& word : no) query += "-" + word + " ";
    made.push_back(query);
  }
  return made;
}

struct Run {
  double load_s, us, candidates, matches, bytes;
};

Run run(const std::vector<std::string>& texts, Dialect dialect,
        const std::vector<std::unique_ptr<test::TextArticle>>& articles, const QuerySetBuilder::Frequency& frequency) {
  Run result{};
  double begin = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
  QuerySetBuilder builder;
  for (const std::string& text : texts) {
    ParsedQuery parsed = parse_query(text, dialect);
    if (!parsed.ok()) throw std::runtime_error(text + ": " + parsed.findings[0].message);
    builder.add(std::move(parsed.query));
  }
  const QuerySetBuilder::Built built = builder.build(frequency);
  if (!built.set) throw std::runtime_error(built.findings[0].finding.message);
  result.load_s = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - begin;
  result.bytes = static_cast<double>(built.set->bytes()) / static_cast<double>(texts.size());
  Evaluator evaluator(built.set);
  Document document;
  for (std::size_t i = 0; i < 100; ++i) {
    document.assign(articles[i * 19]->article(), {});
    Budget budget(~0ull);
    const auto all = evaluator.match_all(document, budget).value();
    const std::vector<QueryId> slow(all.begin(), all.end());
    if (!std::ranges::equal(evaluator.match(document, budget).value(), slow))
      throw std::runtime_error("candidates change what matches");
  }
  std::size_t candidates = 0, matches = 0;
  for (int round = 0; round < 2; ++round) {  // the second counts
    candidates = matches = allocations = 0;
    begin = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (const auto& article : articles) {
      document.assign(article->article(), {});
      Budget budget(~0ull);
      matches += evaluator.match(document, budget).value().size();
      candidates += evaluator.work().candidates;
    }
    result.us = (cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - begin) * 1e6 / static_cast<double>(articles.size());
  }
  if (allocations != 0) throw std::runtime_error(std::to_string(allocations) + " allocations in the second round");
  result.candidates = static_cast<double>(candidates) / static_cast<double>(articles.size());
  result.matches = static_cast<double>(matches) / static_cast<double>(articles.size());
  return result;
}

int all(const std::string& data) {
  const std::vector<Story> stories = read_stories(data + "/news/bench-20k.jsonl.zst", 20'000);
  const Words words = words_of(stories);
  std::vector<std::unique_ptr<test::TextArticle>> articles;
  for (std::size_t i = 0; i < kMatched; ++i)
    articles.push_back(std::make_unique<test::TextArticle>(stories[i].title, stories[i].body));
  const QuerySetBuilder::Frequency counted = [&](std::uint64_t hash) {
    const auto found = words.share.find(hash);
    return found == words.share.end() ? 0.0 : found->second;
  };
  std::vector<std::string> aurora;
  const std::string content = read_file(data + "/topics/queries-sdg-aurora/queries.jsonl");
  for (const std::string_view line : lines_of(content)) aurora.push_back(json_string(line, "query"));
  struct Workload {
    const char* name;
    std::vector<std::string> texts;
    Dialect dialect;
    bool counted;
  };
  const auto hundred = queries(words, 100'000, 0);
  const auto first = [&](std::size_t n) {
    return std::vector<std::string>(hundred.begin(), hundred.begin() + static_cast<std::ptrdiff_t>(n));
  };
  const std::vector<Workload> workloads = {
      {"topics_1k", first(1000), Dialect::lucene, false},
      {"topics_10k", first(10'000), Dialect::lucene, false},
      {"topics_10k_counted", first(10'000), Dialect::lucene, true},
      {"topics_100k_counted", hundred, Dialect::lucene, true},
      {"topics_wildcards_10k", queries(words, 10'000, 4), Dialect::lucene, false},
      {"topics_aurora_378", aurora, Dialect::strict, false},
  };
  std::printf("%-22s %10s %12s %10s %10s %8s\n", "workload", "µs/article", "candidates", "matches", "bytes/qry",
              "load s");
  std::string lines;
  for (const Workload& workload : workloads) {
    const Run result =
        run(workload.texts, workload.dialect, articles, workload.counted ? counted : QuerySetBuilder::Frequency());
    std::printf("%-22s %10.1f %12.1f %10.3f %10.0f %8.3f\n", workload.name, result.us, result.candidates,
                result.matches, result.bytes, result.load_s);
    std::fflush(stdout);
    char line[400];
    std::snprintf(line, sizeof line, "%s_us=%.1f\n%s_candidates=%.1f\n%s_bytes=%.0f\n%s_load_s=%.3f\n", workload.name,
                  result.us, workload.name, result.candidates, workload.name, result.bytes, workload.name,
                  result.load_s);
    lines += line;
  }
  std::printf("%s", lines.c_str());
  return 0;
}

}  // namespace
}  // namespace newsmill::bench

int main(int count, char** arguments) {
  // Google Benchmark's flags, which the runner passes to every program, mean nothing here.
  const bool folder = count > 1 && arguments[1][0] != '-';
  try {
    return newsmill::bench::all(newsmill::bench::data_folder(folder ? count : 1, arguments));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "topics_bench: %s\n", error.what());
    return 1;
  }
}
