#pragma once
#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "processors/core/fingerprint.h"

namespace newsmill::test {

/// One article on its way into the input topic.
struct ModelArticle {
  std::int64_t comes_ms = 0;
  std::uint64_t ident = 0;  ///< of the article id: versions of one article share it
  Fingerprint print;        ///< whose delivery is complete
};

/// The number in an article id that ident_id() made.
ArticleId ident_id(std::uint64_t ident);
std::uint64_t ident_of(const ArticleId& id);

/// Made-up articles without end: texts that drift from copy to copy, so that A~B~C but not A~C; bursts of
/// copies in one second over all partitions; new versions, kills, articles that may not lead, a partition
/// that lags up to W/2, articles older than the window, hours and days in which nothing comes. The same
/// seed gives the same articles.
class ModelStream {
 public:
  ModelStream(std::uint64_t seed, std::int32_t partitions, std::int64_t window_ms);
  ModelArticle next();

  /// A text and how far it has drifted: two drifts of one text share as much as they are near, nothing
  /// from 64 on.
  static void write_text(std::uint64_t text, std::uint32_t drift, Sketch& sketch);

 private:
  struct Chain {
    std::uint64_t text = 0;
    std::uint32_t drift = 0;
    std::array<std::uint64_t, 4> idents{};
  };
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  bool chance(double probability) { return std::uniform_real_distribution<>(0, 1)(random_) < probability; }
  void go_on();

  std::mt19937_64 random_;
  const std::int64_t window_ms_;
  std::int64_t now_ms_ = 1'700'000'000'000;
  std::uint64_t number_ = 0, texts_ = 0;
  std::vector<Chain> chains_;  // the newest, a ring
  std::size_t burst_left_ = 0, burst_ = 0;
  std::vector<std::int64_t> next_offset_;
};

}  // namespace newsmill::test
