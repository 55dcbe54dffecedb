#pragma once
#include <string_view>

#include "processors/core/article.h"

namespace newsmill::normalize {

/// What may be known of an article's language besides its text.
struct LanguageHints {
  std::string_view declared;  ///< as the delivery writes it: "en", "german", "de_AT"
  std::string_view source;    ///< BCP 47, of the publisher
  std::string_view host;      ///< for its top-level domain
};

/// The language of `body`, or of headline and body when the body is too short. The model's own
/// verdict decides who is believed: a reliable one is taken; else the declaration, else the
/// source's language, else the model's guess. With fewer than kLeastLetters letters the text is
/// not asked, and without declaration and source the language is `und`.
/// Views in the result live in static memory, in `hints` or in the arena.
inline constexpr std::size_t kLeastLetters = 20;
Language find_language(std::string_view headline, std::string_view body, const LanguageHints& hints, Arena& arena);

}  // namespace newsmill::normalize
