#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "processors/core/entity.h"

namespace newsmill::tag_entities {

/// Ordinary words, folded: a name that is one of them says nothing alone.
class CommonWords {
 public:
  /// One word a line, # begins a comment.
  explicit CommonWords(std::string_view list);
  bool contains(std::string_view folded) const;
  std::size_t size() const { return words_.size(); }

 private:
  std::unordered_set<std::uint64_t> words_;  // hashes as of tokens
};

/// How a name is written, as far as it decides when it counts.
struct Spelling {
  bool junk = false;        ///< no name: empty, one letter, no letter at all, or over 200 bytes
  std::uint32_t words = 0;  ///< runs between spaces
  bool one_token = false;   ///< of a script that is written with spaces
  std::uint16_t flags = 0;  ///< AliasFlag that the writing alone gives
  std::string folded;
};

/// Pure; some 200 ns for a short name.
Spelling spelling(std::string_view name, const CommonWords& common);

/// A name that the sources give no type: what its words and the bracket of a Wikipedia title
/// suggest; false when they suggest nothing.
bool guess_type(std::string_view name, std::string_view qualifier, EntityType& type, std::string_view& subtype);

/// True when words after the first are written small, as in "Sea apple": the title of an article
/// about a kind of thing, not the name of one.
bool is_common_noun(std::string_view title, const CommonWords& common);

}  // namespace newsmill::tag_entities
