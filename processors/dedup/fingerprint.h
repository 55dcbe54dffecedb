#pragma once
#include "processors/core/article.h"
#include "processors/core/fingerprint.h"
#include "processors/core/sources.h"
#include "processors/dedup/sketcher.h"

namespace newsmill::dedup {

/// What the referee needs of a normalized article.
///   text       words of the body, in order: case, punctuation, spaces and paragraphs do not count. A
///              body of fewer than 20 words says too little alone, so the headline's words come first
///   source     the publisher as sources.yaml names it, else `source`, else the feed, else the host
///   may_lead   usable, whole, an article, not under embargo when it came in, and 8 words at least
///   arrival    the Kafka timestamp; −1 where there is none (files), for the host to decide
/// Cost: that of the sketch. `sketcher` is scratch space.
Fingerprint fingerprint_of(const Article& article, const Sources& sources, Sketcher& sketcher);

}  // namespace newsmill::dedup
