#include "processors/score_topics/intervals.h"

#include <algorithm>

namespace newsmill::score_topics {

void sort_intervals(std::vector<Interval>& out, std::size_t from) {
  const auto begin = out.begin() + static_cast<std::ptrdiff_t>(from);
  if (!std::is_sorted(begin, out.end())) std::sort(begin, out.end());
  out.erase(std::unique(begin, out.end()), out.end());
}

void keep_minimal(std::vector<Interval>& out, std::size_t from) {
  const auto begin = out.begin() + static_cast<std::ptrdiff_t>(from);
  const auto before = [](const Interval& x, const Interval& y) {
    return x.last != y.last ? x.last < y.last : x.first > y.first;
  };
  if (!std::is_sorted(begin, out.end(), before)) std::sort(begin, out.end(), before);
  // Of those that end here or before, the latest beginning: who begins no later contains that one.
  std::int64_t latest = -1;
  auto to = begin;
  for (auto at = begin; at != out.end(); ++at) {
    if (static_cast<std::int64_t>(at->first) <= latest) continue;
    latest = at->first;
    *to++ = *at;
  }
  out.erase(to, out.end());
}

void ordered_hulls(Intervals a, Intervals b, std::uint32_t n, IntervalScratch& scratch, std::vector<Interval>& out) {
  scratch.by_last.assign(a.begin(), a.end());
  if (!std::ranges::is_sorted(scratch.by_last, {}, &Interval::last))
    std::ranges::sort(scratch.by_last, {}, &Interval::last);
  // Those whose end is near enough to b, by end; their beginnings fall, so the front has the latest.
  std::vector<Interval>& window = scratch.window;
  window.clear();
  std::size_t front = 0, next = 0;
  for (const Interval& right : b) {
    while (next < scratch.by_last.size() && scratch.by_last[next].last < right.first) {
      const Interval& left = scratch.by_last[next++];
      while (window.size() > front && window.back().first <= left.first) window.pop_back();
      window.push_back(left);
    }
    while (front < window.size() && right.first - window[front].last - 1 > n) ++front;
    if (front < window.size()) out.push_back({window[front].first, right.last});
  }
}

void without_near(Intervals a, Intervals b, std::uint32_t n, IntervalScratch& scratch, std::vector<Interval>& out) {
  // reach[i]: the furthest end of the first i + 1 of b.
  scratch.reach.clear();
  for (const Interval& one : b)
    scratch.reach.push_back(
        std::max(scratch.reach.empty() ? std::int64_t{-1} : scratch.reach.back(), static_cast<std::int64_t>(one.last)));
  const std::int64_t margin = static_cast<std::int64_t>(n) + 1;
  for (const Interval& one : a) {
    const auto behind = std::ranges::upper_bound(b, static_cast<std::int64_t>(one.last) + margin, {},
                                                 [](const Interval& i) { return static_cast<std::int64_t>(i.first); });
    const auto count = static_cast<std::size_t>(behind - b.begin());
    if (count == 0 || scratch.reach[count - 1] < static_cast<std::int64_t>(one.first) - margin) out.push_back(one);
  }
}

}  // namespace newsmill::score_topics
