#pragma once
#include <filesystem>
#include <functional>
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
  /// `options` of one instance by its name.
  using OptionsOf = std::function<test::Instance::Options(const std::string& name)>;
  Fleet(std::filesystem::path folder, OptionsOf options, int count);

  std::size_t size() const { return members_.size(); }
  test::Instance& at(std::size_t number) { return *members_[number].instance; }
  void start_all();

  /// Starts again whoever has ended; to be called often.
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

  int restarts() const { return restarts_; }
  const std::vector<std::string>& findings() const { return findings_; }
  /// Copies all logs to where they outlive the drill; returns the folder.
  std::filesystem::path keep_logs() const;

 private:
  struct Member {
    std::unique_ptr<test::Instance> instance;
    std::set<int> codes = {};
  };
  void expect(Member& member, int code);

  std::filesystem::path folder_;
  OptionsOf options_;
  std::vector<Member> members_;
  std::vector<Member> added_;
  int made_ = 0, restarts_ = 0;
  std::vector<std::string> findings_;
};

}  // namespace newsmill::chaos
