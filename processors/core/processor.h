#pragma once
#include "processors/core/arena.h"
#include "processors/core/article.h"
#include "processors/core/budget.h"
#include "processors/core/result.h"

namespace newsmill {

/// What a step may use up while it works on one article.
struct Scratch {
  Arena& arena;    ///< results and temporaries; freed with the batch
  Budget& budget;  ///< spend before every loop whose length the input decides
};

/// One step of the chain: annotates the article or fails, and then the article is a dead letter.
/// It never drops. Pure: no I/O, no Kafka, no clock, no globals; the same article gives the same
/// annotations in every process. One instance per worker thread, so no locking; what is shared
/// comes in as immutable Knowledge. Throws nothing but std::bad_alloc: anything else is a defect,
/// and the article becomes a dead letter with code `internal`.
class Processor {
 public:
  virtual ~Processor() = default;
  virtual Status process(Article& article, Scratch& scratch) = 0;
};

}  // namespace newsmill
