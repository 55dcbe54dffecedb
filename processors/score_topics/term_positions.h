#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "processors/core/budget.h"
#include "processors/score_topics/document.h"
#include "processors/score_topics/query_program.h"

namespace newsmill::score_topics {

/// Where in a document the terms of a set stand: one pass over its words. Reuses its memory; one thread.
/// Which patterns a word is of is remembered by the word's hash, so a word is matched with patterns once.
class TermPositions {
 public:
  explicit TermPositions(const QuerySet::Program& program);

  /// False when the budget is used up.
  [[nodiscard]] bool assign(const Document& document, Budget& budget);

  bool has(TermId term) const { return slots_[term].epoch == epoch_; }
  /// Ascending positions; empty for a term that is not there, and for values.
  std::span<const std::uint32_t> of(TermId term) const {
    if (!has(term)) return {};
    return {positions_.data() + slots_[term].begin, slots_[term].count};
  }
  /// Terms that are there, each once.
  std::span<const TermId> present() const { return present_; }

 private:
  struct Slot {
    std::uint32_t epoch = 0, begin = 0, count = 0;
  };
  struct Remembered {
    std::uint64_t hash = 0;
    std::uint32_t begin = 0, count = 0;
    bool known = false;
  };
  struct Seen {
    TermId term;
    std::uint32_t position;
  };
  static constexpr std::size_t kRemembered = 1u << 15;        // words: 0.8 MB, news repeats its own
  static constexpr std::size_t kRememberedPatterns = 1u << 18;  // numbers in all before they are forgotten: 1 MB

  void see(TermId term, std::uint32_t position);
  std::span<const TermId> patterns_of(const Document& document, const text::Token& token, std::size_t& work);

  const QuerySet::Program& program_;
  std::uint32_t epoch_ = 0;
  std::vector<Slot> slots_;
  std::vector<TermId> present_;
  std::vector<Seen> seen_;
  std::vector<std::uint32_t> positions_;
  std::vector<Remembered> remembered_;
  std::vector<TermId> remembered_terms_;
  std::string folded_;
};

}  // namespace newsmill::score_topics
