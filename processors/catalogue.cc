#include "processors/catalogue.h"

#include "processors/decode/decode.h"
#include "processors/dedup/dedup.h"
#include "processors/encode/encode.h"
#include "processors/normalize/normalize.h"
#include "processors/score_topics/score_topics.h"
#include "processors/tag_entities/tag_entities.h"

namespace newsmill {
namespace {

constexpr ProcessorType kCatalogue[] = {
    {.name = "decode",
     .summary = "Reads the delivered bytes: size, compression, encoding, format, fields, article id.",
     .reads = kBytes,
     .writes = kGiven,
     .make = decode::make},
    {.name = "normalize",
     .summary = "Cleans the text and reads what its lines say: repeats, head and tail lines, dates, language.",
     .reads = kBytes | kGiven,
     .writes = kText | kTokens,
     .make = normalize::make},
    {.name = "dedup",
     .summary = "Sketches the text, so that the referee can tell whether the article is a copy.",
     .reads = kBytes | kGiven | kText | kTokens,
     .writes = kFingerprint,
     .make = dedup::make},
    {.name = "tag_entities",
     .summary = "Finds people, organisations, places and other names, and says which ones are meant.",
     .reads = kGiven | kText | kTokens,
     .writes = kEntities,
     .make = tag_entities::make},
    {.name = "score_topics",
     .summary = "Scores the topics that a desk has written, each with its evidence.",
     .reads = kGiven | kText | kTokens | kEntities,
     .writes = kTopics,
     .make = score_topics::make},
    {.name = "encode",
     .summary = "Writes the record: IPTC ninjs 3.1 with a monitoring object, key and headers.",
     .reads = kBytes | kGiven | kText | kEntities | kTopics,
     .writes = kRecord,
     .make = encode::make},
};

}  // namespace

std::span<const ProcessorType> catalogue() { return kCatalogue; }

Pipeline make_pipeline(const config::Settings& settings, const Knowledge& knowledge) {
  std::vector<Pipeline::Stage> stages;
  for (const ProcessorType& type : kCatalogue) stages.push_back({type.name, type.make(settings, knowledge)});
  return Pipeline(std::move(stages));
}

}  // namespace newsmill
