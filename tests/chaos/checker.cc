#include "tests/chaos/checker.h"

#include <algorithm>

namespace newsmill::chaos {
namespace {

constexpr std::size_t kWordsOfEach = 5;

std::string text(const Place& place) { return std::to_string(place.first) + ":" + std::to_string(place.second); }

class Check {
 public:
  explicit Check(const std::map<Place, Fed>& fed) : fed_(fed) {}

  void topic(const std::vector<Seen>& all, bool dead_letters) {
    const std::string name = dead_letters ? "dead letter " : "record ";
    // By output partition, then by input partition: the last offset of that input partition so far.
    std::map<std::pair<std::int32_t, std::int32_t>, std::int64_t> last;
    for (const Seen& seen : all) {
      const std::string what = name + text(seen.place);
      if (!seen.source) {
        breach(verdict_.wrong, what + " carries no delivery");
        continue;
      }
      const auto found = fed_.find(*seen.source);
      if (found == fed_.end()) {
        breach(verdict_.wrong, what + " of " + text(*seen.source) + " was never fed");
        continue;
      }
      if (++times_[*seen.source] > 1) breach(verdict_.doubled, what + " repeats " + text(*seen.source));
      std::int64_t& before = last.try_emplace({seen.place.first, seen.source->first}, -1).first->second;
      if (seen.source->second < before)
        breach(verdict_.out_of_order, what + " of " + text(*seen.source) + " comes after " + std::to_string(before));
      before = seen.source->second;
      content(found->second, seen, dead_letters, what);
    }
  }

  Verdict verdict() {
    for (const auto& [place, fed] : fed_)
      if (!times_.contains(place)) breach(verdict_.lost, "article " + text(place) + " (" + fed.id + ") is in no topic");
    return std::move(verdict_);
  }

 private:
  void content(const Fed& fed, const Seen& seen, bool dead_letter, const std::string& what) {
    const char* code = expected_code(fed.kind);
    if (dead_letter != (code != nullptr))
      breach(verdict_.wrong, what + " (" + fed.id + ") is in the wrong topic, code " + seen.code);
    else if (dead_letter && seen.code != code)
      breach(verdict_.wrong, what + " has code " + seen.code + ", expected " + code);
    if (seen.hash != fed.hash) breach(verdict_.wrong, what + " names the hash of other bytes");
    if (seen.id != fed.id) breach(verdict_.wrong, what + " is " + seen.id + ", expected " + fed.id);
    if (dead_letter && seen.original != fed.digest) breach(verdict_.wrong, what + " has other bytes, key or headers");
  }

  void breach(std::size_t& count, const std::string& words) {
    if (++count <= kWordsOfEach) verdict_.words.push_back(words);
  }

  const std::map<Place, Fed>& fed_;
  std::map<Place, int> times_;
  Verdict verdict_;
};

}  // namespace

Verdict check(const std::map<Place, Fed>& fed, const Observer::View& view) {
  Check one(fed);
  one.topic(view.records, false);
  one.topic(view.dead_letters, true);
  return one.verdict();
}

std::size_t changed(const std::vector<Seen>& before, const std::vector<Seen>& after) {
  std::map<Place, std::uint64_t> now;
  for (const Seen& seen : after) now.emplace(seen.place, seen.digest);
  // Nothing that was shown may be gone or differ, and nothing may have come in between.
  std::map<std::int32_t, std::int64_t> last;
  std::map<std::int32_t, std::size_t> count;
  std::size_t breaches = 0;
  for (const Seen& seen : before) {
    const auto found = now.find(seen.place);
    breaches += found == now.end() || found->second != seen.digest;
    last[seen.place.first] = seen.place.second;
    ++count[seen.place.first];
  }
  for (const auto& [partition, offset] : last) {
    const auto shown = std::count_if(after.begin(), after.end(), [&](const Seen& seen) {
      return seen.place.first == partition && seen.place.second <= offset;
    });
    breaches += static_cast<std::size_t>(shown) != count[partition];
  }
  return breaches;
}

}  // namespace newsmill::chaos
