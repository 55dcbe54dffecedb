#include "tests/support/demo.h"

#include <signal.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "tests/support/web.h"

namespace newsmill::test {

using namespace std::chrono_literals;

Demo::Demo(std::string binary) : port_(free_port()) {
  child_ = std::make_unique<Child>(Child::Options{
      .command = {std::move(binary), "demo", "--set", "http.listen=127.0.0.1:" + std::to_string(port_)},
      .out = terminal_.device(),
      .err = folder_ / "stderr"});
}

std::string Demo::metrics() const {
  const auto answer = web_get(port_, "/metrics");
  return answer && answer->status == 200 ? answer->body : std::string();
}

void Demo::wait_until_done() {
  const auto deadline = std::chrono::steady_clock::now() + 2min;
  for (;;) {
    if (!child_->running())
      throw std::runtime_error("the demo ended:\n" + terminal_.finish() + tail_of(folder_ / "stderr"));
    auto sums = metric_sums(metrics());
    if (sums["newsmill_delivered_total"] + sums["newsmill_dead_letter_total"] >= 30 &&
        sums["newsmill_records_in_flight"] == 0)
      return;
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("the demo is not through after two minutes:\n" + tail_of(folder_ / "stderr"));
    std::this_thread::sleep_for(50ms);
  }
}

int Demo::stop() {
  child_->signal(SIGTERM);
  return child_->wait(1min).value_or(137);
}

}  // namespace newsmill::test
