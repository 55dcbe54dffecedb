#include "consumer/http/health.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace newsmill::consumer {
namespace {

constexpr std::size_t kComponents = static_cast<std::size_t>(Component::count_);
// Values of `beaten_` that are no time.
constexpr Health::Clock::rep kNever = -1, kWaits = -2;

}  // namespace

std::string_view component_name(Component component) {
  static constexpr std::string_view kNames[kComponents] = {"config", "kafka", "topics", "dedup", "lane", "service"};
  return kNames[static_cast<std::size_t>(component)];
}

Health::Part::Part(const Now& now, Component component, std::string name)
    : now_(now), component_(component), name_(std::move(name)), beaten_(kNever), since_(now()) {}

void Health::Part::ready() {
  const std::lock_guard lock(mutex_);
  if (ready_) return;
  ready_ = true;
  reason_.clear();
  since_ = now_();
}

void Health::Part::not_ready(std::string_view reason) {
  const std::lock_guard lock(mutex_);
  reason_ = reason;
  if (!std::exchange(ready_, false)) return;
  since_ = now_();
}

void Health::Part::note(std::string_view words) {
  const std::lock_guard lock(mutex_);
  note_ = words;
}

void Health::Part::beat() { beaten_.store(now_().time_since_epoch().count(), std::memory_order_relaxed); }

void Health::Part::waits() { beaten_.store(kWaits, std::memory_order_relaxed); }

Health::Health(std::chrono::seconds silence, Now now) : silence_(silence), now_(std::move(now)) {
  for (std::size_t i = 0; i < kComponents; ++i) {
    const auto component = static_cast<Component>(i);
    parts_.emplace_back(now_, component, std::string(component_name(component)));
  }
}

// The first parts never move and are never removed, so they need no lock.
Health::Part& Health::part(Component component) { return parts_[static_cast<std::size_t>(component)]; }

Health::Part& Health::add(Component component, std::string name) {
  const std::lock_guard lock(mutex_);
  return parts_.emplace_back(now_, component, std::move(name));
}

Health::Readiness Health::readiness() const {
  const auto now = now_();
  Readiness all{.ready = true, .parts = {}};
  const std::lock_guard lock(mutex_);
  for (const Part& part : parts_) {
    const std::lock_guard part_lock(part.mutex_);
    all.parts.push_back({part.component_, part.name_, part.ready_, part.reason_, part.note_,
                         std::chrono::duration_cast<std::chrono::seconds>(now - part.since_)});
    all.ready = all.ready && part.ready_;
  }
  std::ranges::stable_sort(all.parts, {}, &PartState::component);
  return all;
}

bool Health::ready(Component component) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::all_of(parts_, [&](const Part& part) {
    const std::lock_guard part_lock(part.mutex_);
    return part.component_ != component || part.ready_;
  });
}

Health::Liveness Health::liveness() const {
  const auto now = now_();
  const std::lock_guard lock(mutex_);
  for (const Part& part : parts_) {
    const Clock::rep beaten = part.beaten_.load(std::memory_order_relaxed);
    if (beaten == kNever || beaten == kWaits) continue;
    const auto silent = now - Clock::time_point(Clock::duration(beaten));
    if (silent > silence_)
      return {false, fmt::format("{} has shown no sign of life for {} s (limit {} s)", part.name_,
                                 std::chrono::duration_cast<std::chrono::seconds>(silent).count(), silence_.count())};
  }
  return {true, {}};
}

}  // namespace newsmill::consumer
