#pragma once
#include <string_view>

namespace newsmill::text {

struct LanguageGuess {
  std::string_view tag = "und";  ///< BCP 47 (zh-Hant where script decides), static memory
  double confidence = 0;         ///< [0,1]: share of the text in that language as the model sees it
  bool reliable = false;         ///< the model's own verdict
};

/// Language of a text by CLD2 with its full tables, from about 1 KB taken at three places
/// (start, middle, end, cut at spaces). `declared` (BCP 47) and `tld` are hints, empty = none.
/// Cost: about 50 µs. Thread safety: any thread. Requires well-formed UTF-8.
/// Source: notes on CLD2 in docs/design.md.
LanguageGuess detect_language(std::string_view text, std::string_view declared, std::string_view tld);

/// Throws std::runtime_error unless the full tables are linked in: without them CLD2 answers, and
/// is wrong for most African languages. Called once at start.
void require_full_language_tables();

/// BCP 47 tag for what feeds write: "german", "deu", "ger", "de_DE", "iw", "English" …; static
/// memory or a view into `name`'s canonical copy; empty when it is none.
std::string_view language_tag(std::string_view name);

}  // namespace newsmill::text
