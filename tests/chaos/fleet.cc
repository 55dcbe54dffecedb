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
  for (Member& member : members_) start(member);
  for (Member& member : members_) member.instance->wait_until_ready();
}

void Fleet::start(Member& member, const std::map<std::string, std::string>& environment) {
  for (const auto& [family, sum] : member.sums) past_[family] += sum;
  member.sums.clear();
  ++member.lives;
  member.replayed = false;
  member.instance->configure(options_(member.instance->name()).more);
  member.instance->start(environment);
}

void Fleet::read_counters(Member& member) {
  if (!member.instance->running() || member.instance->frozen()) return;
  auto sums = member.instance->metrics();
  if (sums.empty()) return;
  member.sums = std::move(sums);
  if (member.lives > 1 && !member.replayed && member.sums["newsmill_dedup_log_messages_total"] > 0 &&
      member.instance->ready()) {
    member.replayed = true;
    ++replays_;
  }
}

double Fleet::counted(const std::string& family) const {
  const auto value = [&](const std::map<std::string, double>& sums) {
    const auto found = sums.find(family);
    return found == sums.end() ? 0 : found->second;
  };
  double all = value(past_);
  for (const Member& member : members_) all += value(member.sums);
  return all;
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
      start(member);
      ++restarts_;
    }
  if (const auto now = std::chrono::steady_clock::now(); now - last_read_ > std::chrono::milliseconds(250)) {
    last_read_ = now;
    for (Member& member : members_) read_counters(member);
  }
}

void Fleet::restart(std::size_t number, const std::map<std::string, std::string>& environment) {
  Member& member = members_[number];
  member.codes.insert(0);
  read_counters(member);
  expect(member, member.instance->stop());
  member.codes.clear();
  start(member, environment);
  ++restarts_;
}

void Fleet::kill(std::size_t number) {
  read_counters(members_[number]);
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
