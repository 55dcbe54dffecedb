// Accuracy of tag_entities with the full gazetteer, on text as it stands (no normalize, so that offsets
// stay those of the labels).
//
// Linking, as ELEVANT counts named mentions with unknown entities ignored (ad-freiburg/elevant, evaluation/): a
// prediction is right when span (or the span of the words it is in) and Wikidata item are those of a label. A
// label is named when its item's name begins with a capital; items known to nobody are not asked for. A label with
// others inside is right when it is found, or when all inside of it are. By title: a prediction is right, too, when
// its name or Wikipedia title is the label's name, and those that have a title but no item count.
// Names: exact spans and types of people, organisations and places on BIO sets, without ids.
//
//   linking_accuracy [DATA [GAZETTEER]] [--errors]
//
// What was tuned on what: weights and rules on AIDA-CoNLL dev, KORE50, OKE and the first half of
// news-fair-v2 dev (documents at even places); its second half is the figure to believe.

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <memory_resource>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bench/corpus.h"
#include "bench/gazetteer.h"
#include "bench/linking_set.h"
#include "config/settings.h"
#include "consumer/names.h"
#include "processors/tag_entities/tagger.h"
#include "processors/text/language.h"
#include "processors/text/unicode.h"

namespace newsmill::bench {
namespace {

bool show_errors = false;

/// Reads texts with the step, as articles whose headline is their first line.
class Reader {
 public:
  explicit Reader(std::shared_ptr<const tag_entities::Gazetteer> gazetteer) {
    names_.gazetteer = std::move(gazetteer);
    names_.words = consumer::builtin_words();
    tagger_ = std::make_unique<tag_entities::Tagger>(names_, nullptr, config::Settings().tag_entities.min_confidence);
  }

  struct Prediction {
    std::uint32_t begin, end;
    std::string item, name, title;
    EntityType type;
    double confidence;
  };

  std::vector<Prediction> read(std::string_view text, std::string_view language) {
    std::pmr::monotonic_buffer_resource arena;
    const Message message{};
    Article article(message, &arena);
    const std::size_t line = std::min(text.find("\n\n"), text.size());
    const std::size_t body = line < 200 && line + 2 < text.size() ? line + 2 : 0;
    article.headline = text.substr(0, body == 0 ? 0 : line);
    article.body = text.substr(body);
    article.language.tag = language.empty() ? text::detect_language(text, {}, {}).tag : language;
    for (std::size_t at = 0; at < article.body.size();) {
      const std::size_t end = std::min(article.body.find("\n\n", at), article.body.size());
      article.paragraphs.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)});
      at = end + 2;
    }
    const std::uint32_t sentence = text::tokenize(article.headline, text::Field::headline, 0, article.tokens);
    text::tokenize(article.body, text::Field::body, sentence, article.tokens);
    Budget budget;
    Scratch scratch{arena, budget};
    if (const Status status = tagger_->tag(article, scratch); !status) throw std::runtime_error(status.error().found);
    std::vector<Prediction> predictions;
    for (const Entity& entity : article.entities) {
      for (const Mention& mention : entity.mentions) {
        const auto shift = static_cast<std::uint32_t>(mention.field == text::Field::body ? body : 0);
        predictions.push_back({mention.begin + shift, mention.end + shift, std::string(entity.ids.wikidata),
                               std::string(entity.name), std::string(entity.ids.enwiki), entity.type, entity.confidence});
      }
    }
    std::ranges::sort(predictions, {}, &Prediction::begin);
    if (show_errors) remember(body);
    return predictions;
  }

  /// Why a stretch of the last text was decided as it was; for --errors.
  void explain(std::uint32_t begin, std::uint32_t end) const {
    for (const auto& [range, line] : lines_)
      if (range.first < end && begin < range.second) std::fputs(line.c_str(), stdout);
  }

 private:
  void remember(std::size_t body) {
    lines_.clear();
    const tag_entities::Reading& reading = tagger_->reading();
    for (const tag_entities::Occurrence& occurrence : reading.occurrences) {
      const tag_entities::Name& name = reading.names[occurrence.name];
      const text::Token& head = reading.tokens[occurrence.first];
      const auto shift = static_cast<std::uint32_t>(head.field == text::Field::body ? body : 0);
      char line[256];
      std::snprintf(line, sizeof line, "      %s: %s%s%s, none %.1f (%.2f)\n", std::string(reading.surface(occurrence.first, occurrence.last)).c_str(),
                    std::string(tag_entities::outcome_name(name.outcome)).c_str(), occurrence.blocked ? ", blocked" : "",
                    occurrence.inside != tag_entities::kNone ? ", inside" : "", name.nil, name.nil_probability);
      std::string text = line;
      for (std::uint32_t i = name.options_begin; i < std::min(name.options_end, name.options_begin + 3); ++i) {
        const tag_entities::Option& option = reading.options[i];
        const auto entity = names_.gazetteer->entity(option.entity);
        std::snprintf(line, sizeof line, "        %s %s %s fame %.2f flags %x: prior %.1f triggers %.1f coherence %.1f -> %.2f\n", std::string(entity.id).c_str(),
                      std::string(entity.name).c_str(), std::string(entity_type_name(option.type)).c_str(), entity.fame, option.flags, option.prior,
                      option.triggers, option.coherence, option.probability);
        text += line;
      }
      lines_.emplace_back(std::pair(head.begin + shift, reading.tokens[occurrence.last - 1].end + shift), text);
    }
  }

  tag_entities::Names names_;
  std::unique_ptr<tag_entities::Tagger> tagger_;
  std::vector<std::pair<std::pair<std::uint32_t, std::uint32_t>, std::string>> lines_;
};

