// dedup_accuracy [DATA] [--list CLASS]: which articles of the labelled pools end in one story.
//
// All pools of data/dedup go in file order through normalize and dedup and one by one before the referee, with a window
// without end and a clock that stands still, as `process` does it. A labelled pair counts as merged when both are in
// one story.
//
// The labels are pairs for development, and what judge.cc decides by was chosen on them: these figures say that the
// method carries, not how it will do on other news. Copies are DUP of Reuters and COPY, SUBSET and MOSTLY of the
// others; everything else but AMB is no copy. MOSTLY is 55 to 80 % of the shorter text taken over word by word: both sides of
// the line that the product draws, so F1 is printed without it too.
//
//   dedup_pairs_precision, _recall, _f1   over all pairs
//   dedup_truncated_found                 Reuters items that were sent again cut
//   dedup_templates_merged                pairs of one template with other facts, or the same words of another date
//   dedup_templates_merged_macro          the same as the mean over the series that the template pairs form
//   dedup_same_story_other_words_merged   reports of one event in independent wording
//   dedup_perturbed_*                     share found of copies that are made here from every tenth article of 60 words
//                                         or more: cut, embedded, words replaced, sentences left out (seeded by place)
//
// --list prints the wrong pairs of a class, for reading.

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bench/corpus.h"
#include "config/load.h"
#include "consumer/knowledge.h"
#include "processors/core/batch.h"
#include "processors/dedup/dedup.h"
#include "processors/dedup/judge.h"
#include "processors/dedup/referee.h"
#include "processors/normalize/normalize.h"

namespace newsmill::bench {
namespace {

constexpr const char* kPools[] = {"agnews_test", "basil", "bbc", "fnc1", "reuters21578", "tgcontest"};

/// Fingerprints of the articles of the pools, by the real steps.
class Prints {
 public:
  Prints() {
    config::Diagnostics diagnostics;
    loaded_ = config::load({}, {}, diagnostics);
    known_ = consumer::load_knowledge(loaded_, diagnostics);
    normalize_ = normalize::make(loaded_.settings, *known_.knowledge);
    dedup_ = dedup::make(loaded_.settings, *known_.knowledge);
  }

  Fingerprint of(std::string_view line) {
    return of(json_string(line, "title"), json_string(line, "text"), json_string(line, "source"),
              json_string(line, "id"));
  }
  Fingerprint of(std::string_view title, std::string_view text, std::string_view source, std::string_view id) {
    static const InputDefaults kDefaults;
    Batch batch;
    Message message;
    message.value = text;
    message.defaults = &kDefaults;
    Article& article = batch.add(message).article;
    article.given.title = keep(title, batch.arena());
    article.given.body = keep(text, batch.arena());
    article.given.source = keep(source, batch.arena());
    article.id = article_id(sha256(std::string(id)));
    Budget budget;
    Scratch scratch{batch.arena(), budget};
    if (!normalize_->process(article, scratch) || !dedup_->process(article, scratch))
      throw std::runtime_error("an article of the pools cannot be processed");
    return *article.fingerprint;
  }

 private:
  config::Loaded loaded_;
  consumer::LoadedKnowledge known_;
  std::unique_ptr<Processor> normalize_, dedup_;
};

/// Articles in order of arrival and what the referee says of each.
class Stories {
 public:
  void add(Fingerprint print) {
    const auto offset = static_cast<dedup::LogOffset>(prints_.size());
    print.delivery.offset = offset;
    print.arrival_ms = offset;  // an order, and all of it one day
    referee_.apply(dedup::FingerprintMessage{print, 0, 0}, offset, 0);
    dedup::Referee::Decision decision = referee_.decide(std::array{offset});
    verdicts_.push_back(decision.verdicts.at(0).verdict);
    referee_.apply(dedup::VerdictsMessage{std::move(decision.verdicts), 0}, offset, 0);
    prints_.push_back(std::move(print));
  }

  bool together(std::size_t a, std::size_t b) const { return verdicts_[a].story == verdicts_[b].story; }
  const Fingerprint& print(std::size_t article) const { return prints_[article]; }

  std::size_t largest() const {
    std::map<ArticleId, std::size_t> sizes;
    for (const Verdict& verdict : verdicts_) ++sizes[verdict.story];
    return std::ranges::max_element(sizes, {}, [](const auto& entry) { return entry.second; })->second;
  }

  static std::uint32_t shared_keys(const Fingerprint& a, const Fingerprint& b) {
    const auto end = b.sketch.keys.begin() + b.sketch.key_count;
    return static_cast<std::uint32_t>(
        std::count_if(a.sketch.keys.begin(), a.sketch.keys.begin() + a.sketch.key_count,
                      [&](std::uint32_t key) { return std::find(b.sketch.keys.begin(), end, key) != end; }));
  }

