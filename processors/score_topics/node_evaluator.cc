#include "processors/score_topics/node_evaluator.h"

#include <algorithm>

#include "processors/score_topics/wildcard.h"
#include "processors/text/utf8.h"

namespace newsmill::score_topics {
namespace {

using Kind = Query::Kind;
constexpr std::uint16_t kAnyCapital = text::kCapital | text::kAllCaps | text::kCamel;
// Wider than any text: sentences and paragraphs bound these themselves.
constexpr std::uint32_t kAnyDistance = Document::kGap - 1;

}  // namespace

bool NodeEvaluator::matches(std::uint32_t at) {
  const Op& op = program_.ops[at];
  const auto kids = [&] { return std::span(program_.kids).subspan(op.first, op.count); };
  ++work_;
  switch (op.kind) {
    case Kind::both:
      for (const std::uint32_t kid : kids())
        if (!matches(kid)) return false;
      return true;
    case Kind::either:
      for (const std::uint32_t kid : kids())
        if (matches(kid)) return true;
      return false;
    case Kind::negation: return !matches(program_.kids[op.first]);
    case Kind::n_of: {
      std::uint32_t met = 0, left = op.count;
      for (const std::uint32_t kid : kids()) {
        if (met + left < op.n) return false;
        --left;
        if (matches(kid) && ++met >= op.n) return true;
      }
      return met >= op.n;
    }
    case Kind::at_least: {
      const std::size_t from = push(program_.kids[op.first]);
      const bool enough = stack_.size() - from >= op.n;
      stack_.resize(from);
      return enough;
    }
    case Kind::meta: return op.wildcard ? value(op) != nullptr : terms_.has(op.first);
    case Kind::longer: return document_->tokens().size() > op.n;
    case Kind::shorter: return document_->tokens().size() < op.n;
    default: break;
  }
  if (!possible(op)) return false;
  if (op.kind == Kind::word && op.zones == 0 && op.first_words == 0 && program_.uses[op.first].plain()) return true;
  const std::size_t from = push(at);
  const bool found = stack_.size() > from;
  stack_.resize(from);
  return found;
}

std::span<const Interval> NodeEvaluator::intervals(std::uint32_t op) {
  const std::size_t from = push(op);
  return {stack_.data() + from, stack_.size() - from};
}

const Document::Value* NodeEvaluator::value(const Op& op) const {
  for (const Document::Value& value : document_->values()) {
    if (value.field != op.meta) continue;
    if (op.wildcard ? matches_pattern(program_.meta_patterns[op.first], value.text)
                    : program_.values.find(value.key) == op.first)
      return &value;
  }
  return nullptr;
}

/// Whether the terms that it takes are there, wherever they stand.
bool NodeEvaluator::possible(const Op& op) const {
  switch (op.kind) {
    case Kind::word: case Kind::phrase: case Kind::sloppy:
      for (std::uint32_t i = op.first; i < op.first + op.count; ++i)
        if (!terms_.has(program_.uses[i].term)) return false;
      return true;
    case Kind::either:
      for (std::uint32_t i = op.first; i < op.first + op.count; ++i)
        if (possible(program_.ops[program_.kids[i]])) return true;
      return false;
    case Kind::not_near: return possible(program_.ops[program_.kids[op.first]]);
    default:
      for (std::uint32_t i = op.first; i < op.first + op.count; ++i)
        if (!possible(program_.ops[program_.kids[i]])) return false;
      return true;
  }
}

std::size_t NodeEvaluator::push(std::uint32_t at) {
  const Op& op = program_.ops[at];
  const std::size_t from = stack_.size();
  switch (op.kind) {
    case Kind::word: push_word(program_.uses[op.first]); break;
    case Kind::phrase: push_phrase(op); break;
    case Kind::sloppy: push_sloppy(op); break;
    case Kind::either:
      for (std::uint32_t i = op.first; i < op.first + op.count; ++i) push(program_.kids[i]);
      sort_intervals(stack_, from);
      break;
    default: push_pair(op);
  }
  keep_bounds(op, from);
  work_ += 8 + 4 * (stack_.size() - from);
  return from;
}

bool NodeEvaluator::accepts(const TermUse& use, std::uint32_t position) const {
  if (use.plain()) return true;
  const text::Token& token = document_->tokens()[document_->token(position)];
  if (use.initials) return (token.flags & (text::kAbbreviation | text::kAllCaps)) != 0;
  switch (use.rule) {
    case CaseRule::any: return true;
    case CaseRule::caps: return (token.flags & kAnyCapital) != 0;
    case CaseRule::no_caps: return (token.flags & kAnyCapital) == 0;
    case CaseRule::all_caps:
      return (token.flags & text::kAllCaps) != 0 ||
             ((token.flags & text::kCapital) != 0 && text::code_points(document_->word(token)) == 1);
    case CaseRule::exact: {
      const std::string& exact = program_.exact_words[use.exact];
      const std::string_view word = document_->word(token);
      return use.wildcard ? matches_pattern(exact, word) : exact == word;
    }
  }
  return false;
}

void NodeEvaluator::push_word(const TermUse& use) {
  for (const std::uint32_t position : terms_.of(use.term))
    if (accepts(use, position)) stack_.push_back({position, position});
}

void NodeEvaluator::push_phrase(const Op& op) {
  const auto uses = std::span(program_.uses).subspan(op.first, op.count);
  std::uint32_t rarest = 0;
  for (std::uint32_t i = 1; i < op.count; ++i)
    if (terms_.of(uses[i].term).size() < terms_.of(uses[rarest].term).size()) rarest = i;
  const auto anchors = terms_.of(uses[rarest].term);
  work_ += 4 * anchors.size();
  for (const std::uint32_t position : anchors) {
    if (spent()) return;
    if (position < rarest) continue;
    const std::uint32_t begin = position - rarest;
    bool all = true;
    for (std::uint32_t i = 0; all && i < op.count; ++i) {
      ++work_;
      all = (i == rarest || std::ranges::binary_search(terms_.of(uses[i].term), begin + i)) &&
            accepts(uses[i], begin + i);
    }
    if (all) stack_.push_back({begin, begin + op.count - 1});
  }
}

void NodeEvaluator::push_pair(const Op& op) {
  const std::size_t left = push(program_.kids[op.first]);
  const std::size_t right = push(program_.kids[op.first + 1]);
  const std::size_t end = stack_.size();
  const Intervals a = slice(left, right), b = slice(right, end);
  work_ += 64 * (a.size() + b.size());  // sorting included
  if (spent()) return stack_.resize(left);
  result_.clear();
  switch (op.kind) {
    case Kind::not_near: without_near(a, b, op.n, scratch_, result_); break;
    case Kind::ordered:
      ordered_hulls(a, b, op.n, scratch_, result_);
      keep_minimal(result_, 0);
      break;
    default: {
      const std::uint32_t n = op.kind == Kind::near ? op.n : kAnyDistance;
      ordered_hulls(a, b, n, scratch_, result_);
      ordered_hulls(b, a, n, scratch_, result_);
      if (op.kind != Kind::near) {
        std::erase_if(result_, [&](const Interval& hull) {
          const std::uint32_t first = document_->token(hull.first), last = document_->token(hull.last);
          return op.kind == Kind::sentence ? document_->tokens()[first].sentence != document_->tokens()[last].sentence
                                           : document_->paragraph(first) != document_->paragraph(last);
        });
      }
      keep_minimal(result_, 0);
    }
  }
  stack_.resize(left);
  stack_.insert(stack_.end(), result_.begin(), result_.end());
}

void NodeEvaluator::keep_bounds(const Op& op, std::size_t from) {
  if (op.zones == 0 && op.first_words == 0) return;
  std::uint32_t first = 0, last = ~std::uint32_t{0};
  for (const Zone zone : {Zone::title, Zone::lead, Zone::body}) {
    if ((op.zones & 1U << static_cast<unsigned>(zone)) == 0) continue;
    const Interval bound = document_->zone(zone);
    first = std::max(first, bound.first);
    last = std::min(last, bound.last);
  }
  const auto outside = [&](const Interval& one) {
    return one.first < first || one.last > last ||
           (op.first_words != 0 && document_->token(one.last) >= op.first_words);
  };
  stack_.erase(std::remove_if(stack_.begin() + static_cast<std::ptrdiff_t>(from), stack_.end(), outside), stack_.end());
}

void NodeEvaluator::push_sloppy(const Op& op) {
  const std::size_t from = stack_.size();
  if (op.count == 2) {
    // Words between count as moves; to stand the other way round costs two.
    push_word(program_.uses[op.first]);
    const std::size_t second = stack_.size();
    push_word(program_.uses[op.first + 1]);
    const Intervals a = slice(from, second), b = slice(second, stack_.size());
    work_ += 64 * (a.size() + b.size());
    result_.clear();
    ordered_hulls(a, b, op.n, scratch_, result_);
    if (op.n >= 2) ordered_hulls(b, a, op.n - 2, scratch_, result_);
    keep_minimal(result_, 0);
    stack_.resize(from);
    stack_.insert(stack_.end(), result_.begin(), result_.end());
    return;
  }
  events_.clear();
  for (std::uint32_t slot = 0; slot < op.count; ++slot) {
    const TermUse& use = program_.uses[op.first + slot];
    for (const std::uint32_t position : terms_.of(use.term))
      if (accepts(use, position))
        events_.push_back({static_cast<std::int64_t>(position) - static_cast<std::int64_t>(slot), position, slot});
  }
  std::ranges::sort(events_, [](const Event& x, const Event& y) {
    return x.moved != y.moved ? x.moved < y.moved : x.position < y.position;
  });
  work_ += 8 * events_.size();
  // Every choice of places has its least move at some event: the window of moves from there holds the choice.
  std::size_t to = 0;
  for (std::size_t at = 0; at < events_.size(); ++at) {
    if (at > 0 && events_[at].moved == events_[at - 1].moved) continue;
    if (spent()) return stack_.resize(from);
    while (to < events_.size() && events_[to].moved - events_[at].moved <= static_cast<std::int64_t>(op.n)) ++to;
    sloppy_window(at, to, op.count);
  }
  keep_minimal(stack_, from);
}

/// Pushes the shortest stretches in which every slot has a place of its own among events [from, to).
void NodeEvaluator::sloppy_window(std::size_t from, std::size_t to, std::size_t slots) {
  if (to - from < slots) return;
  window_.assign(events_.begin() + static_cast<std::ptrdiff_t>(from),
                 events_.begin() + static_cast<std::ptrdiff_t>(to));
  std::ranges::sort(window_, {}, &Event::position);
  // Slots find places by augmenting paths (Kuhn): each holds an event of its own position.
  const auto complete = [&](std::size_t low, std::size_t high) {
    holder_.assign(slots, -1);
    const auto position_held = [&](std::uint32_t position) {
      for (std::size_t slot = 0; slot < slots; ++slot)
        if (holder_[slot] >= 0 && window_[static_cast<std::size_t>(holder_[slot])].position == position)
          return static_cast<std::int64_t>(slot);
      return std::int64_t{-1};
    };
    const auto seat = [&](auto&& self, std::size_t slot) -> bool {
      for (std::size_t i = low; i < high && !spent(); ++i) {
        ++work_;
        if (window_[i].slot != slot) continue;
        std::size_t place = i;  // the first event of its position stands for the position
        while (place > 0 && window_[place - 1].position == window_[i].position) --place;
        if (visited_[place] != 0) continue;
        visited_[place] = 1;
        const std::int64_t held = position_held(window_[i].position);
        if (held >= 0 && !self(self, static_cast<std::size_t>(held))) continue;
        holder_[slot] = static_cast<std::int64_t>(i);
        return true;
      }
      return false;
    };
    for (std::size_t slot = 0; slot < slots; ++slot) {
      visited_.assign(window_.size(), 0);
      if (!seat(seat, slot)) return false;
    }
    return true;
  };
  std::size_t low = 0;
  for (std::size_t high = 1; high <= window_.size() && !spent(); ++high) {
    if (!complete(low, high)) continue;
    while (complete(low + 1, high)) ++low;
    stack_.push_back({window_[low].position, window_[high - 1].position});
    ++low;
  }
}

}  // namespace newsmill::score_topics
