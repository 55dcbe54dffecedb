#pragma once
#include <string_view>

namespace newsmill::text {

struct LanguageGuess {
  std::string_view tag = "und";  ///< as language_tag() writes it; static memory
  double confidence = 0;         ///< [0,1]: share of the text in that language as the model sees it
  bool reliable = false;         ///< the model's own verdict
};

/// Language of a text by CLD2 with its full tables (175 languages), from about 1 KB taken at a sixth,
/// the middle and five sixths: more costs time and does not decide better. `declared` (any spelling
/// that language_tag() knows) and `tld` ("de") are hints that tip near ties, empty = none. A text that
/// the model finds too short or mixed gets its best guess with `reliable` false; "und" when it has none.
///   cost  20 to 60 µs
/// Thread safety: any thread. Requires well-formed UTF-8.
/// Source: CLD2 (Google, 2013), naive Bayes on letter quadgrams.
LanguageGuess detect_language(std::string_view text, std::string_view declared, std::string_view tld);

/// Throws std::runtime_error unless the full tables are linked in: without them CLD2 still answers,
/// and is wrong for most African languages. Called once at start.
void require_full_language_tables();

/// The tag of a language for what feeds write: "de", "deu", "ger", "german", "Deutsch", "de_DE.UTF-8",
/// "iw". BCP 47 with the shortest ISO 639 code and nothing more, except that Chinese in traditional
/// characters (zh-Hant, zh-TW, zh-HK, zh-MO) is "zh-Hant". Empty when it names no language; static memory.
///   cost  O(length); the table of names is built at the first call (about 20 ms)
std::string_view language_tag(std::string_view name);

}  // namespace newsmill::text