std::string folded(std::string_view text) {
  std::string key;
  text::fold(text.substr(0, text.find(" (")), key);
  std::ranges::replace(key, '_', ' ');
  return key;
}

/// Right, wrong and missed.
struct Score {
  std::size_t right = 0, predicted = 0, gold = 0;
  double precision() const { return predicted == 0 ? 0 : static_cast<double>(right) / static_cast<double>(predicted); }
  double recall() const { return gold == 0 ? 0 : static_cast<double>(right) / static_cast<double>(gold); }
  double f1() const { return right == 0 ? 0 : 2 * precision() * recall() / (precision() + recall()); }
  void add(const Score& other) {
    right += other.right;
    predicted += other.predicted;
    gold += other.gold;
  }
  void print(const std::string& name) const {
    std::printf("%s_f1=%.4f\n%s_precision=%.4f\n%s_recall=%.4f\n", name.c_str(), f1(), name.c_str(), precision(), name.c_str(), recall());
  }
};

struct Linking {
  Score strict, by_title;
};

/// Counts one document. `accepts` says whether a prediction means the item of a label, `counts` whether it is one.
class Judge {
 public:
  using Prediction = Reader::Prediction;
  Judge(const LinkingDocument& document, const std::vector<Prediction>& predictions, bool by_title)
      : document_(document), by_title_(by_title) {
    for (const Prediction& prediction : predictions) {
      if (prediction.begin < document.begin || prediction.end > document.end) continue;
      by_span_.emplace(std::pair(prediction.begin, prediction.end), &prediction);
      by_span_.emplace(word_boundary(document.text, prediction.begin, prediction.end), &prediction);
      all_.push_back(&prediction);
    }
  }

  Score run() {
    std::set<std::pair<std::uint32_t, std::uint32_t>> labelled;
    for (const GoldMention& mention : document_.gold) {
      labelled.emplace(mention.begin, mention.end);
      labelled.insert(word_boundary(document_.text, mention.begin, mention.end));
    }
    for (const GoldMention& mention : document_.gold)
      if (mention.outermost) root(mention);
    for (const Prediction* prediction : all_) {
      if (labelled.contains({prediction->begin, prediction->end}) ||
          labelled.contains(word_boundary(document_.text, prediction->begin, prediction->end))) continue;
      if (known(*prediction) && is_named(prediction->name)) wrong(*prediction, nullptr);
    }
    return score_;
  }

  std::vector<std::pair<const Prediction*, const GoldMention*>> wrong_;
  std::vector<const GoldMention*> missed_;

 private:
  enum class Verdict { none, right, missed };

  bool known(const Prediction& prediction) const { return !prediction.item.empty() || (by_title_ && !prediction.title.empty()); }
  bool means(const Prediction& prediction, const GoldMention& mention) const {
    if (mention.item.empty()) return false;
    if (prediction.item == mention.item) return true;
    const std::string label = folded(mention.label);
    return by_title_ && known(prediction) && (folded(prediction.name) == label || folded(prediction.title) == label);
  }
  const Prediction* prediction_of(const GoldMention& mention) const {
    auto found = by_span_.find({mention.begin, mention.end});
    if (found == by_span_.end()) found = by_span_.find(word_boundary(document_.text, mention.begin, mention.end));
    return found == by_span_.end() ? nullptr : found->second;
  }
  bool detected(const GoldMention& mention) const {
    return prediction_of(mention) != nullptr ||
           std::ranges::any_of(mention.inner, [&](std::size_t inner) { return detected(document_.gold[inner]); });
  }
  void wrong(const Prediction& prediction, const GoldMention* mention) {
    ++score_.predicted;
    wrong_.emplace_back(&prediction, mention);
  }

