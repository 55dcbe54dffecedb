#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "tests/chaos/ledger.h"
#include "tests/chaos/observer.h"

namespace newsmill::chaos {

/// What the invariants of an exactly-once stream came to. The first few breaches of each in words.
struct Verdict {
  std::size_t lost = 0;          ///< fed, and in neither topic
  std::size_t doubled = 0;       ///< fed once, there again
  std::size_t out_of_order = 0;  ///< after a later one of the same input partition, in one output partition
  std::size_t wrong = 0;         ///< never fed, in the wrong topic, another id, other bytes, key, headers or code
  std::vector<std::string> words;

  bool clean() const { return lost + doubled + out_of_order + wrong == 0; }
};

/// Compares what read_committed shows with what was fed.
Verdict check(const std::map<Place, Fed>& fed, const Observer::View& view);

/// Breaches of "what was once read stays": `before` read while it happened, `after` read anew at the end.
std::size_t changed(const std::vector<Seen>& before, const std::vector<Seen>& after);

}  // namespace newsmill::chaos
