#include "tests/kafka/port_pair.h"

#include <map>

#include "tests/kafka/lane_fixture.h"

namespace newsmill::test {
namespace {

using consumer::Fate;
using consumer::Outcome;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""ms;

}  // namespace

testing::AssertionResult opened(PortPair& pair) {
  const Outcome outcome = pair.open();
  if (outcome) return testing::AssertionSuccess();
  return testing::AssertionFailure() << outcome.reason << "\n" << pair.log();
}

Outcome PortPair::patiently(const std::function<Outcome()>& call) const {
  const auto deadline = std::chrono::steady_clock::now() + 1min;
  for (;;) {
    Outcome outcome = call();
    if (outcome.fate != Fate::retry || std::chrono::steady_clock::now() > deadline) return outcome;
  }
}

Outcome PortPair::open() {
  return patiently([this] { return open_(0, *this, link_, ports_); });
}

bool PortPair::poll_until(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + 1min;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    if (const auto message = input().poll(20ms))
      polled.push_back({{std::string(message->topic), message->partition},
                        message->offset,
                        std::string(message->value.value_or("(null)"))});
  }
  return true;
}

Outcome PortPair::transact(const std::string& topic, const std::vector<std::string>& values, bool commit) {
  std::map<consumer::Partition, std::int64_t> next;
  for (const Polled& one : polled) next[one.partition] = one.offset + 1;
  const std::vector<consumer::Position> positions(next.begin(), next.end());
  Outcome outcome = patiently([&] { return output().begin(); });
  for (const std::string& value : values)
    if (outcome)
      outcome = patiently([&] {
        return output().produce({.topic = topic, .key = "k", .value = value, .headers = {}, .timestamp_ms = -1});
      });
  if (outcome) outcome = patiently([&] { return output().send_offsets(positions, {}); });
  if (outcome) outcome = commit ? output().commit() : output().abort();
  return outcome;
}

void PortPair::assigned(std::span<const consumer::Partition>) { ++assignments; }

void PortPair::revoked(std::span<const consumer::Partition>, bool lost) {
  ++(lost ? losses : revocations);
  on_revoked();
}

std::string PortPair::log() const {
  const std::lock_guard lock(mutex_);
  return log_;
}

}  // namespace newsmill::test
