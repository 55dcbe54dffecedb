// repetition_accuracy [DATA] [--list]: how exactly normalize takes out what does not belong to an article.
//
//  doubled_restored      bodies pasted twice, as the founding article was, that come out as the body alone does
//  glued_restored        the same with only a space between the copies
//  repeat_removed_share  characters taken out as `repeat` from articles nobody doubled
//  removal_precision     share of right ones among the other removals of 200 articles that were read by hand: 100 of
//                        ten sources of open licences, 100 of ten outlets of the English-speaking press; the verdicts
//                        are bench/removal_verdicts.tsv, by article, rule and hash of the text
//
// --list prints the removals of those articles that have no verdict yet, with their text, for reading.

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bench/corpus.h"
#include "config/builtin.h"
#include "processors/core/batch.h"
#include "processors/core/id.h"
#include "processors/core/sources.h"
#include "processors/decode/decode.h"
#include "processors/normalize/letters.h"
#include "processors/normalize/lexicon.h"
#include "processors/normalize/normalize.h"
#include "processors/text/utf8.h"

namespace newsmill {
namespace {

constexpr std::size_t kDoubled = 500;
constexpr std::size_t kLeastLetters = 60;
constexpr std::size_t kSources = 10, kArticlesOfSource = 10;

Knowledge builtin_knowledge() {
  config::Diagnostics diagnostics;
  std::vector<config::Document> lexicons;
  for (const config::Builtin& file : config::builtins()) {
    if (!file.path.starts_with("lexicons/")) continue;
    lexicons.push_back(config::Document::parse(std::string(file.path), std::string(file.text), diagnostics));
  }
  const auto sources = config::Document::parse("sources.yaml", std::string(*config::builtin("sources.yaml")), diagnostics);
  Knowledge knowledge;
  knowledge.lexicons = std::make_shared<normalize::Lexicons>(normalize::Lexicons::read(lexicons, diagnostics));
  knowledge.sources = std::make_shared<Sources>(Sources::read(sources, diagnostics));
  return knowledge;
}

/// One delivered article, decoded and normalized; owns the memory.
class Read {
 public:
  Read(const std::string& line, Processor& decode, Processor& normalize, const std::string* body = nullptr) {
    Message message;
    message.topic = "articles";
    message.value = line;
    message.defaults = &defaults_;
    Article& article = batch_.add(message).article;
    Budget budget;
    Scratch scratch{batch_.arena(), budget};
    if (!decode.process(article, scratch)) return;
    if (body != nullptr) article.given.body = *body;
    if (normalize.process(article, scratch)) article_ = &article;
  }
  const Article* operator->() const { return article_; }
  const Article& operator*() const { return *article_; }
  explicit operator bool() const { return article_ != nullptr; }

 private:
  InputDefaults defaults_;
  Batch batch_;
  const Article* article_ = nullptr;
};

bool repeats(const Article& article) { return article.flags.has(Flag::body_repeated); }

/// A piece of a text that normalize took out of the body, into a field or into `removed`.
struct Piece {
  std::string rule, text;
};

std::vector<Piece> pieces(const Article& article) {
  std::vector<Piece> all;
  for (const Removed& removed : article.removed) {
    if (removed.kind != Removed::Kind::repeat) all.push_back({std::string(removed.rule), std::string(removed.text)});
  }
  const auto field = [&](const char* name, std::string_view value, bool given) {
    if (!value.empty() && !given) all.push_back({std::string("field-") + name, std::string(value)});
  };
  field("headline", article.headline, !article.given.title.empty());
  field("kicker", article.kicker, false);
  field("subheadline", article.subheadline, !article.given.subtitle.empty());
  field("by", article.by, !article.given.authors.empty());
  field("rights", article.copyright_notice, !article.given.rights.empty());
  field("terms", article.usage_terms, !article.given.terms.empty());
  if (article.published && article.published->from == DateFrom::head_line) field("published", article.published->instant.raw, false);
  if (article.updated && article.updated->from == DateFrom::head_line) field("updated", article.updated->instant.raw, false);
  return all;
}

std::string digest(std::string_view text) { return hex(sha256(text).data(), 8); }

class Accuracy {
 public:
  explicit Accuracy(std::string data) : data_(std::move(data)), knowledge_(builtin_knowledge()) {
    decode_ = decode::make(settings_, knowledge_);
    normalize_ = normalize::make(settings_, knowledge_);
  }

  void doubled() {
    std::vector<std::string> lines = bench::read_lines(data_ + "/news/mix-open.jsonl.zst");
    std::ranges::sort(lines, {}, [](const std::string& line) { return digest(line); });
    std::size_t tried = 0, restored = 0, glued = 0;
    for (const std::string& line : lines) {
      if (tried == kDoubled) break;
      const Read once(line, *decode_, *normalize_);
      if (!once || repeats(*once) || normalize::count_letters(once->body, kLeastLetters) < kLeastLetters) continue;
      ++tried;
      const std::string body(once->given.body);
      for (const char* glue : {"\n\n", " "}) {
        const std::string pasted = body + glue + body;
        const Read twice(line, *decode_, *normalize_, &pasted);
        const bool same = twice && twice->body == once->body;
        (*glue == ' ' ? glued : restored) += same;
        if (!same) std::cout << "not restored" << (*glue == ' ' ? " (glued)" : "") << ": " << once->given.id << '\n';
      }
    }
    std::printf("doubled_articles=%zu\ndoubled_restored=%.4f\nglued_restored=%.4f\n", tried,
                static_cast<double>(restored) / static_cast<double>(tried), static_cast<double>(glued) / static_cast<double>(tried));
  }

