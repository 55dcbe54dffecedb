// Inner loops of processors/text over 2,000 articles of bench-20k (34 corpora interleaved, every twelfth
// not English). Times are per article: headline and body. Each benchmark asserts its answer against a
// slow, separate count.

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "bench/board.h"
#include "bench/corpus.h"
#include "processors/text/characters.h"
#include "processors/text/instant.h"
#include "processors/text/language.h"
#include "processors/text/tokens.h"
#include "processors/text/unicode.h"
#include "processors/text/url.h"
#include "processors/text/utf8.h"

namespace newsmill::bench {
namespace {

/// The articles: as delivered, and cleaned as the chain hands them on.
struct Corpus {
  std::vector<Story> stories;
  std::vector<std::string> raw, clean;
  std::size_t bytes = 0, clean_bytes = 0;
};

const Corpus& corpus() {
  static const Corpus all = [] {
    Corpus made;
    made.stories = read_stories(data_folder(0, nullptr) + "/news/bench-20k.jsonl.zst", 2000);
    for (const Story& story : made.stories) {
      std::pmr::monotonic_buffer_resource arena;
      made.raw.push_back(story.title + "\n\n" + story.body);
      made.clean.emplace_back(text::clean_characters(text::repair_mojibake(made.raw.back(), arena).text, arena));
      made.bytes += made.raw.back().size();
      made.clean_bytes += made.clean.back().size();
    }
    return made;
  }();
  return all;
}

/// An arena per batch, as in the chain: its memory is reused, not returned.
class Batch {
 public:
  Batch() : buffer_(8U << 20U), arena_(buffer_.data(), buffer_.size()) {}
  std::pmr::memory_resource& arena() { return arena_; }
  void clear() { arena_.release(); }

