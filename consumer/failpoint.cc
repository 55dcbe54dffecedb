#include "consumer/failpoint.h"

#include <csignal>

#include <charconv>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>

#include <unistd.h>

namespace newsmill::consumer {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Failpoint::count_)> kNames{
    "after-fingerprints",  "after-applied",  "after-verdicts", "after-produce", "before-send-offsets",
    "after-send-offsets", "before-confirm", "before-commit",  "after-commit",  "in-revoke",
};

[[noreturn]] void refuse(std::string_view text) {
  std::string known;
  for (const std::string_view name : kNames) known += (known.empty() ? "" : ", ") + std::string(name);
  throw std::invalid_argument("NEWSMILL_FAILPOINT=" + std::string(text) +
                              ": expected NAME[@N][:kill|stop], N from 1, NAME one of " + known);
}

Failpoint point_of(std::string_view name, std::string_view text) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) return static_cast<Failpoint>(i);
  refuse(text);
}

}  // namespace

std::string_view failpoint_name(Failpoint point) { return kNames.at(static_cast<std::size_t>(point)); }

Failpoints::Failpoints(std::string_view text, Act act) : act_(std::move(act)) {
  if (text.empty()) return;
  std::string_view name = text;
  signal_ = SIGKILL;
  if (const std::size_t colon = name.find(':'); colon != std::string_view::npos) {
    const std::string_view how = name.substr(colon + 1);
    if (how != "kill" && how != "stop") refuse(text);
    signal_ = how == "kill" ? SIGKILL : SIGSTOP;
    name = name.substr(0, colon);
  }
  if (const std::size_t at = name.find('@'); at != std::string_view::npos) {
    const std::string_view nth = name.substr(at + 1);
    const auto [end, error] = std::from_chars(nth.data(), nth.data() + nth.size(), nth_);
    if (error != std::errc{} || end != nth.data() + nth.size() || nth_ == 0) refuse(text);
    name = name.substr(0, at);
  }
  point_ = point_of(name, text);
  // librdkafka's threads go on meanwhile: what was handed over before this place is on the broker by
  // then, so that there is a transaction to cut and not only an intention.
  if (!act_)
    act_ = [](int signal) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      ::kill(::getpid(), signal);
    };
}

void Failpoints::hit() {
  if (passed_.fetch_add(1) + 1 == nth_) act_(signal_);
}

}  // namespace newsmill::consumer
