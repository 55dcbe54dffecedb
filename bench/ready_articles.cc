#include "bench/ready_articles.h"

#include "bench/corpus.h"
#include "processors/catalogue.h"
#include "processors/core/sources.h"
#include "processors/dedup/fingerprint.h"

namespace newsmill::bench {

ReadyArticles::ReadyArticles(const std::string& data) {
  const std::vector<std::string> lines = read_lines(data + "/news/bench-20k.jsonl.zst");
  config::Diagnostics diagnostics;
  loaded = config::load({}, {}, diagnostics);
  known = consumer::load_knowledge(loaded, diagnostics);
  static const InputDefaults kDefaults;
  std::vector<std::unique_ptr<Processor>> before;
  for (const ProcessorType& type : catalogue()) {
    if (type.name == "dedup") break;
    before.push_back(type.make(loaded.settings, *known.knowledge));
  }
  for (const std::string& line : lines) {
    if (batches.empty() || batches.back()->full()) batches.push_back(std::make_unique<Batch>());
    Message message;
    message.offset = static_cast<std::int64_t>(articles.size());
    message.value = line;
    message.defaults = &kDefaults;
    Article& article = batches.back()->add(message).article;
    bool good = true;
    for (auto& step : before) {
      Budget budget;
      Scratch scratch{batches.back()->arena(), budget};
      good = good && step->process(article, scratch).has_value();
    }
    if (good) articles.push_back(&article);
  }
  dedup::Sketcher sketcher;
  for (const Article* article : articles)
    prints.push_back(dedup::fingerprint_of(*article, *known.knowledge->sources, sketcher));
}

}  // namespace newsmill::bench
