#pragma once
#include <cstdint>
#include <vector>

#include "processors/score_topics/query_program.h"

namespace newsmill::score_topics {

/// What a term of a set is, for judging how common it is.
struct TermKind {
  enum class Kind : std::uint8_t { word, pattern, value } kind = Kind::word;
  std::uint32_t letters = 0;  ///< of the word; of a pattern those that are literal
  std::uint64_t hash = 0;     ///< of a word
  MetaField field = MetaField::source;
  std::uint32_t uses = 0;  ///< by how many clauses
};

/// The share of articles that hold each term, (0,1], as far as one can tell: measured where `frequency` knows
/// the word; a table of the most common words of ten languages; else short words and words that many
/// queries use are taken to be common. It decides the speed of a set and never what matches.
std::vector<float> term_shares(const std::vector<TermKind>& terms, std::size_t queries,
                               const QuerySetBuilder::Frequency& frequency);

}  // namespace newsmill::score_topics
