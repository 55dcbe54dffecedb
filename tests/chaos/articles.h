#pragma once
#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/chaos/copies.h"

namespace newsmill::chaos {

/// What an article is made to be, and with it what must become of it.
enum class Kind : std::uint8_t {
  article,  ///< a record
  update,   ///< a record: a further version of one of fifty running stories, under that story's key
  copy,     ///< a record: one telling of a story of which there are many
  cut,      ///< a dead letter like all that follow: half of the bytes of an article
  empty,
  null,
  bare,  ///< neither title nor body
  deep,  ///< nested beyond any cap
  gzip,  ///< damaged compression
};
/// Value of `newsmill-error-code` that is due; null when a record is.
const char* expected_code(Kind kind);

struct Article {
  Kind kind = Kind::article;
  Telling telling = Telling::first;  ///< of a copy
  std::string id;  ///< of the provider; unique but for updates and copies
  std::string key;
  std::optional<std::string> value;
};

/// An endless stream of real articles in the plain shape, each under an id of its own, a twentieth of
/// them bad and a tenth updates; and among them bursts of made-up stories, each told by dozens of papers
/// at once and by some more minutes later, under keys that spread them over all partitions. Where the
/// data folder is absent, made-up articles take the place of the real ones. The same seed gives the same
/// stream. Not thread-safe.
class Articles {
 public:
  /// `folder` holds the shared data (news/bench-20k.jsonl.zst and news/mix-open.jsonl.zst). Articles
  /// with markup are left out: whether a body counts as HTML is not what this is about.
  Articles(const std::filesystem::path& folder, std::uint32_t seed);
  bool real() const { return real_; }
  Article next();

 private:
  Article copy(Told told);
  Article single(std::size_t draw);

  std::vector<std::string> lines_;
  bool real_ = false;
  std::mt19937 random_;
  Copies copies_;
  std::deque<Told> burst_;  ///< what is still to come of those that have begun
  std::size_t made_ = 0, bursts_ = 0;
};

/// Lines of a file compressed with zstd, at most `limit`; none when it is absent.
std::vector<std::string> compressed_lines(const std::filesystem::path& file, std::size_t limit);

}  // namespace newsmill::chaos