  void untouched() {
    // The pages of these two hold a block twice as delivered: a list of other pages in the side bar,
    // and quotations in two languages. What is taken out there is repeated, so it says nothing of
    // wrong removals; it is counted apart.
    const std::set<std::string, std::less<>> twice_by_nature{"us-da-press", "globalvoices-eo"};
    std::map<bool, std::uint64_t> chars, removed;
    for (const char* file : {"/news/mix-open.jsonl.zst", "/news/bench-20k.jsonl.zst"}) {
      for (const std::string& line : bench::read_lines(data_ + file)) {
        const Read article(line, *decode_, *normalize_);
        if (!article) continue;
        const bool apart = twice_by_nature.contains(article->given.feed);
        chars[apart] += text::code_points(article->given.body);
        for (const Removed& piece : article->removed) {
          if (piece.kind == Removed::Kind::repeat) removed[apart] += piece.chars;
        }
      }
    }
    std::printf("repeat_removed_share=%.5f\nrepeat_removed_share_apart=%.5f\n",
                static_cast<double>(removed[false]) / static_cast<double>(chars[false]),
                static_cast<double>(removed[true]) / static_cast<double>(chars[true]));
  }

  void removals(const std::string& verdicts_file, bool list) {
    std::map<std::string, std::string> verdicts;
    std::ifstream in(verdicts_file);
    for (std::string line; std::getline(in, line);) {
      const std::size_t tab = line.rfind('\t');
      if (!line.starts_with('#') && tab != std::string::npos) verdicts[line.substr(0, tab)] = line.substr(tab + 1);
    }
    std::map<std::string, std::size_t> count;
    std::vector<std::string> lines = chosen("/news/mix-open.jsonl.zst", "");
    std::ranges::move(chosen("/news/bench-20k.jsonl.zst", "allsides"), std::back_inserter(lines));
    for (const std::string& line : lines) {
      const Read article(line, *decode_, *normalize_);
      for (const Piece& piece : pieces(*article)) {
        const std::string key = std::string(article->given.id) + '\t' + piece.rule + '\t' + digest(piece.text);
        const auto verdict = verdicts.find(key);
        ++count[verdict == verdicts.end() ? "unjudged" : verdict->second];
        if (list && verdict == verdicts.end()) std::cout << key << "\t?\t" << one_line(piece.text) << '\n';
      }
    }
    const double judged = static_cast<double>(count["right"] + count["wrong"] + count["doubtful"]);
    std::printf("removals_right=%zu\nremovals_wrong=%zu\nremovals_doubtful=%zu\nremovals_unjudged=%zu\nremoval_precision=%.4f\n",
                count["right"], count["wrong"], count["doubtful"], count["unjudged"],
                judged == 0 ? 0 : static_cast<double>(count["right"]) / judged);
  }

 private:
  /// Ten articles of each of ten sources of a file: sources with ten articles from which something
  /// but a repeat is taken, the largest first, one of each feed before a second of any (in the other
  /// file all are of one feed). The order of articles is that of a hash, so it follows no rule of ours.
  std::vector<std::string> chosen(const std::string& file, std::string_view only_feed) {
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> of_source;
    for (std::string& line : bench::read_lines(data_ + file)) {
      if (!only_feed.empty() && line.find(only_feed) == std::string::npos) continue;
      const Read article(line, *decode_, *normalize_);
      if (!article || pieces(*article).empty()) continue;
      if (!only_feed.empty() && article->given.feed != only_feed) continue;
      of_source[{std::string(article->given.feed), std::string(article->given.source)}].push_back(std::move(line));
    }
    std::map<std::string, std::vector<std::pair<std::size_t, std::vector<std::string>*>>> feeds;
    for (auto& [key, lines] : of_source) {
      if (lines.size() >= kArticlesOfSource) feeds[key.first].emplace_back(lines.size(), &lines);
    }
    for (auto& [feed, sources] : feeds) std::ranges::stable_sort(sources, std::greater(), [](const auto& s) { return s.first; });
    std::vector<std::string> all;
    std::size_t sources = 0;
    for (std::size_t round = 0; sources < kSources && round < of_source.size(); ++round) {
      for (auto& [feed, of_feed] : feeds) {
        if (round >= of_feed.size() || sources == kSources) continue;
        ++sources;
        std::vector<std::string>& lines = *of_feed[round].second;
        std::ranges::sort(lines, {}, [](const std::string& line) { return digest(line); });
        lines.resize(kArticlesOfSource);
        std::ranges::move(lines, std::back_inserter(all));
      }
    }
    return all;
  }

  static std::string one_line(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    return text.substr(0, 300);
  }

  std::string data_;
  config::Settings settings_;
  Knowledge knowledge_;
  std::unique_ptr<Processor> decode_, normalize_;
};

}  // namespace
}  // namespace newsmill

int main(int argc, char** argv) try {
  const bool list = argc > 1 && std::string_view(argv[argc - 1]) == "--list";
  newsmill::Accuracy accuracy(newsmill::bench::data_folder(list ? argc - 1 : argc, argv));
  if (!list) {
    accuracy.doubled();
    accuracy.untouched();
  }
  accuracy.removals(NEWSMILL_SOURCE_DIR "/bench/removal_verdicts.tsv", list);
  return 0;
} catch (const std::exception& error) {
  std::cerr << "repetition_accuracy: " << error.what() << '\n';
  return 66;
}
