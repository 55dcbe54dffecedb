#pragma once
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "processors/core/batch.h"
#include "processors/core/fingerprint.h"
#include "processors/core/sources.h"
#include "processors/dedup/fingerprint.h"
#include "processors/dedup/judge.h"
#include "processors/text/tokens.h"

namespace newsmill::dedup {

/// `count` made-up words of Latin letters: the same seed gives the same words.
inline std::vector<std::string> made_words(std::size_t count, std::uint32_t seed) {
  static const std::string_view kSyllables[] = {"ba", "ko", "lin", "ter", "mo", "sa", "rit", "vel", "du", "hem",
                                                "gra", "pi", "nos", "tul", "we", "cha", "fir", "yo", "zen", "kul"};
  std::mt19937 random(seed);
  std::vector<std::string> words(count);
  for (std::string& word : words)
    for (int i = 0; i < 3; ++i) word += kSyllables[random() % std::size(kSyllables)];
  return words;
}

inline std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

inline std::string prose(std::size_t count, std::uint32_t seed) { return joined(made_words(count, seed)); }

/// `count` letters of Han, without spaces.
inline std::string han(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    const auto c = static_cast<std::uint32_t>(0x4e00 + random() % 3000);
    text += static_cast<char>(0xe0 | c >> 12);
    text += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    text += static_cast<char>(0x80 | (c & 0x3f));
  }
  return text;
}

/// What normalize leaves of a delivery, as far as a fingerprint needs it.
struct Text {
  std::string headline, body;
  std::string source = "example.com";
};

inline Fingerprint print_of(const Text& text) {
  static const InputDefaults kDefaults;
  static const Sources kSources;
  Batch batch;
  Message message;
  message.value = text.body;
  message.defaults = &kDefaults;
  Article& article = batch.add(message).article;
  article.headline = text.headline;
  article.body = text.body;
  article.source = text.source;
  const auto sentence = text::tokenize(article.headline, text::Field::headline, 0, article.tokens);
  text::tokenize(article.body, text::Field::body, sentence, article.tokens);
  Sketcher sketcher;
  return fingerprint_of(article, kSources, sketcher);
}

inline std::uint32_t shared_keys(const Fingerprint& a, const Fingerprint& b) {
  std::uint32_t shared = 0;
  for (std::size_t i = 0; i < a.sketch.key_count; ++i)
    for (std::size_t j = 0; j < b.sketch.key_count; ++j) shared += a.sketch.keys[i] == b.sketch.keys[j];
  return shared;
}

/// The judgement of two texts that come in one after the other; none when they share no key.
inline std::optional<Match> judged(const Fingerprint& later, const Fingerprint& earlier) {
  const std::uint32_t keys = shared_keys(later, earlier);
  return keys == 0 ? std::nullopt : judge(later, earlier, {keys, 0, 1});
}

}  // namespace newsmill::dedup
