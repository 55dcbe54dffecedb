// Accuracy of detect_language() without hints, on sentences (SIB-200 dev: 31 languages in 32 sets) and on
// articles (MasakhaNEWS dev: title and body). Nothing is tuned on these sets.
//
// How labels are compared. A label is an ISO 639-3 code, often of one language of a macro language; it
// becomes the tag of the macro language, because that is what feeds declare and what the record holds:
// arb → ar, pes → fa, swh → sw, and zho in both scripts → zh. An answer counts when its primary subtag is
// the label's: "zh" and "zh-Hant" are one language here, and how often the script is right is printed
// beside. No other near languages are joined: id for ms, or no for da, is an error, and so is "und".

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "bench/corpus.h"
#include "processors/text/language.h"

namespace newsmill::bench {
namespace {

struct Label {
  std::string_view code, tag;
};
constexpr std::array kLabels = {
    Label{"arb", "ar"}, Label{"ben", "bn"}, Label{"bul", "bg"}, Label{"ces", "cs"}, Label{"deu", "de"},
    Label{"ell", "el"}, Label{"eng", "en"}, Label{"fin", "fi"}, Label{"fra", "fr"}, Label{"heb", "he"},
    Label{"hin", "hi"}, Label{"hun", "hu"}, Label{"ind", "id"}, Label{"ita", "it"}, Label{"jpn", "ja"},
    Label{"kor", "ko"}, Label{"nld", "nl"}, Label{"pes", "fa"}, Label{"pol", "pl"}, Label{"por", "pt"},
    Label{"ron", "ro"}, Label{"rus", "ru"}, Label{"spa", "es"}, Label{"swe", "sv"}, Label{"swh", "sw"},
    Label{"tam", "ta"}, Label{"tha", "th"}, Label{"tur", "tr"}, Label{"ukr", "uk"}, Label{"vie", "vi"},
    Label{"zho", "zh"}};

std::string_view tag_of(std::string_view code) {
  const auto* const label = std::ranges::find(kLabels, code, &Label::code);
  if (label == kLabels.end()) throw std::runtime_error("no tag for the label " + std::string(code));
  return label->tag;
}

/// Right, wrong and what was taken for what, of one set of texts.
class Tally {
 public:
  void add(std::string_view label, std::string_view text) {
    const text::LanguageGuess guess = text::detect_language(text, {}, {});
    const std::string_view answer = guess.tag.substr(0, guess.tag.find('-'));
    ++texts_;
    if (answer == label) {
      ++right_;
    } else {
      reliably_wrong_ += guess.reliable;
      ++errors_[std::string(label) + " taken for " + std::string(guess.tag)];
    }
  }

  void print(const char* name) const {
    std::printf("%s: %zu texts\n", name, texts_);
    for (const auto& [error, count] : errors_) std::printf("  %s: %zu\n", error.c_str(), count);
    std::printf("language_%s=%.4f\n", name, share(right_));
    std::printf("language_%s_reliably_wrong=%.4f\n", name, share(reliably_wrong_));
  }

 private:
  double share(std::size_t part) const { return static_cast<double>(part) / static_cast<double>(texts_); }

  std::size_t texts_ = 0, right_ = 0, reliably_wrong_ = 0;
  std::map<std::string, std::size_t> errors_;
};

void measure(const std::string& data) {
  Tally sentences;
  std::size_t traditional = 0, as_traditional = 0;
  for (const Entry& entry : read_archive(data + "/topics/sib200-train-dev.tar.zst")) {
    const std::string name = entry.name.substr(entry.name.rfind('/') + 1);  // deu_Latn.dev.tsv
    if (!name.ends_with(".dev.tsv")) continue;
    bool header = true;
    for (const std::string_view line : lines_of(entry.content)) {
      if (std::exchange(header, false)) continue;
      const std::string_view sentence = line.substr(line.rfind('\t') + 1);
      sentences.add(tag_of(name.substr(0, 3)), sentence);
      if (!name.starts_with("zho")) continue;
      ++traditional;
      as_traditional += (text::detect_language(sentence, {}, {}).tag == "zh-Hant") == name.starts_with("zho_Hant");
    }
  }
  sentences.print("sib200_dev");
  std::printf("  script of Chinese right: %zu of %zu\n", as_traditional, traditional);

  Tally articles;
  for (const std::string_view code : {"eng", "fra"}) {
    const std::string file = read_file(data + "/topics/masakhanews/" + std::string(code) + ".dev.jsonl");
    for (const std::string_view line : lines_of(file))
      articles.add(tag_of(code), json_string(line, "title") + "\n\n" + json_string(line, "body"));
  }
  articles.print("masakhanews_dev");
}

}  // namespace
}  // namespace newsmill::bench

int main(int count, char** arguments) {
  try {
    newsmill::text::require_full_language_tables();
    newsmill::bench::measure(newsmill::bench::data_folder(count, arguments));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "language_accuracy: %s\n", error.what());
    return 1;
  }
}
