#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "config/reader.h"
#include "processors/score_topics/definition.h"
#include "processors/score_topics/query_dialect.h"
#include "processors/score_topics/topics.h"

namespace newsmill::score_topics {

/// Reads topic files into Topics; used by Topics::read() alone. What a query says goes through the
/// parser here and, all of them together, through the builder at the end.
class TopicReader {
 public:
  explicit TopicReader(config::Diagnostics& diagnostics);

  void read(const config::Document& document);
  Topics finish();

 private:
  /// Where the text of a query of the set was written.
  struct Written {
    const config::Document* document;
    const config::Node* node;
    std::size_t at = 0;  ///< byte of the node's text where the query begins
  };

  void read_topic(const config::Document& document, const config::Node& node, std::string path);
  std::string read_id(config::Reader& reader, const config::Document& document);
  /// True when the query says only what an article must not have.
  bool read_match(config::Reader& reader, Topic& topic, const config::Document& document, Dialect dialect);
  bool read_vetoes(const Query& match, Topic& topic, const Written& written);
  void read_terms(config::Reader& reader, Topic& topic, const config::Document& document, Dialect dialect);
  void read_entities(config::Reader& reader, Topic& topic, const config::Document& document);
  void read_alert(config::Reader& reader, Topic& topic, const config::Document& document);
  std::vector<std::string> entity_ids(config::Reader& reader, std::string_view key);
  /// Nothing when the query has errors, which are then reported.
  std::optional<Query> parse(const config::Document& document, const config::Node& node, Dialect dialect);
  QueryId add(Query query, const Written& written, Topics::Use::Role role, std::uint32_t term, std::string name = {});
  void report(const Written& written, const QueryFinding& finding);

  std::size_t errors() const;

  config::Diagnostics& diagnostics_;
  const std::size_t errors_before_;
  std::vector<Topic> topics_;
  QuerySetBuilder builder_;
  // By QueryId:
  std::vector<Written> written_;
  std::vector<Topics::Use> uses_;
  std::vector<QueryMeaning> meanings_;
  std::unordered_map<std::uint32_t, Query> trees_;  ///< of those that need one
  std::map<std::string, std::string, std::less<>> seen_;  ///< id → where it is written
};

}  // namespace newsmill::score_topics
