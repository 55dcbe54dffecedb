#include "processors/score_topics/term_shares.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "processors/text/tokens.h"

namespace newsmill::score_topics {
namespace {

// Words that most articles of their language hold; from general knowledge of the languages.
constexpr std::string_view kCommon[] = {
    "the",    "of",     "and",  "to",    "in",    "a",     "is",    "for",   "on",    "that", "with", "as",    "by",
    "at",     "from",   "it",   "was",   "be",    "are",   "an",    "this",  "has",   "have", "had",  "were",  "which",
    "or",     "not",    "but",  "who",   "his",   "he",    "its",   "their", "they",  "will", "been", "more",  "one",
    "after",  "also",   "said", "about", "would", "there", "when",  "than",  "all",   "out",  "up",   "new",   "she",
    "her",    "we",     "you",  "i",     "year",  "years", "s",     "t",     "can",   "over", "into", "first", "two",
    "other",  "people", "time", "no",    "if",    "what",  "so",    "some",  "could", "our",  "do",   "most",  "last",
    "de",     "la",     "le",   "les",   "des",   "et",    "en",    "du",    "un",    "une",  "que",  "pour",  "dans",
    "est",    "qui",    "sur",  "au",    "par",   "pas",   "ce",    "se",    "plus",  "avec", "ne",   "son",   "sa",
    "il",     "l",      "d",    "el",    "los",   "las",   "del",   "por",   "con",   "una",  "para", "no",    "es",
    "su",     "al",     "lo",   "como",  "y",     "o",     "e",     "os",    "do",    "da",   "dos",  "das",   "em",
    "um",     "uma",    "com",  "na",    "ao",    "der",   "die",   "und",   "das",   "den",  "von",  "zu",    "mit",
    "sich",   "des",    "auf",  "ist",   "im",    "dem",   "nicht", "ein",   "eine",  "als",  "auch", "es",    "an",
    "werden", "aus",    "er",   "hat",   "dass",  "sie",   "nach",  "bei",   "het",   "van",  "een",  "dat",   "op",
    "te",     "zijn",   "met",  "di",    "che",   "il",    "per",   "non",   "della", "sono", "i",    "и",     "в",
    "на",     "не",     "что",  "с",     "по",    "как",   "это",   "к",     "а",     "у",    "из",   "за",    "о",
    "от",     "و",      "في",   "من",    "على",   "إلى",   "أن",    "ve",    "bir",   "bu",   "için", "ile",   "dan",
    "yang",   "untuk",  "ini",  "och",   "att",   "som",   "det",   "är",    "av",    "på"};

float of_value(MetaField field) {
  switch (field) {
    case MetaField::lang: return 0.3F;
    case MetaField::country: return 0.1F;
    case MetaField::category: return 0.05F;
    case MetaField::site: case MetaField::source: return 0.02F;
    case MetaField::entity: return 0.01F;
    case MetaField::author: return 0.001F;
  }
  return 1;
}

}  // namespace

std::vector<float> term_shares(const std::vector<TermKind>& terms, std::size_t queries,
                               const QuerySetBuilder::Frequency& frequency) {
  std::unordered_set<std::uint64_t> common;
  for (const std::string_view word : kCommon) common.insert(text::token_hash(word));
  // What queries ask for often stands often in articles too. Length alone tells less.
  const auto asked = [&](const TermKind& term) {
    return 0.2F * static_cast<float>(term.uses) / static_cast<float>(std::max<std::size_t>(queries, 100));
  };
  std::vector<float> shares;
  shares.reserve(terms.size());
  for (const TermKind& term : terms) {
    float share = 0;
    if (term.kind == TermKind::Kind::value) {
      share = of_value(term.field);
    } else if (term.kind == TermKind::Kind::pattern) {
      share = std::exp2(-static_cast<float>(term.letters)) + asked(term);
    } else if (const double known = frequency ? frequency(term.hash) : -1; known >= 0) {
      share = static_cast<float>(known);
    } else if (common.contains(term.hash)) {
      share = 0.5F;
    } else {
      share = 0.02F * std::exp2(-static_cast<float>(std::min(term.letters, 12U)) / 3.0F) + asked(term);
    }
    shares.push_back(std::clamp(share, 1e-6F, 1.0F));
  }
  return shares;
}

}  // namespace newsmill::score_topics
