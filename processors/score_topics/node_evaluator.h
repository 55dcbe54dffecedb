#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "processors/core/budget.h"
#include "processors/score_topics/document.h"
#include "processors/score_topics/intervals.h"
#include "processors/score_topics/query_program.h"
#include "processors/score_topics/term_positions.h"

namespace newsmill::score_topics {

/// Decides single nodes of a program over one document: the exact part, without candidates. Each operator is
/// its definition in query.h over whole sets of intervals; nothing is remembered from query to query.
/// One thread; allocates nothing once its buffers have grown.
class NodeEvaluator {
 public:
  explicit NodeEvaluator(const QuerySet::Program& program) : program_(program), terms_(program) {}

  [[nodiscard]] bool assign(const Document& document, Budget& budget) {
    document_ = &document;
    return terms_.assign(document, budget);
  }
  const TermPositions& terms() const { return terms_; }
  const Document& document() const { return *document_; }

  /// What follows may take this many work units; a node that takes more is given up with a wrong answer, and
  /// take_work() gives more than was allowed.
  void allow(std::uint64_t units) { allowed_ = units; }

  bool matches(std::uint32_t op);
  /// The intervals of a node with places, on top of a stack: valid until drop() or the next call.
  std::span<const Interval> intervals(std::uint32_t op);
  void drop() { stack_.clear(); }
  /// The value that a node of kind meta meets; null = none.
  const Document::Value* value(const Op& op) const;

  /// Work units since the last call; the caller spends them.
  std::uint64_t take_work() {
    const std::uint64_t done = work_;
    work_ = 0;
    return done;
  }

 private:
  bool possible(const Op& op) const;
  /// Pushes the intervals of a node and gives where they begin.
  std::size_t push(std::uint32_t op);
  void push_word(const TermUse& use);
  void push_phrase(const Op& op);
  void push_sloppy(const Op& op);
  void sloppy_window(std::size_t from, std::size_t to, std::size_t slots);
  void push_pair(const Op& op);
  void keep_bounds(const Op& op, std::size_t from);
  bool spent() const { return work_ > allowed_; }
  bool accepts(const TermUse& use, std::uint32_t position) const;
  Intervals slice(std::size_t from, std::size_t to) const { return {stack_.data() + from, to - from}; }

  /// A term of a sloppy phrase in the text; `moved` = position minus place in the phrase.
  struct Event {
    std::int64_t moved;
    std::uint32_t position, slot;
  };

  const QuerySet::Program& program_;
  TermPositions terms_;
  const Document* document_ = nullptr;
  std::vector<Interval> stack_, result_;
  std::vector<Event> events_, window_;
  std::vector<std::int64_t> holder_;   ///< of each slot: index into window_, -1 = free
  std::vector<std::uint8_t> visited_;  ///< of each position of the window, at its first event
  IntervalScratch scratch_;
  std::uint64_t work_ = 0, allowed_ = 0;
};

}  // namespace newsmill::score_topics
