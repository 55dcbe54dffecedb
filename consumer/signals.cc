#include "consumer/signals.h"

#include <algorithm>
#include <ctime>

namespace newsmill::consumer {

Signals::Signals() {
  ::sigemptyset(&ours_);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&ours_, signal);
  ::pthread_sigmask(SIG_BLOCK, &ours_, &before_);
}

Signals::~Signals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

std::optional<int> Signals::wait(std::chrono::milliseconds limit) const {
  const auto ms = std::max<std::chrono::milliseconds::rep>(0, limit.count());
  timespec time{};
  time.tv_sec = static_cast<std::time_t>(ms / 1000);
  time.tv_nsec = static_cast<long>(ms % 1000 * 1'000'000);
  const int signal = ::sigtimedwait(&ours_, nullptr, &time);  // EINTR (SIGCONT after a stop) counts as nothing
  return signal > 0 ? std::optional<int>(signal) : std::nullopt;
}

}  // namespace newsmill::consumer
