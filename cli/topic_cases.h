#pragma once
#include "config/diagnostic.h"
#include "config/document.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace newsmill::cli {

/// A document with the topics that it must have and must not have: one item of NAME.test.yaml.
struct TopicCase {
  std::vector<std::pair<std::string, std::string>> fields;  ///< of the plain input: title, body, source, …
  std::vector<std::string> topics, not_topics;              ///< ids
  std::vector<std::pair<std::string, double>> scores;       ///< expected within kTolerance
  std::string file;
  std::size_t line = 0;
  static constexpr double kTolerance = 0.0005;  // scores are written with three digits

  std::string title() const;
  std::string json() const;  ///< as it would be delivered
};

/// Reads one file; all findings go to `diagnostics`. `known`: the ids of the topics there are, so that a
/// misspelt one is no test that passes for ever; empty = not checked.
std::vector<TopicCase> read_topic_cases(const config::Document& document, const std::vector<std::string>& known,
                                        config::Diagnostics& diagnostics);

}  // namespace newsmill::cli
