#pragma once
#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/chaos/checker.h"
#include "tests/chaos/feeder.h"
#include "tests/chaos/fleet.h"
#include "tests/chaos/log_fold.h"
#include "tests/chaos/observer.h"
#include "tests/chaos/stories.h"
#include "tests/support/kafka_broker.h"

namespace newsmill::chaos {

struct Plan {
  int rounds = 20, instances = 3, partitions = 6;
  std::size_t per_round = 2000;  ///< articles
  std::uint32_t seed = 1;
  std::string kafka = "3.9.2", binary;
  int per_second = 500;
  bool stop_early = false;  ///< no further round after the first breach
};

/// The whole drill: a broker, a group of instances, a feeder and an observer that live through all
/// rounds. A round is a share of the articles and one fault of the matrix (failpoint × signal), from
/// round 9 on with a random one beside it, and after the matrix two random faults of instances and
/// broker. A round ends when everything fed has been committed, with a look at every invariant; the
/// drill with a fresh read of everything.
///
/// The last instance runs with another window and another size of its key table than the others, and
/// draws both anew at each start: what it proposes is often not what they would.
class Drill {
 public:
  explicit Drill(Plan plan);
  /// Prints a line for each round and the sums at the end. True when nothing is wrong.
  bool run();

 private:
  enum class Act : std::uint8_t {
    kill,    ///< -9
    freeze,  ///< SIGSTOP until the others have its partitions and everything else is done
    pause,   ///< SIGSTOP for longer than it takes to be helped, and not so long that the group throws it out
  };
  struct MatrixRound {
    const char* failpoint;
    Act act;
    bool cuts;      ///< leaves a transaction with records open, so that aborted records must show
    /// Then the broker restarts as well, or is killed: those who live through it keep their partitions
    /// and have to read again what they had in flight.
    enum class Broker : std::uint8_t { runs, restarts, killed } broker = Broker::runs;
    bool helped = false;  ///< leaves fingerprints without verdicts, which others must give who have copies
    bool odd = false;     ///< the victim is the instance with other parameters
  };
  static const std::vector<MatrixRound>& matrix();

  void round(int number);
  std::string matrix_round(const MatrixRound& round, std::size_t until, bool& hit);
  std::string random_round(std::size_t until);
  std::string random_fault();
  bool final_check();
  test::Instance::Options options_of(const std::string& name);
  /// Counters of the fleet and of the log that tell whether the referee had anything to do.
  bool report_referee();

  bool wait_for(std::chrono::milliseconds limit, const std::function<bool()>& condition);
  void let_pass(std::chrono::milliseconds time);
  bool drained() const;
  void settle();
  void look(const std::string& what);  ///< compares everything with what was fed
  void read_log();
  void expect_conservation();
  void finding(const std::string& words);
  std::size_t breaches() const;  ///< of everything, so far
  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }

  const Plan plan_;
  std::mt19937 random_;
  test::TemporaryFolder folder_;
  test::KafkaBroker broker_;
  test::KafkaClient client_;
  Observer::Topics topics_;
  Ledger ledger_;
  std::unique_ptr<Observer> observer_;
  std::unique_ptr<Feeder> feeder_;
  Fleet fleet_;
  std::unique_ptr<LogFold> log_ = std::make_unique<LogFold>();
  std::size_t folded_ = 0;  ///< messages
  Verdict verdict_;  ///< of the latest look
  StoryVerdict stories_;  ///< of the latest look
  std::size_t toothless_ = 0, stalled_ = 0, wrong_ = 0, fell_ = 0;
  std::set<std::string> said_;
};

}  // namespace newsmill::chaos
