#pragma once
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "processors/core/article.h"
#include "processors/core/budget.h"

namespace newsmill::normalize {

/// The body while normalize works on it: one buffer that never changes, and the paragraphs that
/// are left of it, in order. Steps take paragraphs out or narrow them; nothing is moved until
/// the body is put together. Buffer and vector live in the arena of the batch.
struct Draft {
  explicit Draft(Arena* arena) : paragraphs(arena) {}
  std::string_view buffer;
  std::pmr::vector<Paragraph> paragraphs;

  std::size_t size() const { return paragraphs.size(); }
  std::string_view operator[](std::size_t i) const { return at(paragraphs[i]); }
  std::string_view at(Paragraph p) const { return buffer.substr(p.begin, p.end - p.begin); }
};

/// Between the paragraphs of a draft's buffer and of a published body.
inline constexpr std::string_view kParagraphBreak = "\n\n";

/// A piece taken out of the text, as the record shows it.
inline Removed taken(Removed::Kind kind, std::string_view rule, std::string_view text, std::uint32_t chars) {
  return Removed{kind, rule, 1, chars, text};
}

}  // namespace newsmill::normalize
