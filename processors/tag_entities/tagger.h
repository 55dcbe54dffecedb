#pragma once
#include <string>

#include "processors/core/processor.h"
#include "processors/core/sources.h"
#include "processors/tag_entities/acronyms.h"
#include "processors/tag_entities/coreference.h"
#include "processors/tag_entities/decide.h"
#include "processors/tag_entities/matcher.h"
#include "processors/tag_entities/names.h"

namespace newsmill::tag_entities {

/// Finds the entities of articles, one after the other: match → decide → gather → patterns → acronyms →
/// coreference → write. What lies between stays until the next article, for people (`explain --entities`).
/// `names` and `sources` must outlive it. One thread; no memory is allocated but the arena's once the
/// vectors have grown to the largest article.
class Tagger {
 public:
  Tagger(const Names& names, const Sources* sources, double min_confidence);

  /// Fills `article.entities` from its tokens, headline and body.
  Status tag(Article& article, Scratch& scratch);

  const Reading& reading() const { return reading_; }

 private:
  std::string_view publisher_country(const Article& article) const;
  bool read(Article& article, Scratch& scratch);

  const Names& names_;
  const Sources* sources_;
  Matcher matcher_;
  Decider decider_;
  Acronyms acronyms_;
  Coreference coreference_;
  Reading reading_;
};

}  // namespace newsmill::tag_entities