 private:
  std::vector<char> buffer_;
  std::pmr::monotonic_buffer_resource arena_;
};

void expect(benchmark::State& state, std::size_t found, std::size_t expected) {
  if (found == expected) return;
  const std::string why = "found " + std::to_string(found) + ", expected " + std::to_string(expected);
  state.SkipWithError(why.c_str());
}

/// Runs `each(text, arena)` over all texts and sums what it returns, which must be `expected`.
template <typename Each>
void over(benchmark::State& state, const std::vector<std::string>& texts, std::size_t bytes, std::size_t expected,
          Each each) {
  Batch batch;
  std::size_t sum = 0;
  for (auto _ : state) {
    sum = 0;
    for (const std::string& text : texts) {
      sum += each(std::string_view(text), batch.arena());
      batch.clear();
    }
  }
  expect(state, sum, expected);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(texts.size()));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void text_valid_utf8(benchmark::State& state) {
  over(state, corpus().raw, corpus().bytes, corpus().raw.size(),
       [](std::string_view text, auto&) { return std::size_t{text::valid_utf8(text)}; });
}
BENCHMARK(text_valid_utf8)->Unit(benchmark::kMillisecond);

void text_code_points(benchmark::State& state) {
  std::size_t expected = 0;
  for (const std::string& text : corpus().raw)
    for (std::size_t at = 0; at < text.size(); ++expected) text::next(text, at);
  over(state, corpus().raw, corpus().bytes, expected,
       [](std::string_view text, auto&) { return text::code_points(text); });
}
BENCHMARK(text_code_points)->Unit(benchmark::kMillisecond);

void text_clean_characters(benchmark::State& state) {
  std::size_t expected = 0;
  for (const std::string& text : corpus().raw) {
    std::pmr::monotonic_buffer_resource arena;
    // Cleaning what is clean already must change nothing more.
    expected += text::clean_characters(text::clean_characters(text, arena), arena).size();
  }
  over(state, corpus().raw, corpus().bytes, expected,
       [](std::string_view text, auto& arena) { return text::clean_characters(text, arena).size(); });
}
BENCHMARK(text_clean_characters)->Unit(benchmark::kMillisecond);

void text_decode_references(benchmark::State& state) {
  std::string entities;
  for (int i = 0; i < 1000; ++i) entities += "fish &amp; chips &#8217;s ";
  const std::vector<std::string> texts(10, entities);
  over(state, texts, entities.size() * 10, 10U * 1000U * std::string_view("fish & chips ’s ").size(),
       [](std::string_view text, auto& arena) { return text::decode_references(text, arena).size(); });
}
BENCHMARK(text_decode_references)->Unit(benchmark::kMillisecond);

void text_repair_mojibake(benchmark::State& state) {
  // Clean text stays, so the cost is that of looking.
  over(state, corpus().clean, corpus().clean_bytes, 0, [](std::string_view text, auto& arena) {
    return std::size_t{text::repair_mojibake(text, arena).repaired};
  });
}
BENCHMARK(text_repair_mojibake)->Unit(benchmark::kMillisecond);

void text_nfc(benchmark::State& state) {
  over(state, corpus().clean, corpus().clean_bytes, corpus().clean_bytes,
       [](std::string_view text, auto& arena) { return text::nfc(text, arena).size(); });
}
BENCHMARK(text_nfc)->Unit(benchmark::kMillisecond);

void text_fold(benchmark::State& state) {
  std::size_t expected = 0;
  for (const std::string& text : corpus().clean) {
    std::string once, twice;
    text::fold(text, once);
    text::fold(once, twice);
    expected += twice.size();
  }
  std::string out;
  over(state, corpus().clean, corpus().clean_bytes, expected, [&](std::string_view text, auto&) {
    out.clear();
    text::fold(text, out);
    return out.size();
  });
}
BENCHMARK(text_fold)->Unit(benchmark::kMillisecond);

void text_word_runs(benchmark::State& state) {
  std::size_t expected = 0;
  for (const std::string& text : corpus().clean) {
    bool inside = false;
    for (std::size_t at = 0; at < text.size();) {
      const char32_t c = text::next(text, at);
      const bool word = text::is_letter(c) || text::is_digit(c);
      expected += word && !inside;
      inside = word || (inside && (text::is_mark(c) || c == 0x200C || c == 0x200D));
    }
  }
  over(state, corpus().clean, corpus().clean_bytes, expected,
       [](std::string_view text, auto&) { return text::word_runs(text); });
}
BENCHMARK(text_word_runs)->Unit(benchmark::kMillisecond);

void text_tokenize(benchmark::State& state) {
  // Every letter and digit is in exactly one token.
  std::size_t expected = 0;
  for (const std::string& text : corpus().clean)
    for (std::size_t at = 0; at < text.size();) {
      const char32_t c = text::next(text, at);
      expected += text::is_letter(c) || text::is_digit(c);
    }
  std::size_t covered = 0;
  for (const std::string& text : corpus().clean) {
    std::pmr::vector<text::Token> tokens;
    text::tokenize(text, text::Field::body, 0, tokens);
    for (const text::Token& token : tokens)
      for (std::size_t at = token.begin; at < token.end;) {
        const char32_t c = text::next(text, at);
        covered += text::is_letter(c) || text::is_digit(c);
      }
  }
  expect(state, covered, expected);
  std::size_t tokens_in_all = 0;
  Batch batch;
  for (auto _ : state) {
    tokens_in_all = 0;
    for (const std::string& text : corpus().clean) {
      std::pmr::vector<text::Token> tokens(&batch.arena());
      tokens.reserve(text.size() / 4);
      text::tokenize(text, text::Field::body, 0, tokens);
      tokens_in_all += tokens.size();
      benchmark::DoNotOptimize(tokens.data());
    }
    batch.clear();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(corpus().clean.size()));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(corpus().clean_bytes));
  state.counters["tokens/s"] =
      benchmark::Counter(static_cast<double>(tokens_in_all), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(text_tokenize)->Unit(benchmark::kMillisecond);

void text_detect_language(benchmark::State& state) {
  std::size_t expected = 0;
  for (const std::string& text : corpus().clean) expected += text::detect_language(text, {}, {}).tag == "en";
  over(state, corpus().clean, corpus().clean_bytes, expected,
       [](std::string_view text, auto&) { return std::size_t{text::detect_language(text, {}, {}).tag == "en"}; });
}
BENCHMARK(text_detect_language)->Unit(benchmark::kMillisecond);

void text_parse_instant(benchmark::State& state) {
  const std::vector<std::string> dates = {"2019-11-19T13:36:24+00:00", "2019-11-19T13:36:24.000Z",
                                          "Mon, 18 Nov 2019 16:07:38 -0600", "2015-07-22 20:09:20", "29Jul2005",
                                          "1474918718000", "1 de diciembre de 2021 a las 9:05 h", "02/08/2017"};
  over(state, dates, 0, dates.size(), [](std::string_view date, auto& arena) {
    return std::size_t{text::parse_instant(date, {"Europe/Berlin", "es", "ES"}, arena).has_value()};
  });
}
BENCHMARK(text_parse_instant);

std::vector<std::string> addresses() {
  std::vector<std::string> urls;
  for (const Story& story : corpus().stories)
    if (!story.url.empty()) urls.push_back(story.url);
  return urls;
}

void text_clean_url(benchmark::State& state) {
  const std::vector<std::string> urls = addresses();
  std::size_t expected = 0;
  for (const std::string& url : urls) expected += text::parse_url(url).has_value();
  over(state, urls, 0, expected,
       [](std::string_view url, auto&) { return std::size_t{text::clean_url(url).has_value()}; });
}
BENCHMARK(text_clean_url);

void text_url_key(benchmark::State& state) {
  const std::vector<std::string> urls = addresses();
  std::size_t expected = 0;
  for (const std::string& url : urls) expected += text::parse_url(url).has_value();
  over(state, urls, 0, expected,
       [](std::string_view url, auto&) { return std::size_t{text::url_key(url).has_value()}; });
}
BENCHMARK(text_url_key);

/// All that an article meets in this folder on its way through normalize.
void text_chain(benchmark::State& state) {
  const auto each = [](std::string_view text, std::pmr::memory_resource& arena) {
    text = text::repair_utf8(text, arena).text;
    text = text::decode_references(text, arena);
    text = text::repair_mojibake(text, arena).text;
    text = text::clean_characters(text, arena);
    std::pmr::vector<text::Token> tokens(&arena);
    tokens.reserve(text.size() / 4);
    text::tokenize(text, text::Field::body, 0, tokens);
    benchmark::DoNotOptimize(text::detect_language(text, {}, {}).reliable);
    benchmark::DoNotOptimize(text::word_runs(text) + text::code_points(text));
    return std::size_t{1};
  };
  over(state, corpus().raw, corpus().bytes, corpus().raw.size(), each);
}
BENCHMARK(text_chain)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace newsmill::bench

int main(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 64;
  try {
    newsmill::bench::Board board;
    return benchmark::RunSpecifiedBenchmarks(&board) > 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "text_bench: %s\n", error.what());
    return 1;
  }
}
