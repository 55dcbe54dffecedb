// Accuracy of stored queries (processors/score_topics): how many of 24,735 queries that other people wrote are
// understood, and whether what matches is what a naive evaluator finds (tests/support/naive_evaluator.h: every
// choice of places is tried) on the first 500 articles of bench-20k for all queries of aurora,
// newsmap and luceneutil.
//
// Aurora (Scopus syntax) and text2sdg (corpustools syntax) are read as strict, newsmap and luceneutil as lucene.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/corpus.h"
#include "processors/core/budget.h"
#include "processors/score_topics/evaluator.h"
#include "processors/score_topics/query_parser.h"
#include "processors/score_topics/query_text.h"
#include "tests/support/naive_evaluator.h"
#include "tests/support/text_article.h"

namespace newsmill::bench {
namespace {

using namespace score_topics;

struct Set {
  const char* name;
  const char* file;
  Dialect dialect;
  bool compared;
  std::vector<Query> queries = {};
  std::size_t total = 0, parsed = 0, normal = 0;
};

std::vector<std::string> queries_of(const std::string& path) {
  std::vector<std::string> lines;
  if (path.ends_with(".zst")) {
    lines = read_lines(path);
  } else {
    const std::string content = read_file(path);
    for (const std::string_view line : lines_of(content)) lines.emplace_back(line);
  }
  std::vector<std::string> queries;
  for (const std::string& line : lines) queries.push_back(json_string(line, "query"));
  return queries;
}

void parse(Set& set, const std::string& folder) {
  for (const std::string& text : queries_of(folder + set.file)) {
    ++set.total;
    ParsedQuery parsed = parse_query(text, set.dialect);
    if (!parsed.ok()) {
      const auto error = std::ranges::find(parsed.findings, QueryFinding::Severity::error, &QueryFinding::severity);
      std::printf("%s: %s: %s\n", set.name, text.c_str(), error->message.c_str());
      continue;
    }
    ++set.parsed;
    const std::string normal = normal_form(parsed.query);
    const ParsedQuery again = parse_query(normal, Dialect::strict);
    set.normal += again.ok() && normal_form(again.query) == normal;
    set.queries.push_back(std::move(parsed.query));
  }
}

struct Compared {
  std::size_t pairs = 0, matches = 0, mismatches = 0, lost = 0;
};

Compared compare(const std::vector<Set>& sets, const std::vector<Story>& stories) {
  QuerySetBuilder builder;
  std::vector<const Query*> queries;
  for (const Set& set : sets)
    if (set.compared)
      for (const Query& query : set.queries) {
        builder.add(query);
        queries.push_back(&query);
      }
  const QuerySetBuilder::Built built = builder.build();
  if (!built.set) throw std::runtime_error(built.findings[0].finding.message);
  Evaluator evaluator(built.set);
  Compared sum;
  Document document;
  for (const Story& story : stories) {
    const test::TextArticle article(story.title, story.body);
    document.assign(article.article(), {});
    Budget budget(~0ull);
    const auto all = evaluator.match_all(document, budget).value();
    const std::vector<QueryId> slow(all.begin(), all.end());
    const auto found = evaluator.match(document, budget).value();
    sum.lost += !std::ranges::equal(found, slow);
    const test::NaiveEvaluator naive(article.article());
    std::size_t next = 0;
    for (std::uint32_t i = 0; i < queries.size(); ++i) {
      const bool matched = next < slow.size() && slow[next] == QueryId{i};
      next += matched;
      ++sum.pairs;
      sum.matches += matched;
      if (naive.matches(*queries[i]) == matched) continue;
      if (++sum.mismatches <= 5) std::printf("mismatch: %s\n", normal_form(*queries[i]).c_str());
    }
  }
  return sum;
}

int run(const std::string& data) {
  std::vector<Set> sets = {
      {"aurora", "queries-sdg-aurora/queries.jsonl", Dialect::strict, true},
      {"text2sdg", "queries-sdg-text2sdg/queries.jsonl.zst", Dialect::strict, false},
      {"newsmap", "queries-newsmap/queries.jsonl", Dialect::lucene, true},
      {"luceneutil", "queries-luceneutil/queries.jsonl.zst", Dialect::lucene, true},
  };
  std::size_t total = 0, parsed = 0, normal = 0;
  std::printf("%-12s %8s %8s %8s\n", "set", "queries", "parsed", "normal");
  for (Set& set : sets) {
    parse(set, data + "/topics/");
    std::printf("%-12s %8zu %8zu %8zu\n", set.name, set.total, set.parsed, set.normal);
    total += set.total;
    parsed += set.parsed;
    normal += set.normal;
  }
  std::fflush(stdout);
  const Compared sum = compare(sets, read_stories(data + "/news/bench-20k.jsonl.zst", 500));
  std::printf("%zu pairs of article and query, %zu matches\n\n", sum.pairs, sum.matches);
  for (const Set& set : sets)
    std::printf("queries_parsed_%s=%.5f\n", set.name, static_cast<double>(set.parsed) / static_cast<double>(set.total));
  std::printf("queries_parsed=%.5f\n", static_cast<double>(parsed) / static_cast<double>(total));
  std::printf("queries_normal_form=%.4f\n", static_cast<double>(normal) / static_cast<double>(parsed));
  std::printf("query_matches=%zu\nquery_mismatches=%zu\nquery_candidates_lost=%zu\n", sum.matches, sum.mismatches,
              sum.lost);
  return sum.mismatches == 0 && sum.lost == 0 ? 0 : 1;
}

}  // namespace
}  // namespace newsmill::bench

int main(int count, char** arguments) {
  try {
    return newsmill::bench::run(newsmill::bench::data_folder(count, arguments));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "query_accuracy: %s\n", error.what());
    return 1;
  }
}
