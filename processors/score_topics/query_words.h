#pragma once
#include <string_view>
#include <vector>

#include "processors/score_topics/query.h"

namespace newsmill::score_topics {

/// What came out of cutting a piece of a query into words.
struct CutWords {
  enum class Fault { none, no_word, star_inside_script } fault = Fault::none;
  std::vector<QueryTerm> terms;
};

/// Cuts `raw` (a word or what stands between quotes; well-formed UTF-8) exactly as the words of articles
/// are cut: characters cleaned, then processors/text/tokens.h. \ takes the next character as it is; * and ?
/// are wildcards. While it is cut a wildcard counts as a letter, so "socio-econ*" is the words socio and econ*.
///
/// In scripts without spaces every letter is a word; a star before or after such a letter means nothing
/// there, because any text may follow, and one between two is a fault.
CutWords cut_words(std::string_view raw);

/// The value of a metadata field, folded; sets `wildcard` where it holds one (then \ stays before a literal
/// star, question mark or backslash).
std::string fold_value(std::string_view raw, bool& wildcard);

/// Whether `c` is a letter of a script in which every letter is a word.
bool is_spaceless(char32_t c);

}  // namespace newsmill::score_topics
