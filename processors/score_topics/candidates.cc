#include "processors/score_topics/candidates.h"

#include <algorithm>
#include <limits>

namespace newsmill::score_topics {
namespace {

using Kind = Query::Kind;
constexpr double kAll = std::numeric_limits<double>::infinity();

struct Entry {
  TermId term, second;
};

/// What must be there for a node to match.
struct Cover {
  double cost = kAll;         ///< sum of shares; infinite = nothing must
  std::vector<Entry> entries;  ///< one of these
  TermId single = kNoTerm;    ///< the rarest term that must be there whatever else is
};

class Filer {
 public:
  Filer(QuerySet::Program& program, const std::vector<float>& share) : program_(program), share_(share) {}

  Cover cover(std::uint32_t at) const {
    const Op& op = program_.ops[at];
    switch (op.kind) {
      case Kind::word: case Kind::phrase: case Kind::sloppy: return of_terms(op);
      case Kind::either: return any(op, 1);
      case Kind::n_of: return any(op, op.n);
      case Kind::both: case Kind::near: case Kind::ordered: case Kind::sentence: case Kind::paragraph: return all(op);
      case Kind::not_near: case Kind::at_least: return cover(program_.kids[op.first]);
      case Kind::meta: return op.wildcard ? Cover{} : of(op.first);
      default: return {};
    }
  }

 private:
  Cover of(TermId term) const { return {share_[term], {{term, kNoTerm}}, term}; }
  TermId rarer(TermId a, TermId b) const {
    if (a == kNoTerm || b == kNoTerm) return a == kNoTerm ? b : a;
    return share_[b] < share_[a] ? b : a;
  }

  Cover of_terms(const Op& op) const {
    TermId first = kNoTerm, second = kNoTerm;
    for (std::uint32_t i = op.first; i < op.first + op.count; ++i) {
      const TermId term = program_.uses[i].term;
      if (term == first || term == second) continue;
      if (first == kNoTerm || share_[term] < share_[first]) {
        second = first;
        first = term;
      } else if (second == kNoTerm || share_[term] < share_[second]) {
        second = term;
      }
    }
    return {share_[first], {{first, second}}, first};
  }

  Cover all(const Op& op) const {
    Cover best;
    TermId single = kNoTerm, other = kNoTerm;  // the two rarest singles
    for (std::uint32_t i = op.first; i < op.first + op.count; ++i) {
      Cover kid = cover(program_.kids[i]);
      if (kid.single != kNoTerm && kid.single != single && kid.single != other) {
        if (single == kNoTerm || share_[kid.single] < share_[single]) {
          other = single;
          single = kid.single;
        } else {
          other = rarer(other, kid.single);
        }
      }
      if (kid.cost < best.cost) std::swap(best, kid);
    }
    for (Entry& entry : best.entries) {
      const TermId candidate = entry.term == single ? other : single;
      if (entry.second == kNoTerm) entry.second = candidate;
      else if (candidate != kNoTerm && candidate != entry.term) entry.second = rarer(entry.second, candidate);
    }
    best.single = single;
    return best;
  }

  /// `n` of the kids must match, so one of any count - n + 1 of them does.
  Cover any(const Op& op, std::uint32_t n) const {
    std::vector<Cover> kids;
    for (std::uint32_t i = op.first; i < op.first + op.count; ++i) kids.push_back(cover(program_.kids[i]));
    std::ranges::stable_sort(kids, {}, &Cover::cost);
    kids.resize(kids.size() + 1 - std::min<std::size_t>(n, kids.size()));
    Cover sum;
    sum.cost = 0;
    for (Cover& kid : kids) {
      sum.cost += kid.cost;
      if (sum.cost == kAll) return {};
      sum.entries.insert(sum.entries.end(), kid.entries.begin(), kid.entries.end());
    }
    if (kids.size() == 1) sum.single = kids[0].single;
    return sum;
  }

  const QuerySet::Program& program_;
  const std::vector<float>& share_;
};

}  // namespace

void file_queries(QuerySet::Program& program, const std::vector<float>& share) {
  struct Filed {
    TermId term;
    Posting posting;
  };
  std::vector<Filed> filed;
  const Filer filer(program, share);
  for (std::uint32_t query = 0; query < program.queries.size(); ++query) {
    Cover cover = filer.cover(program.queries[query].root);
    if (cover.cost == kAll) {
      program.queries[query].always = true;
      program.always.push_back(query);
      continue;
    }
    // Under one term a query stands once; two seconds there leave neither.
    std::ranges::sort(cover.entries, [](const Entry& a, const Entry& b) {
      return a.term != b.term ? a.term < b.term : a.second < b.second;
    });
    for (std::size_t i = 0; i < cover.entries.size(); ++i) {
      const Entry& entry = cover.entries[i];
      if (i > 0 && filed.back().term == entry.term) {
        if (filed.back().posting.second != entry.second) filed.back().posting.second = kNoTerm;
        continue;
      }
      filed.push_back({entry.term, {query, entry.second}});
    }
  }
  program.posting_begin.assign(program.terms + 1, 0);
  for (const Filed& one : filed) ++program.posting_begin[one.term + 1];
  for (TermId term = 0; term < program.terms; ++term) program.posting_begin[term + 1] += program.posting_begin[term];
  program.postings.resize(filed.size());
  std::vector<std::uint32_t> next(program.posting_begin.begin(), program.posting_begin.end() - 1);
  for (const Filed& one : filed) program.postings[next[one.term]++] = one.posting;
}

}  // namespace newsmill::score_topics
