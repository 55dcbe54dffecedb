#pragma once
#include <memory_resource>
#include <vector>

#include "processors/core/budget.h"
#include "processors/normalize/draft.h"

namespace newsmill::normalize {

/// Takes the later copy out of a text that was pasted, or extracted, twice.
///
/// Paragraphs are compared by their letters (letters.h). From the top, a run of paragraphs that
/// stood in the text before is taken out when it is
///  * two paragraphs or more with 200 characters or more, one of them telling, or
///  * one telling paragraph: 60 characters or more, no list entry, no heading, question or label.
/// Telling paragraphs must make up half of a run.
/// A run goes on over one paragraph that differs when both sides of it are equal and four fifths
/// of its letter 8-grams are in its counterpart: an edited copy.
/// A text that is the same from the middle on is taken apart whatever its lines are like.
/// So short lines, entries of lists, verse and labels stay unless they are part of a longer copy.
///
/// Text that lost its paragraph breaks is searched for its own beginning: when it stands again
/// inside a paragraph and what follows has the same letters, up to there or to the end, that copy
/// goes. Source of the rules and figures: notes on normalizing in docs/design.md; bench/accuracy
/// measures them.
///
/// Appends to `removed` one entry per copy: `paragraphs`, `chars` = code points of the paragraphs
/// without the breaks between them, `text` = the first 80 code points of the copy. Returns false
/// when the budget is used up.
///   cost  linear in text and paragraphs: tables by hash with bounded probing, Z-function
[[nodiscard]] bool remove_repetition(Draft& draft, std::pmr::vector<Removed>& removed, Arena& arena, Budget& budget);

/// True for what stands above several answers alike: "Q:", "Answer:", short questions, headings.
bool is_label(std::string_view line);

}  // namespace newsmill::normalize
