#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <vector>

namespace newsmill::chaos {

/// What one telling of a story is made to be.
enum class Telling : std::uint8_t {
  first,    ///< what the others are made from; the one with which the story's burst begins
  exact,    ///< another paper's, word for word
  near,     ///< another paper's, some words and the headline changed
  drifted,  ///< a near copy of a near copy, and so on: at last it resembles the first no more
  part,     ///< another paper's, cut off
  both,     ///< another paper's, with an older story's text behind it: which of the two it joins is for who
            ///< still knows both to say
  version,  ///< of an article of this story that was told before, newer or, come late, older
  again,    ///< the bytes of one that was told before
  kill,     ///< takes one back that was told before
};

/// One message of a story, in the plain shape.
struct Told {
  Telling telling = Telling::first;
  std::string id;  ///< of the provider
  std::string value;
};

/// Writes stories as a wire spreads them: a burst of tellings of made-up text, and later copies of those
/// that are some minutes old. Texts of two stories have no three words in a row in common, but by chance.
/// The same seed gives the same stories. Not thread-safe.
class Copies {
 public:
  explicit Copies(std::uint32_t seed) : random_(seed) {}
  /// Twelve to forty tellings of a new story, the first of them first; all ids begin with `prefix`.
  std::vector<Told> burst(const std::string& prefix);
  /// A copy of a story among the latest `kRemembered`; burst() must have been called.
  Told late(const std::string& id);

  static constexpr std::size_t kRemembered = 200;

 private:
  using Words = std::vector<std::string>;
  /// What a paper prints: sentences of words.
  struct Text {
    Words headline;
    std::vector<Words> sentences;
  };
  struct Article {
    std::string id, source;
    int version = 1;
    Text text;
    std::string value;
  };

  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::string word();
  Words words(std::size_t count);
  Text text();
  Text changed(Text text, std::size_t percent);
  Article article(std::string id, Text text);
  std::string json(const Article& article, bool killed = false) const;

  std::mt19937 random_;
  std::deque<Article> remembered_;
};

}  // namespace newsmill::chaos
