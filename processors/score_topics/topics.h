#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/diagnostic.h"
#include "config/document.h"
#include "processors/score_topics/query_set.h"
#include "processors/score_topics/topic.h"

namespace newsmill::score_topics {

/// All topics of a desk and their queries, compiled. Immutable; any number of threads.
class Topics {
 public:
  /// No topics.
  Topics();
  Topics(Topics&&) = default;
  Topics& operator=(Topics&&) = default;

  /// Reads the files of a folder: each holds one topic, or a list of them. All findings of all files go
  /// to `diagnostics`, those of queries at their own line and column. With errors the result is empty.
  static Topics read(std::span<const config::Document> documents, config::Diagnostics& diagnostics);

  std::span<const Topic> all() const { return topics_; }
  /// Null when there is none of this id. O(1).
  const Topic* find(std::string_view id) const;
  const std::shared_ptr<const QuerySet>& queries() const { return queries_; }

  /// What a query of the set is for.
  struct Use {
    enum class Role : std::uint8_t { match, veto, term } role = Role::match;
    std::uint32_t topic = 0;  ///< index of all()
    std::uint32_t term = 0;   ///< index of its terms
  };
  const Use& use(QueryId query) const { return uses_[static_cast<std::size_t>(query)]; }

  /// The tree of a query that asks for several things at once (AND, ATLEAST, $name), which decides what its
  /// hits count; null for all others, whose hits are simply counted. O(1).
  const Query* tree(QueryId query) const;

  /// Topics that no query speaks for: what they ask of an article is its entities alone.
  std::span<const std::uint32_t> of_entities_alone() const { return of_entities_alone_; }

  /// Ids of all topics, in their order.
  std::vector<std::string> ids() const;

 private:
  friend class TopicReader;
  Topics(std::vector<Topic> topics, std::vector<Use> uses, std::shared_ptr<const QuerySet> queries,
         std::unordered_map<std::uint32_t, Query> trees);

  std::vector<Topic> topics_;
  std::vector<Use> uses_;  ///< by QueryId, which ascend with the topics
  std::shared_ptr<const QuerySet> queries_;
  std::vector<std::uint32_t> of_entities_alone_;
  std::unordered_map<std::string_view, std::uint32_t> by_id_;  ///< views of topics_
  std::unordered_map<std::uint32_t, Query> trees_;             ///< by QueryId
};

/// True for the name of a file that holds documents for `newsmill test` and not topics: NAME.test.yaml.
bool is_topic_test(std::string_view path);

}  // namespace newsmill::score_topics