  /// The verdict on a label and what is inside of it; wrong predictions are counted on the way.
  Verdict verdict(const GoldMention& mention) {
    const Prediction* prediction = prediction_of(mention);
    if (prediction != nullptr && means(*prediction, mention)) return mention.optional ? Verdict::none : Verdict::right;
    if (std::ranges::any_of(mention.inner, [&](std::size_t inner) { return detected(document_.gold[inner]); })) {
      bool missed = false, right = false;
      for (const std::size_t inner : mention.inner) {
        const Verdict one = verdict(document_.gold[inner]);
        missed |= one == Verdict::missed;
        right |= one == Verdict::right;
      }
      return missed ? Verdict::missed : right ? Verdict::right : Verdict::none;
    }
    if (prediction != nullptr && known(*prediction) && mention.named) wrong(*prediction, &mention);
    return mention.item.empty() || mention.optional || mention.coreference ? Verdict::none : Verdict::missed;
  }

  void root(const GoldMention& mention) {
    const Verdict result = verdict(mention);
    if (!mention.named || result == Verdict::none) return;
    ++score_.gold;
    if (result == Verdict::missed) {
      missed_.push_back(&mention);
      return;
    }
    ++score_.right;
    ++score_.predicted;
  }

  const LinkingDocument& document_;
  bool by_title_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, const Prediction*> by_span_;
  std::vector<const Prediction*> all_;
  Score score_;
};

Linking judge(const LinkingDocument& document, const std::vector<Reader::Prediction>& predictions, const Reader& reader) {
  Judge strict(document, predictions, false), by_title(document, predictions, true);
  const Linking linking{strict.run(), by_title.run()};
  if (!show_errors) return linking;
  const std::string_view text = document.text;
  for (const GoldMention* mention : strict.missed_) {
    std::printf("  missed %s (%s, %s)\n", std::string(text.substr(mention->begin, mention->end - mention->begin)).c_str(),
                mention->item.c_str(), mention->label.c_str());
    reader.explain(mention->begin, mention->end);
  }
  for (const auto& [prediction, mention] : strict.wrong_) {
    const std::size_t from = prediction->begin < 40 ? 0 : prediction->begin - 40;
    std::string around(text.substr(from, prediction->end - from + 30));
    std::ranges::replace(around, '\n', ' ');
    std::printf("  wrong %s = %s %s %.2f, label %s: …%s…\n", std::string(text.substr(prediction->begin, prediction->end - prediction->begin)).c_str(),
                prediction->item.c_str(), prediction->name.c_str(), prediction->confidence, mention == nullptr ? "none" : mention->item.c_str(),
                around.c_str());
    reader.explain(prediction->begin, prediction->end);
  }
  return linking;
}

void measure_linking(Reader& reader, const std::string& data, const char* file, const char* name, bool halves) {
  Linking all, half[2];
  std::size_t place = 0;
  for (const LinkingDocument& document : read_linking_set(data + "/entities/linking-dev/" + file)) {
    if (show_errors) std::printf("%s[%zu] %s\n", name, place, document.title.c_str());
    const bool hidden = halves && place % 2 == 1;
    const bool show = show_errors;
    if (hidden) show_errors = false;  // nobody looks at what is not tuned on
    const Linking one = judge(document, reader.read(document.text, "en"), reader);
    show_errors = show;
    all.strict.add(one.strict);
    all.by_title.add(one.by_title);
    half[place % 2].strict.add(one.strict);
    half[place % 2].by_title.add(one.by_title);
    ++place;
  }
  all.strict.print(std::string("linking_") + name);
  all.by_title.print(std::string("linking_") + name + "_by_title");
  if (!halves) return;
  half[0].strict.print(std::string("linking_") + name + "_tuned_half");
  half[1].strict.print(std::string("linking_") + name + "_other_half");
}

/// A BIO set: tokens as text with spaces between, and the spans of the three types.
struct NamedText {
  std::string text;
  std::set<std::tuple<std::uint32_t, std::uint32_t, EntityType>> spans;
  std::set<std::pair<std::uint32_t, std::uint32_t>> other;  ///< MISC: neither asked for nor wrong
};

