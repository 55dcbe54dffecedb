#include "processors/tag_entities/tag_entities.h"

#include <cassert>

#include "processors/tag_entities/tagger.h"

namespace newsmill::tag_entities {
namespace {

class TagEntities final : public Processor {
 public:
  TagEntities(const config::Settings& settings, const Knowledge& knowledge)
      : tagger_(*knowledge.names, knowledge.sources.get(), settings.tag_entities.min_confidence) {}

  Status process(Article& article, Scratch& scratch) override { return tagger_.tag(article, scratch); }

 private:
  Tagger tagger_;
};

class Nothing final : public Processor {
 public:
  Status process(Article&, Scratch&) override { return ok; }
};

}  // namespace

std::unique_ptr<Processor> make(const config::Settings& settings, const Knowledge& knowledge) {
  if (!settings.tag_entities.enabled) return std::make_unique<Nothing>();
  assert(knowledge.names != nullptr && knowledge.names->gazetteer != nullptr);
  return std::make_unique<TagEntities>(settings, knowledge);
}

}  // namespace newsmill::tag_entities
