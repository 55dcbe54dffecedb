// topics_accuracy [DATA]: how well the 17 starter topics, made of labels alone, meet the classes of labelled news.
//
// A class is taken for the media topic that means the same (business → economy, business and finance, …); articles
// of other classes are left out. The sets give each article one class, the topics may give several, so a second
// right one counts as wrong: precision is a lower bound. For each set:
//   topics_<set>_precision   share of right ones among the mapped topics given to the articles
//   topics_<set>_recall      share of articles that have the topic of their class
//   topics_<set>_best        share of articles with a mapped topic whose best one is that of their class
// and before them a line for each class, for reading. For information: no target, and nothing was tuned on them.

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bench/corpus.h"
#include "config/load.h"
#include "consumer/knowledge.h"
#include "processors/catalogue.h"

namespace newsmill {
namespace {

const std::map<std::string, std::string, std::less<>> kTopicOf = {
    {"business", "iptc-economy"}, {"entertainment", "iptc-arts"}, {"politics", "iptc-politics"},
    {"sport", "iptc-sport"},      {"sports", "iptc-sport"},       {"tech", "iptc-science"},
    {"technology", "iptc-science"}, {"health", "iptc-health"},    {"religion", "iptc-religion"},
};

struct Counts {
  std::size_t articles = 0, found = 0, given = 0, right = 0, with_topic = 0, best_right = 0;
  void add(const Counts& other) {
    articles += other.articles, found += other.found, given += other.given, right += other.right;
    with_topic += other.with_topic, best_right += other.best_right;
  }
};

double share(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

class Accuracy {
 public:
  Accuracy() {
    config::Diagnostics diagnostics;
    loaded_ = config::load({}, {}, diagnostics);
    knowledge_ = consumer::load_knowledge(loaded_, diagnostics).knowledge;
    if (diagnostics.has_errors()) throw std::runtime_error("the built-in knowledge has errors");
    pipeline_.emplace(make_pipeline(loaded_.settings, *knowledge_));
  }

  void measure(const std::string& set, const std::vector<std::string>& lines) {
    std::map<std::string, Counts> of_class;  // by topic
    std::vector<std::pair<std::string, std::vector<std::string>>> answers;
    for (const std::string& line : lines) {
      const auto topic = kTopicOf.find(bench::json_string(line, "label"));
      if (topic == kTopicOf.end()) continue;
      of_class[topic->second];
      answers.emplace_back(topic->second, topics_of(line));
    }
    for (const auto& [right, given] : answers) {
      Counts& counts = of_class[right];
      ++counts.articles;
      bool best = true;
      for (const std::string& id : given) {
        const auto mapped = of_class.find(id);
        if (mapped == of_class.end()) continue;
        ++mapped->second.given;
        mapped->second.right += id == right;
        counts.found += id == right;
        if (best) ++counts.with_topic, counts.best_right += id == right;
        best = false;
      }
    }
    Counts all;
    for (const auto& [topic, counts] : of_class) {
      std::printf("%s %s: %zu articles, precision %.3f, recall %.3f\n", set.c_str(), topic.c_str(), counts.articles,
                  share(counts.right, counts.given), share(counts.found, counts.articles));
      all.add(counts);
    }
    std::printf("topics_%s_precision=%.4f\ntopics_%s_recall=%.4f\ntopics_%s_best=%.4f\n", set.c_str(),
                share(all.right, all.given), set.c_str(), share(all.found, all.articles), set.c_str(),
                share(all.best_right, all.with_topic));
  }

 private:
  /// Ids, the highest score first.
  std::vector<std::string> topics_of(const std::string& line) {
    Batch batch;
    Message message;
    message.topic = "articles";
    message.value = line;
    message.defaults = &defaults_;
    const Batch::Item& item = batch.add(message);
    pipeline_->run(batch);
    std::vector<std::string> ids;
    for (const TopicScore& topic : item.article.topics) ids.emplace_back(topic.id);
    return ids;
  }

  config::Loaded loaded_;
  std::shared_ptr<const Knowledge> knowledge_;
  std::optional<Pipeline> pipeline_;
  const InputDefaults defaults_{Format::plain, {}};
};

std::vector<std::string> plain_lines(const std::string& path) {
  const std::string text = bench::read_file(path);
  std::vector<std::string> lines;
  for (const std::string_view line : bench::lines_of(text)) lines.emplace_back(line);
  return lines;
}

}  // namespace
}  // namespace newsmill

int main(int argc, char** argv) try {
  using namespace newsmill;
  const std::string data = bench::data_folder(argc, argv) + "/topics";
  Accuracy accuracy;
  accuracy.measure("bbc", bench::read_lines(data + "/bbc-train.jsonl.zst"));
  accuracy.measure("masakha_eng", plain_lines(data + "/masakhanews/eng.dev.jsonl"));
  accuracy.measure("masakha_fra", plain_lines(data + "/masakhanews/fra.dev.jsonl"));
  return 0;
} catch (const std::exception& error) {
  std::cerr << "topics_accuracy: " << error.what() << '\n';
  return 66;
}
