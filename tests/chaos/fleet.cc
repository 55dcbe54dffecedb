#include "tests/chaos/fleet.h"

#include <signal.h>

#include "tests/support/kafka_install.h"

namespace newsmill::chaos {

Fleet::Fleet(std::filesystem::path folder, OptionsOf options, int count)
    : folder_(std::move(folder)), options_(std::move(options)) {
  for (int number = 0; number < count; ++number) {
    const std::string name(1, static_cast<char>('a' + number));
    members_.push_back({.instance = std::make_unique<test::Instance>(folder_, options_(name))});
  }
}

void Fleet::start_all() {
  for (Member& member : members_) member.instance->start();
  for (Member& member : members_) member.instance->wait_until_ready();
}

void Fleet::expect(Member& member, int code) {
  if (code == 75 || member.codes.contains(code)) return;
  findings_.push_back("instance " + member.instance->name() + " ended with code " + std::to_string(code) +
                      "; its log ends with\n" + test::tail_of(member.instance->log_file(), 12));
}

void Fleet::supervise() {
  for (Member& member : members_)
    if (!member.instance->running()) {
      expect(member, member.instance->wait(std::chrono::milliseconds(0)).value_or(-1));
      member.codes.clear();
      member.instance->start();
      ++restarts_;
    }
}

void Fleet::restart(std::size_t number, const std::map<std::string, std::string>& environment) {
  Member& member = members_[number];
  member.codes.insert(0);
  expect(member, member.instance->stop());
  member.codes.clear();
  member.instance->start(environment);
  ++restarts_;
}

void Fleet::kill(std::size_t number) {
  may_end_with(number, {128 + SIGKILL});
  at(number).signal(SIGKILL);
  at(number).wait(std::chrono::minutes(1));
}

test::Instance& Fleet::add() {
  const std::string name = "extra" + std::to_string(++made_);
  added_.push_back({.instance = std::make_unique<test::Instance>(folder_, options_(name)), .codes = {0}});
  added_.back().instance->start();
  return *added_.back().instance;
}

test::Instance& Fleet::add_twin(std::size_t number) {
  const auto folder = folder_ / ("twin" + std::to_string(++made_));
  auto twin = std::make_unique<test::Instance>(folder, options_(at(number).name()));
  added_.push_back({.instance = std::move(twin), .codes = {0, 78}});
  added_.back().instance->start();
  may_end_with(number, {78});
  return *added_.back().instance;
}

void Fleet::remove_added() {
  for (Member& member : added_) expect(member, member.instance->stop());
  added_.clear();
}

void Fleet::stop_all() {
  remove_added();
  for (Member& member : members_) {
    member.codes = {0};
    expect(member, member.instance->stop());
  }
}

std::filesystem::path Fleet::keep_logs() const {
  const auto kept = test::kafka_cache() / "drill";
  std::filesystem::remove_all(kept);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
    if (entry.path().filename() != "log") continue;
    const auto to = kept / std::filesystem::relative(entry.path(), folder_);
    std::filesystem::create_directories(to.parent_path());
    std::filesystem::copy_file(entry.path(), to);
  }
  return kept;
}

}  // namespace newsmill::chaos
