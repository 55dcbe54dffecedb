#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "processors/core/article.h"
#include "processors/score_topics/query.h"

namespace newsmill::score_topics {

/// A stretch of words: first and last position, both inside.
struct Interval {
  std::uint32_t first, last;
  friend bool operator==(const Interval&, const Interval&) = default;
  friend auto operator<=>(const Interval&, const Interval&) = default;
};

/// What a query can ask of an article, laid out for asking. Built once per article and used for all
/// queries; assign() reuses the memory of the article before. One thread.
///
/// Positions number the words: those of the title from 0, those of the body behind a gap that is wider
/// than any distance a query may name, so that nothing positional reaches from one into the other.
class Document {
 public:
  /// `country`: ISO 3166-1 of the publisher (sources.yaml); empty = not known. The article must outlive
  /// the document. Cost: O(tokens + metadata).
  void assign(const Article& article, std::string_view country);

  static constexpr std::uint32_t kGap = 1u << 24;
  std::span<const text::Token> tokens() const { return tokens_; }
  std::uint32_t title_words() const { return title_words_; }
  std::uint32_t position(std::uint32_t token) const { return token < title_words_ ? token : token + kGap; }
  std::uint32_t token(std::uint32_t position) const { return position < title_words_ ? position : position - kGap; }
  /// Number of the paragraph that a token is in; the title is 0.
  std::uint32_t paragraph(std::uint32_t token) const { return paragraphs_[token]; }
  /// The positions of a zone; first > last when it is empty. The lead is the first paragraphs of the body
  /// until there are kLeadEnough words, cut after kLeadMost.
  Interval zone(Zone zone) const;
  static constexpr std::uint32_t kLeadEnough = 20, kLeadMost = 80;
  /// The token as written.
  std::string_view word(const text::Token& token) const {
    const std::string_view whole = token.field == text::Field::headline ? headline_ : body_;
    return whole.substr(token.begin, token.end - token.begin);
  }

  /// A value of a metadata field, folded. One field may have many: site has the host and every domain
  /// above it, lang "zh-hant" and "zh", entity ids with and without their scheme and names, author and
  /// category the whole and every run of up to four words.
  struct Value {
    std::uint64_t key;  ///< meta_key(field, text)
    MetaField field;
    std::string_view text;     ///< folded
    std::string_view written;  ///< as the article has it; what evidence shows
  };
  std::span<const Value> values() const { return values_; }  ///< sorted by key, without doubles

 private:
  void add(MetaField field, std::string_view value);
  void add_folded(MetaField field, std::size_t begin, std::string_view written);
  void add_runs(MetaField field, std::string_view value);

  std::span<const text::Token> tokens_;
  std::string_view headline_, body_;
  std::uint32_t title_words_ = 0, lead_end_ = 0;
  std::vector<std::uint32_t> paragraphs_;
  std::vector<Value> values_;
  std::string folded_;  ///< what values_ view
  std::vector<std::size_t> begins_, ends_;  ///< of values_ in folded_, while it grows
};

std::uint64_t meta_key(MetaField field, std::string_view folded);

}  // namespace newsmill::score_topics
