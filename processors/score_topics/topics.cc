#include "processors/score_topics/topics.h"

#include <utility>

#include "processors/score_topics/topic_reader.h"

namespace newsmill::score_topics {

Topics::Topics() : queries_(QuerySetBuilder().build().set) {}

Topics Topics::read(std::span<const config::Document> documents, config::Diagnostics& diagnostics) {
  TopicReader reader(diagnostics);
  for (const config::Document& document : documents) reader.read(document);
  return reader.finish();
}

Topics::Topics(std::vector<Topic> topics, std::vector<Use> uses, std::shared_ptr<const QuerySet> queries,
               std::unordered_map<std::uint32_t, Query> trees)
    : topics_(std::move(topics)), uses_(std::move(uses)), queries_(std::move(queries)), trees_(std::move(trees)) {
  for (std::uint32_t i = 0; i < topics_.size(); ++i) {
    by_id_.emplace(topics_[i].id, i);
    if ((!topics_[i].match || topics_[i].denies_only) && topics_[i].terms.empty()) of_entities_alone_.push_back(i);
  }
}

const Query* Topics::tree(QueryId query) const {
  const auto found = trees_.find(static_cast<std::uint32_t>(query));
  return found == trees_.end() ? nullptr : &found->second;
}

const Topic* Topics::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &topics_[found->second];
}

std::vector<std::string> Topics::ids() const {
  std::vector<std::string> all;
  for (const Topic& topic : topics_) all.push_back(topic.id);
  return all;
}

bool is_topic_test(std::string_view path) { return path.ends_with(".test.yaml") || path.ends_with(".test.yml"); }

}  // namespace newsmill::score_topics
