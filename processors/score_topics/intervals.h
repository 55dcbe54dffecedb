#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "processors/score_topics/document.h"

namespace newsmill::score_topics {

/// Sets of intervals: sorted by first position, then by last, without doubles. The operators below append
/// to `out`, which must not be what they read. They allocate nothing once `out` and the scratch have grown.
using Intervals = std::span<const Interval>;

/// Buffers that the operators share. One thread.
struct IntervalScratch {
  std::vector<Interval> by_last, window;
  std::vector<std::int64_t> reach;
};

/// Brings [from, end) of `out` into order and removes doubles.
void sort_intervals(std::vector<Interval>& out, std::size_t from);

/// Keeps of [from, end) of `out` what contains no other interval of it (Clarke, Cormack, Burkowski 1995,
/// the G() of their algebra), in order. O(n log n).
void keep_minimal(std::vector<Interval>& out, std::size_t from);

/// Hulls [a.first, b.last] of an a and a b behind it with at most `n` positions between them: for each b the
/// one with the latest a, which all others contain; not yet minimal. O(n log n) of the longer.
void ordered_hulls(Intervals a, Intervals b, std::uint32_t n, IntervalScratch& scratch, std::vector<Interval>& out);

/// The intervals of `a` that no interval of `b` overlaps or comes within `n` positions of. O(n log n).
void without_near(Intervals a, Intervals b, std::uint32_t n, IntervalScratch& scratch, std::vector<Interval>& out);

}  // namespace newsmill::score_topics