 private:
  dedup::Referee referee_{{.articles = 64'000, .still_clock = true}};
  std::vector<Fingerprint> prints_;
  std::vector<Verdict> verdicts_;
};

struct Pair {
  std::size_t a, b;
  std::string label;
};

struct Share {
  std::size_t part = 0, all = 0;
  double value() const { return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all); }
};

using Words = std::vector<std::string>;

Words words_of(const std::string& text) {
  Words words;
  std::istringstream in(text);
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::string joined(const Words& words, std::size_t from, std::size_t to) {
  std::string text;
  for (std::size_t i = from; i < std::min(to, words.size()); ++i) text += (i > from ? " " : "") + words[i];
  return text;
}

/// Every `percent`th of a hundred words is another word of the same text, chosen at random.
std::string replaced(Words words, unsigned percent, std::mt19937& random) {
  const Words before = words;
  for (std::string& word : words)
    if (random() % 100 < percent) word = before[random() % before.size()];
  return joined(words, 0, words.size());
}

/// About a quarter of the sentences is left out.
std::string thinned(const Words& words, std::mt19937& random) {
  std::string text;
  bool keeps = true;
  for (const std::string& word : words) {
    if (keeps) text += (text.empty() ? "" : " ") + word;
    if (word.ends_with('.')) keeps = random() % 4 != 0;
  }
  return text;
}

class Accuracy {
 public:
  explicit Accuracy(std::string folder) : folder_(std::move(folder)) {
    for (const char* pool : kPools) {
      for (const std::string& line : read_lines(folder_ + "/" + pool + ".jsonl.zst")) {
        numbers_.emplace(json_string(line, "id"), names_.size());
        names_.push_back(json_string(line, "id"));
        stories_.add(prints_.of(line));
      }
    }
  }

  /// Each copy goes before a referee that knows its original and a stranger.
  void perturb() {
    std::map<std::string, Share> found;
    std::mt19937 random(1);
    std::size_t place = 0;
    std::string stranger;
    for (const char* pool : {"bbc", "fnc1", "reuters21578"}) {
      for (const std::string& line : read_lines(folder_ + "/" + pool + ".jsonl.zst")) {
        const std::string text = json_string(line, "text"), title = json_string(line, "title");
        const Words words = words_of(text);
        if (words.size() < 60 || place++ % 10 != 0) continue;
        const std::size_t all = words.size();
        const auto copy = [&](const char* name, const std::string& body) {
          const Fingerprint original = prints_.of(title, text, "", "original");
          const Fingerprint changed = prints_.of("Another headline", body, "other.example", "copy");
          const std::uint32_t keys = Stories::shared_keys(original, changed);
          Share& share = found[name];
          share.part += keys > 0 && dedup::judge(changed, original, {keys, 0, 1});
          ++share.all;
        };
        copy("first_70", joined(words, 0, all * 7 / 10));
        copy("first_50", joined(words, 0, all / 2));
        copy("first_30", joined(words, 0, all * 3 / 10));
        copy("last_70", joined(words, all * 3 / 10, all));
        copy("doubled", text + "\n\n" + text);
        copy("sentences_left_out", thinned(words, random));
        copy("replaced_05", replaced(words, 5, random));
        copy("replaced_10", replaced(words, 10, random));
        copy("replaced_20", replaced(words, 20, random));
        if (!stranger.empty()) copy("embedded", stranger + "\n\n" + text);
        stranger = joined(words, 0, all);
      }
    }
    for (const auto& [name, share] : found) std::printf("dedup_perturbed_%s=%.4f\n", name.c_str(), share.value());
  }

  void measure(const std::string& listed) {
    std::vector<std::pair<std::string, Pair>> pairs;
    const auto add = [&](const std::string& pool, const char* file, const char* label) {
      for (Pair& pair : read(file, label)) pairs.emplace_back(pool + " " + pair.label, std::move(pair));
    };
    add("reuters", "reuters_pairs_gold.dev.tsv", nullptr);
    add("fnc1", "fnc1_pairs_reuse.dev.tsv", nullptr);
    add("bbc", "bbc_pairs_reuse.dev.tsv", nullptr);
    add("agnews", "agnews_test_pairs_reuse.dev.tsv", nullptr);
    add("tgcontest", "tgcontest_pairs_reuse.dev.tsv", nullptr);
    add("fnc1", "fnc1_same_story_different_text.dev.tsv", "OTHER-WORDS");
    add("basil", "basil_same_event_pairs.dev.tsv", "OTHER-WORDS");

    std::map<std::string, Share> classes;
    std::size_t found = 0, merged = 0, copies = 0, mostly = 0, mostly_found = 0;
    Share truncated, templates, other_words;
    std::vector<Pair> template_pairs;
    for (const auto& [name, pair] : pairs) {
      const bool copy = is_copy(pair.label), same = stories_.together(pair.a, pair.b);
      Share& share = classes[name];
      share.part += same;
      ++share.all;
      if (pair.label.starts_with("AMB")) continue;
      merged += same;
      copies += copy;
      found += copy && same;
      if (pair.label == "MOSTLY") { ++mostly; mostly_found += same; }
      if (pair.label == "DUP truncated") { truncated.part += same; ++truncated.all; }
      if (name == "reuters TPL" || pair.label.starts_with("RECUR") || pair.label.starts_with("TPL")) {
        templates.part += same;
        ++templates.all;
        template_pairs.push_back(pair);
      }
      if (pair.label == "OTHER-WORDS") { other_words.part += same; ++other_words.all; }
      if (name.starts_with(listed) && !listed.empty() && copy != same) show(name, pair);
    }
    for (const auto& [name, share] : classes)
      std::printf("  %-28s %5zu of %5zu merged\n", name.c_str(), share.part, share.all);
    print_f1("dedup_pairs", found, merged, copies);
    print_f1("dedup_pairs_without_mostly", found - mostly_found, merged - mostly_found, copies - mostly);
    std::printf("dedup_truncated_found=%.4f\n", truncated.value());
    std::printf("dedup_templates_merged=%.4f\n", templates.value());
    std::printf("dedup_templates_merged_macro=%.4f\n", macro(template_pairs));
    std::printf("dedup_same_story_other_words_merged=%.5f\n", other_words.value());
    std::printf("dedup_largest_story=%zu\n", stories_.largest());
  }

 private:
  static bool is_copy(std::string_view label) {
    return label.starts_with("DUP") || label == "COPY" || label == "SUBSET" || label == "MOSTLY";
  }

  std::vector<Pair> read(const std::string& file, const char* label) const {
    std::vector<Pair> pairs;
    const std::string text = read_file(folder_ + "/" + file);
    bool header = true;
    for (std::string_view line : lines_of(text)) {
      if (std::exchange(header, false)) continue;
      std::vector<std::string> fields;
      for (std::size_t begin = 0; begin <= line.size();) {
        const std::size_t end = std::min(line.find('\t', begin), line.size());
        fields.emplace_back(line.substr(begin, end - begin));
        begin = end + 1;
      }
      const bool reuters = file.starts_with("reuters");
      pairs.push_back(
          {numbers_.at(fields.at(0)), numbers_.at(fields.at(1)),
           label != nullptr ? label : fields.at(2) + (reuters && fields.at(2) == "DUP" ? " " + fields.at(3) : "")});
    }
    return pairs;
  }

  static void print_f1(const char* name, std::size_t found, std::size_t merged, std::size_t copies) {
    const double precision = static_cast<double>(found) / static_cast<double>(merged);
    const double recall = static_cast<double>(found) / static_cast<double>(copies);
    std::printf("%s_precision=%.4f\n%s_recall=%.4f\n%s_f1=%.4f\n", name, precision, name, recall, name,
                2 * precision * recall / (precision + recall));
  }

  /// Template pairs that hang together are one series; the mean of the shares of them that were merged.
  double macro(const std::vector<Pair>& pairs) const {
    std::vector<std::size_t> parent(names_.size());
    std::iota(parent.begin(), parent.end(), 0u);
    const auto root = [&](std::size_t at) {
      while (parent[at] != at) at = parent[at];
      return at;
    };
    for (const Pair& pair : pairs) parent[root(pair.a)] = root(pair.b);
    std::map<std::size_t, Share> series;
    for (const Pair& pair : pairs) {
      Share& share = series[root(pair.a)];
      share.part += stories_.together(pair.a, pair.b);
      ++share.all;
    }
    double sum = 0;
    for (const auto& [first, share] : series) sum += share.value();
    return series.empty() ? 0 : sum / static_cast<double>(series.size());
  }

  void show(const std::string& name, const Pair& pair) const {
    const Fingerprint &a = stories_.print(pair.a), &b = stories_.print(pair.b);
    const auto match = dedup::judge(b, a, {Stories::shared_keys(a, b), 0, 1});
    std::printf("%s\t%s\t%s\tkeys %u\twords %u %u\tshingles %u %u\tnumbers %zu %zu common %zu\tjudged %s %.2f\n",
                name.c_str(), names_[pair.a].c_str(), names_[pair.b].c_str(), Stories::shared_keys(a, b),
                a.sketch.tokens, b.sketch.tokens, a.sketch.shingles, b.sketch.shingles,
                a.sketch.numbers.count(), b.sketch.numbers.count(),
                (a.sketch.numbers & b.sketch.numbers).count(),
                match ? std::string(relation_name(match->relation)).c_str() : "no copy", match ? match->similarity : 0);
  }

  std::string folder_;
  Prints prints_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::size_t> numbers_;
  Stories stories_;
};

}  // namespace
}  // namespace newsmill::bench

int main(int count, char** arguments) {
  try {
    const std::string listed = count == 4 && std::string_view(arguments[2]) == "--list" ? arguments[3] : "";
    newsmill::bench::Accuracy accuracy(newsmill::bench::data_folder(count, arguments) + "/dedup");
    accuracy.measure(listed);
    accuracy.perturb();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "dedup_accuracy: %s\n", error.what());
    return 1;
  }
}
