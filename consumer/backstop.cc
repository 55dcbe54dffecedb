#include "consumer/backstop.h"

#include <algorithm>
#include <string>
#include <utility>

namespace newsmill::consumer {

using namespace std::chrono_literals;

Backstop::Backstop(const Signals& signals, std::chrono::milliseconds deadline, Logger& log,
                   std::function<void(int)> end_now)
    : thread_([&signals, &log, deadline, end_now = std::move(end_now)](const std::stop_token& stop) {
        const auto until = std::chrono::steady_clock::now() + deadline;
        while (!stop.stop_requested()) {
          const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
          if (left <= 0ms) {
            log.warning("drain-deadline", "not drained within kafka.drain_deadline: ending now; what is not committed "
                                          "is read again by the next start");
            return end_now(75);  // EX_TEMPFAIL
          }
          const auto signal = signals.wait(std::min(left, 100ms));
          if (!signal || *signal == SIGHUP) continue;
          log.warning("second-signal", "a second signal: ending at once; what is not committed is read again by the "
                                       "next start", {{"signal", *signal}});
          return end_now(128 + *signal);
        }
      }) {}

}  // namespace newsmill::consumer
