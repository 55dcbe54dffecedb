#pragma once
#include <memory>
#include <string>
#include <vector>

#include "config/load.h"
#include "consumer/knowledge.h"
#include "processors/core/batch.h"
#include "processors/core/fingerprint.h"

namespace newsmill::bench {

/// Articles of bench-20k as they come to the step `dedup`, and their fingerprints; those that fail before are left
/// out. The constructor takes some seconds and throws std::runtime_error when the file is not there.
struct ReadyArticles {
  explicit ReadyArticles(const std::string& data);

  config::Loaded loaded;
  consumer::LoadedKnowledge known;
  std::vector<std::unique_ptr<Batch>> batches;  ///< own the articles
  std::vector<const Article*> articles;
  std::vector<Fingerprint> prints;  ///< of `articles`
};

}  // namespace newsmill::bench
