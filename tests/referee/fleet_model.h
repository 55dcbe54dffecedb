#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/referee/model_log.h"
#include "tests/referee/model_stream.h"

namespace newsmill::test {

/// What was published about one article, and when.
struct ModelRecord {
  std::uint64_t ident;
  Fingerprint::Delivery delivery;
  Verdict verdict;
  std::int64_t at_ms;
};

/// A fleet of newsmill in memory and in discrete time: the real Verdicts and the real Referee of several
/// instances on one log, with a consumer group, transactions and input partitions that behave as Kafka's.
/// Instances are killed between any two steps of a transaction and at random, what they had under way
/// arrives late or never; they are paused, with their unsent requests; the group rebalances; they start
/// again from a log that is cut at R and a margin; the batch of one crash in twenty is skipped. Nothing
/// runs but one thread, and every choice comes from `seed`.
struct FleetRun {
  std::uint64_t seed = 1;
  std::uint64_t articles = 20'000;
  std::size_t instances = 4;
  std::int32_t partitions = 8;
  std::int64_t window_ms = 6 * 3'600'000;
  /// Every start of an instance draws one of two builds: the second has `other_window` of the
  /// window, half of the table, and another judge.
  bool mixed = true;
  double other_window = 0.7;
  double outages = 0;  ///< probability at each article that the whole fleet is gone for more than a day
  double kills = 0.002;  ///< probability at each step; of a batch of several articles five times as much

  /// For a test that tells a story: articles to send in place of the stream's, ascending by time, and what
  /// happens to instances. Then every way takes kScriptedMs, partition p is of instance p % instances, and
  /// nothing else fails.
  static constexpr std::int64_t kScriptedMs = 5;
  struct Incident {
    std::int64_t at_ms;
    std::size_t instance;
    std::int64_t for_ms;
    bool dies = false;  ///< and starts again; else it is frozen
  };
  std::vector<ModelArticle> script;
  std::vector<Incident> incidents;
};

struct FleetResult {
  // What must be 0.
  std::uint64_t split = 0;                  ///< records whose story's first member says another, or never came
  std::uint64_t published_unlike_log = 0;   ///< records that say something else than the log
  std::uint64_t doubled = 0, lost = 0;      ///< deliveries that were written twice, or never
  std::uint64_t unsound = 0;                ///< V's that the protocol does not allow, see ModelLog
  std::uint64_t states_differ = 0;          ///< instances unlike the one that never stopped, at equal offset
  // Without which the others prove nothing.
  std::uint64_t published = 0, joins = 0, crashes = 0, outages = 0, pauses = 0, rebalances = 0, aborts = 0;
  std::uint64_t restarts_from_a_cut = 0, states_compared = 0;
  std::uint64_t waited = 0, helped = 0, lost_to_another = 0, void_messages = 0, late = 0, known = 0, foreign = 0;
  std::uint64_t with_twins = 0;             ///< V's that name what a predecessor had under way, see ModelLog
  std::uint64_t skipped = 0;                ///< deliveries that an operator skipped
  std::uint64_t skipped_firsts = 0;         ///< records whose story's first member was skipped: inherent
  std::uint64_t apart = 0;                  ///< records of what left the window before it was decided
  /// Records that say what the log says to builds of their window, while those of a longer one still know
  /// an F that came before: of an owner that was gone for longer than the shorter window.
  std::uint64_t by_another_f = 0;
  std::uint64_t fingerprints = 0, verdicts = 0;  ///< messages in the log
  std::vector<std::string> broken;          ///< the first few, in words
  std::vector<ModelRecord> records;         ///< of a script, in the order in which they were published

  bool kept() const { return split + published_unlike_log + doubled + lost + unsound + states_differ == 0; }
};
FleetResult run_fleet(const FleetRun& run);

/// "name=value" lines.
std::string lines_of(const FleetResult& result);

}  // namespace newsmill::test
