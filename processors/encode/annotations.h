#pragma once
#include "processors/core/article.h"
#include "processors/encode/json_writer.h"
#include "processors/encode/offsets.h"

namespace newsmill::encode {

/// Writes what tag_entities and score_topics found: `monitoring.entities` and `monitoring.topics` with
/// their ranges in code points, and the lists that ninjs has for the same. A text that the record does
/// not carry (a kill's body) is not pointed into. Keeps its memory from article to article; one thread.
class Annotations {
 public:
  /// Forgets the article before. What follows is written to `writer` and reads `article`.
  void begin(const Article& article, JsonWriter& writer);

  void people() { parties(EntityType::PER, "people"); }
  void organisations() { parties(EntityType::ORG, "organisations"); }
  void places() { parties(EntityType::LOC, "places"); }
  /// Items of `subjects`, for readers of ninjs alone: every topic with its score in percent.
  void subjects();
  void entities();
  void topics();

 private:
  bool published(text::Field field) const;
  std::string_view text_of(text::Field field) const;
  bool shown(const Entity& entity) const;
  void parties(EntityType type, std::string_view list);
  void range(text::Field field, std::uint32_t begin, std::uint32_t end);
  void entity(const Entity& entity);
  void topic(const TopicScore& topic);
  void evidence(const TopicEvidence& evidence);

  const Article* article_ = nullptr;
  JsonWriter* writer_ = nullptr;
  Offsets headline_, body_;
};

/// The ids of the topics with commas between them, at most 50: the header newsmill-topics. Empty when
/// there are none.
std::string topics_header(const Article& article);

/// An entity's id as a URI: "wd:Q58217" → "http://www.wikidata.org/entity/Q58217"; empty when its
/// scheme has none.
std::string entity_uri(std::string_view id);

}  // namespace newsmill::encode
