#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/support/instance.h"

namespace newsmill::chaos {

/// The instances of one consumer group, kept running as a service manager keeps them: whoever ends is
/// started again. How they may end is told beforehand, any other end is a finding. Main thread only.
class Fleet {
 public:
  /// `options` of one instance by its name; what `more` of them says is asked anew at each start.
  using OptionsOf = std::function<test::Instance::Options(const std::string& name)>;
  Fleet(std::filesystem::path folder, OptionsOf options, int count);

  std::size_t size() const { return members_.size(); }
  test::Instance& at(std::size_t number) { return *members_[number].instance; }
  void start_all();

  /// Starts again whoever has ended, and reads the counters of who lives; to be called often.
  void supervise();
  /// From here on `number` may end with `codes` (beside 75, "start me again").
  void may_end_with(std::size_t number, std::set<int> codes) { members_[number].codes = std::move(codes); }
  /// SIGTERM, and starts it again with `environment`.
  void restart(std::size_t number, const std::map<std::string, std::string>& environment = {});
  void kill(std::size_t number);

  /// One more under a new name, or a second one under the name of `number`, beside the others.
  test::Instance& add();
  test::Instance& add_twin(std::size_t number);
  /// SIGTERM for what add() and add_twin() made.
  void remove_added();
  void stop_all();

  /// What a counter of the metrics came to over all lives of all members, but for the last moments of those
  /// that were killed.
  double counted(const std::string& family) const;
  /// Lives of members that were started again, read a log that was not empty, and were ready after that.
  int replays() const { return replays_; }
  int restarts() const { return restarts_; }
  const std::vector<std::string>& findings() const { return findings_; }
  /// Copies all logs to where they outlive the drill; returns the folder.
  std::filesystem::path keep_logs() const;

 private:
  struct Member {
    std::unique_ptr<test::Instance> instance;
    std::set<int> codes = {};
    std::map<std::string, double> sums = {};  ///< of this life, as last read
    int lives = 0;
    bool replayed = false;  ///< in this life
  };
  void expect(Member& member, int code);
  void start(Member& member, const std::map<std::string, std::string>& environment = {});
  void read_counters(Member& member);

  std::filesystem::path folder_;
  OptionsOf options_;
  std::vector<Member> members_;
  std::vector<Member> added_;
  int made_ = 0, restarts_ = 0, replays_ = 0;
  std::map<std::string, double> past_;  ///< sums of the lives that have ended
  std::chrono::steady_clock::time_point last_read_{};
  std::vector<std::string> findings_;
};

}  // namespace newsmill::chaos
