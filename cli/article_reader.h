#pragma once
#include "cli/configuration.h"
#include "consumer/files.h"
#include "processors/core/batch.h"
#include "processors/core/pipeline.h"

#include <map>
#include <memory>
#include <string>

namespace newsmill::cli {

/// Single articles for commands that explain what the chain makes of one, as `newsmill process` would.
class ArticleReader {
 public:
  /// `configuration` outlives it.
  explicit ArticleReader(const Configuration& configuration);

  /// The next article of `file`: its first one, and one more each time the file is asked again; "-" is
  /// standard input. It has been through the whole chain, so it may have an error. Null when there is
  /// none: `why` says so for the operator. Valid as long as the reader.
  Batch::Item* next(const std::string& file, std::string& why);

 private:
  const config::Settings& settings_;
  const InputDefaults defaults_;
  Pipeline pipeline_;
  std::map<std::string, std::unique_ptr<consumer::FileReader>> readers_;
  std::vector<std::unique_ptr<Batch>> batches_;
};

}  // namespace newsmill::cli
