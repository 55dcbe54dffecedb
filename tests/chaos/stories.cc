#include "tests/chaos/stories.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "processors/encode/story.h"

namespace newsmill::chaos {
namespace {

constexpr std::size_t kWordsOfEach = 5;

class Check {
 public:
  Check(const std::map<Place, Fed>& fed, const LogFold& log) : fed_(fed), log_(log) {}

  StoryVerdict run(const std::vector<Seen>& records) {
    for (const Seen& seen : records) {
      own_[seen.article] |= seen.story == seen.article;
      if (seen.source) row(seen);
    }
    for (const Seen& seen : records) story(seen);
    for (const auto& [place, row] : log_.rows()) fingerprint(place, row);
    if (log_.differs() > 0)
      breach(verdict_.wrong, fmt::format("the referee folds {} messages of the log in another way", log_.differs()));
    return std::move(verdict_);
  }

 private:
  /// Holds a record against the log, and notes the stories that are its own.
  void row(const Seen& seen) {
    const LogFold::Row* row = log_.of(*seen.source);
    if (row == nullptr || !row->verdict)
      return unlike(seen, what(seen) + (row == nullptr ? " has no F in the log" : " has no verdict in the log"));
    const Verdict& verdict = *row->verdict;
    const std::string due = encode::story_json(verdict);
    if (seen.story_json != due || seen.story != uuid(verdict.story) || seen.relation != relation_name(verdict.relation))
      return unlike(seen, fmt::format("{} says {} (headers {} {}), F {} V {} say {}", what(seen), seen.story_json,
                                      seen.story, seen.relation, row->offset, row->decided_at, due));
    if (seen.article != uuid(row->fingerprint.article))
      breach(verdict_.wrong, what(seen) + " has another article id than its F");
    if (verdict.story != row->fingerprint.article) return;
    const auto [birth, first] = births_.try_emplace({seen.story, verdict.since_ms}, row->decided_at);
    if (!first) birth->second = std::min(birth->second, row->decided_at);
  }

  void story(const Seen& seen) {
    if (seen.story.empty()) return;  // said already: it is not as the log says
    const auto fed = seen.source ? fed_.find(*seen.source) : fed_.end();
    if (fed != fed_.end() && fed->second.kind == Kind::copy) {
      const Telling telling = fed->second.telling;
      if (telling == Telling::kill && seen.relation != "withdrawn")
        breach(verdict_.wrong, what(seen) + " is a kill and says " + seen.relation);
      verdict_.missed += telling == Telling::exact && seen.relation == "original";
    }
    if (seen.story == seen.article) return;
    ++verdict_.joined;
    const auto found = own_.find(seen.story);
    if (found == own_.end())
      return breach(verdict_.story_never_published, what(seen) + " is in story " + seen.story + ", which nobody told");
    if (!found->second)
      return breach(verdict_.split, what(seen) + " is in story " + seen.story + ", whose first member says another");
    const LogFold::Row* row = seen.source ? log_.of(*seen.source) : nullptr;
    if (row == nullptr || !row->verdict || unlike_.contains(seen.story)) return;  // said already
    const auto birth = births_.find({seen.story, row->verdict->since_ms});
    if (birth == births_.end())
      breach(verdict_.split, fmt::format("{} is in story {} born {}, whose first member says another birth", what(seen),
                                         seen.story, row->verdict->since_ms));
    else if (birth->second > row->decided_at)
      breach(verdict_.split, fmt::format("{} joined story {} at {} of the log, before its first member opened it at {}",
                                         what(seen), seen.story, row->decided_at, birth->second));
  }

  void fingerprint(const Place& place, const LogFold::Row& row) {
    const auto fed = fed_.find(place);
    const std::string what = fmt::format("F {} of {}:{}", row.offset, place.first, place.second);
    if (fed == fed_.end())
      breach(verdict_.wrong, what + " is of what was never fed");
    else if (expected_code(fed->second.kind) != nullptr)
      breach(verdict_.wrong, what + " (" + fed->second.id + ") is of a dead letter, which can lead no story");
    else if (fed->second.hash != hex(reinterpret_cast<const std::uint8_t*>(&row.fingerprint.delivery.content),
                                     sizeof row.fingerprint.delivery.content))
      breach(verdict_.wrong, what + " names the hash of other bytes");
  }

  void unlike(const Seen& seen, const std::string& words) {
    unlike_.insert(seen.article);
    breach(verdict_.published_unlike_log, words);
  }

  static std::string what(const Seen& seen) {
    return fmt::format("record {}:{} ({}, of {}:{})", seen.place.first, seen.place.second, seen.id,
                       seen.source ? seen.source->first : -1, seen.source ? seen.source->second : -1);
  }

  void breach(std::size_t& count, const std::string& words) {
    if (++count <= kWordsOfEach) verdict_.words.push_back(words);
  }

  const std::map<Place, Fed>& fed_;
  const LogFold& log_;
  std::map<std::string, bool> own_;  ///< articles that have a record: whether one says that its story is its own
  /// Story and birth, as said by its first member: where in the log that was decided first.
  std::map<std::pair<std::string, std::int64_t>, dedup::LogOffset> births_;
  std::set<std::string> unlike_;  ///< articles with a record that is not as the log says
  StoryVerdict verdict_;
};

}  // namespace

StoryVerdict check_stories(const std::map<Place, Fed>& fed, const std::vector<Seen>& records, const LogFold& log) {
  return Check(fed, log).run(records);
}

}  // namespace newsmill::chaos