std::vector<NamedText> read_bio(const std::string& path, bool spaced) {
  const std::string file = read_file(path);
  std::vector<NamedText> texts(1);
  std::uint32_t begin = 0, end = 0;
  std::string open;
  const auto close = [&] {
    if (open == "PER") texts.back().spans.emplace(begin, end, EntityType::PER);
    if (open == "ORG") texts.back().spans.emplace(begin, end, EntityType::ORG);
    if (open == "LOC") texts.back().spans.emplace(begin, end, EntityType::LOC);
    if (open == "MISC") texts.back().other.emplace(begin, end);
    open.clear();
  };
  std::size_t sentences = 0;
  for (const std::string_view line : lines_of(file)) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) {
      close();
      if (texts.back().text.empty()) continue;
      // Ten sentences are a text: a name that comes again is decided once.
      if (++sentences % 10 == 0) texts.emplace_back();
      else texts.back().text += "\n\n";
      continue;
    }
    std::string& text = texts.back().text;
    if (spaced && !text.empty() && text.back() != '\n') text += ' ';
    const std::string_view tag = line.substr(tab + 1);
    if (!tag.starts_with("I-")) close();
    if (tag.starts_with("B-")) {
      open = tag.substr(2);
      begin = static_cast<std::uint32_t>(text.size());
    }
    text += line.substr(0, tab);
    end = static_cast<std::uint32_t>(text.size());
  }
  close();
  return texts;
}

void measure_names(Reader& reader, const std::string& data, const char* file, const char* name, const char* language) {
  Score typed, spans;
  for (const NamedText& text : read_bio(data + "/entities/dev/" + file, std::string_view(language) != "zh")) {
    std::set<std::pair<std::uint32_t, std::uint32_t>> gold;
    for (const auto& [begin, end, type] : text.spans) gold.emplace(begin, end);
    typed.gold += text.spans.size();
    spans.gold += gold.size();
    for (const Reader::Prediction& prediction : reader.read("\n\n" + text.text, language)) {
      const std::pair span(prediction.begin - 2, prediction.end - 2);
      const bool asked = prediction.type == EntityType::PER || prediction.type == EntityType::ORG || prediction.type == EntityType::LOC;
      if (!asked || text.other.contains(span)) continue;
      ++typed.predicted;
      ++spans.predicted;
      typed.right += text.spans.contains({span.first, span.second, prediction.type});
      spans.right += gold.contains(span);
      if (show_errors && !gold.contains(span))
        std::printf("  no name: %s (%s %.2f)\n", text.text.substr(span.first, span.second - span.first).c_str(), prediction.name.c_str(), prediction.confidence);
    }
  }
  typed.print(std::string("names_") + name);
  std::printf("names_%s_spans_f1=%.4f\n", name, spans.f1());
}

void measure(const std::string& data, const std::string& gazetteer) {
  Reader reader(gazetteer.empty() ? build_gazetteer(data) : open_gazetteer(gazetteer));
  measure_linking(reader, data, "news-fair-v2-dev.benchmark.jsonl", "news_fair", true);
  measure_linking(reader, data, "aida-conll-dev.benchmark.jsonl", "aida", false);
  measure_linking(reader, data, "kore50.benchmark.jsonl", "kore50", false);
  measure_linking(reader, data, "oke-2015-train.benchmark.jsonl", "oke2015", false);
  measure_linking(reader, data, "oke-2016-train.benchmark.jsonl", "oke2016", false);
  measure_names(reader, data, "en_worldwide.first30.tsv", "worldwide_en", "en");
  measure_names(reader, data, "uner_en_ewt.test.tsv", "ewt_en", "en");
  measure_names(reader, data, "wnut17.dev.tsv", "wnut17_en", "en");
  measure_names(reader, data, "uner_pt_bosque.dev.tsv", "bosque_pt", "pt");
  measure_names(reader, data, "uner_sv_talbanken.dev.tsv", "talbanken_sv", "sv");
  measure_names(reader, data, "turku_fi.dev.tsv", "turku_fi", "fi");
  measure_names(reader, data, "uner_zh_gsd.dev.tsv", "gsd_zh", "zh");
}

}  // namespace
}  // namespace newsmill::bench

int main(int count, char** arguments) {
  try {
    std::vector<char*> rest;
    for (int i = 0; i < count; ++i) {
      if (std::strcmp(arguments[i], "--errors") == 0) newsmill::bench::show_errors = true;
      else rest.push_back(arguments[i]);
    }
    newsmill::text::require_full_language_tables();
    const std::string data = newsmill::bench::data_folder(static_cast<int>(rest.size()), rest.data());
    newsmill::bench::measure(data, rest.size() > 2 ? rest[2] : "");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "linking_accuracy: %s\n", error.what());
    return 1;
  }
}
