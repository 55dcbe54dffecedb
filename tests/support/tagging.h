#pragma once
#include <initializer_list>
#include <memory>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "processors/core/article.h"
#include "processors/core/message.h"
#include "processors/core/result.h"
#include "processors/tag_entities/gazetteer_builder.h"
#include "processors/tag_entities/names.h"
#include "processors/tag_entities/tagger.h"

namespace newsmill::test {

/// The words around names that are built into the program.
tag_entities::Words builtin_words();

/// A small gazetteer of things of the news, made by hand: countries, cities, persons and organisations
/// whose names are hard to tell apart or from ordinary words.
std::shared_ptr<const tag_entities::Gazetteer> hard_names();

/// A watchlist of YAML text; a finding fails the test.
tag_entities::Watchlist watchlist(const std::string& yaml, const tag_entities::Gazetteer* gazetteer = nullptr);

/// What the step finds in a headline and a body. Paragraphs of the body are divided by blank lines.
class Tagging {
 public:
  explicit Tagging(tag_entities::Names names, double min_confidence = 0.5);
  /// With hard_names() and the built-in words.
  Tagging();

  Status read(std::string_view headline, std::string_view body, std::string_view language = "en");
  const Article& article() const { return *article_; }
  /// Work units that the last text cost.
  std::uint64_t units() const { return units_; }
  const tag_entities::Reading& reading() const { return tagger_->reading(); }

  /// "wd:Q148 China" for each mention of the text in order, "- Smith" without an id, one a line with
  /// the surface behind a bar: "wd:Q148 China|Chinese".
  std::string mentions() const;
  /// The id of the mention with this surface, the first of them; "-" without an id, "" when none is there.
  std::string id_of(std::string_view surface) const;
  /// The entity of the first mention with this surface; null when there is none.
  const Entity* entity_of(std::string_view surface) const;

 private:
  std::string_view surface(const Mention& mention) const;

  tag_entities::Names names_;
  std::unique_ptr<tag_entities::Tagger> tagger_;
  Message message_;
  std::string headline_, body_, language_;
  std::unique_ptr<std::pmr::monotonic_buffer_resource> arena_;
  std::unique_ptr<Article> article_;
  std::uint64_t units_ = 0;
};

}  // namespace newsmill::test
