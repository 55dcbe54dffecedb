#include "processors/normalize/language.h"

#include <cstring>

#include "processors/normalize/letters.h"
#include "processors/text/language.h"

namespace newsmill::normalize {
namespace {

// Between the fields as between the sentences of one text.
std::string_view joined(std::string_view headline, std::string_view body, Arena& arena) {
  if (headline.empty()) return body;
  if (body.empty()) return headline;
  const std::size_t size = headline.size() + 1 + body.size();
  auto* text = static_cast<char*>(arena.allocate(size, 1));
  std::memcpy(text, headline.data(), headline.size());
  text[headline.size()] = '\n';
  std::memcpy(text + headline.size() + 1, body.data(), body.size());
  return {text, size};
}

std::string_view top_level(std::string_view host) {
  const std::size_t dot = host.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : host.substr(dot + 1);
}

}  // namespace

Language find_language(std::string_view headline, std::string_view body, const LanguageHints& hints, Arena& arena) {
  // A headline decides little where a body does, and costs a copy.
  constexpr std::size_t kEnoughLetters = 200;
  const std::string_view text = count_letters(body, kEnoughLetters) == kEnoughLetters ? body : joined(headline, body, arena);
  const std::string_view declared = text::language_tag(hints.declared);
  Language language;
  language.declared = hints.declared;
  text::LanguageGuess guess;
  if (count_letters(text, kLeastLetters) == kLeastLetters) {
    guess = text::detect_language(text, declared, top_level(hints.host));
    if (guess.reliable) {
      language.tag = guess.tag;
      language.confidence = guess.confidence;
      language.from = Language::From::text;
      return language;
    }
  }
  if (!declared.empty()) {
    language.tag = declared;
    language.from = Language::From::declared;
  } else if (!hints.source.empty()) {
    language.tag = hints.source;
    language.from = Language::From::source;
  } else if (guess.tag != language.tag) {
    language.tag = guess.tag;
    language.from = Language::From::text;
  }
  // What is not the model's word is as sure as the model finds it likely.
  language.confidence = guess.tag == language.tag ? guess.confidence : 0;
  return language;
}

}  // namespace newsmill::normalize
