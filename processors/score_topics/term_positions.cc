#include "processors/score_topics/term_positions.h"

#include <algorithm>

#include "processors/text/unicode.h"

namespace newsmill::score_topics {

TermPositions::TermPositions(const QuerySet::Program& program) : program_(program), slots_(program.terms) {
  if (program.patterns.empty()) return;
  remembered_.resize(kRemembered);
  remembered_terms_.reserve(kRememberedPatterns);
}

bool TermPositions::assign(const Document& document, Budget& budget) {
  if (++epoch_ == 0) {  // after 2^32 articles
    std::ranges::fill(slots_, Slot{});
    epoch_ = 1;
  }
  present_.clear();
  seen_.clear();
  const auto tokens = document.tokens();
  std::size_t work = 4 * tokens.size();
  for (std::uint32_t i = 0; i < tokens.size(); ++i) {
    const std::uint32_t position = document.position(i);
    if (const TermId term = program_.words.find(tokens[i].hash); term != Vocabulary::kNone) see(term, position);
    if (program_.patterns.empty()) continue;
    for (const TermId term : patterns_of(document, tokens[i], work)) see(term, position);
    if (work > 1'000'000) {
      if (!budget.spend(work)) return false;
      work = 0;
    }
  }
  for (const Document::Value& value : document.values())
    if (const TermId term = program_.values.find(value.key);
        term != Vocabulary::kNone && slots_[term].epoch != epoch_) {
      slots_[term] = {epoch_, 0, 0};
      present_.push_back(term);
    }
  // Counting sort: the words came in order, so each list ascends.
  std::uint32_t begin = 0;
  for (const TermId term : present_) {
    slots_[term].begin = begin;
    begin += slots_[term].count;
    slots_[term].count = 0;
  }
  positions_.resize(begin);
  for (const Seen& seen : seen_) {
    Slot& slot = slots_[seen.term];
    positions_[slot.begin + slot.count++] = seen.position;
  }
  return budget.spend(work + 2 * seen_.size());
}

void TermPositions::see(TermId term, std::uint32_t position) {
  Slot& slot = slots_[term];
  if (slot.epoch != epoch_) {
    slot = {epoch_, 0, 0};
    present_.push_back(term);
  }
  ++slot.count;
  seen_.push_back({term, position});
}

std::span<const TermId> TermPositions::patterns_of(const Document& document, const text::Token& token,
                                                   std::size_t& work) {
  Remembered& place = remembered_[token.hash & (kRemembered - 1)];
  if (!place.known || place.hash != token.hash) {
    if (remembered_terms_.size() > kRememberedPatterns / 2) {
      std::ranges::fill(remembered_, Remembered{});
      remembered_terms_.clear();
    }
    folded_.clear();
    text::fold(document.word(token), folded_);
    if ((token.flags & text::kAbbreviation) != 0) std::erase(folded_, '.');
    const std::size_t begin = remembered_terms_.size();
    work += program_.patterns.find(folded_, remembered_terms_);
    place = {token.hash, static_cast<std::uint32_t>(begin),
             static_cast<std::uint32_t>(remembered_terms_.size() - begin), true};
  }
  return {remembered_terms_.data() + place.begin, place.count};
}

}  // namespace newsmill::score_topics
