#include "tests/support/topics_of.h"

#include <sstream>
#include <stdexcept>

#include "config/document.h"

namespace newsmill::test {

using score_topics::Topics;

std::shared_ptr<const Topics> topics_of(const std::string& yaml, config::Diagnostics& diagnostics) {
  const auto document = config::Document::parse("t.yaml", yaml, diagnostics);
  return std::make_shared<Topics>(Topics::read(std::span(&document, 1), diagnostics));
}

std::shared_ptr<const Topics> topics_of(const std::string& yaml) {
  config::Diagnostics diagnostics;
  auto topics = topics_of(yaml, diagnostics);
  if (!diagnostics.has_errors()) return topics;
  std::ostringstream all;
  diagnostics.print(all);
  throw std::runtime_error(all.str());
}

score_topics::Scoring scoring_of(const std::shared_ptr<const Topics>& topics, const std::string& id,
                                 const Article& article) {
  score_topics::Scorer scorer(topics);
  score_topics::Scoring scoring;
  Budget budget;
  const score_topics::Topic* topic = topics->find(id);
  if (topic == nullptr) throw std::runtime_error("no topic " + id);
  if (!scorer.look(article, "", budget) ||
      !scorer.score(static_cast<std::uint32_t>(topic - topics->all().data()), scoring, budget))
    throw std::runtime_error("work units");
  return scoring;
}

}  // namespace newsmill::test
