#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"
#include "consumer/dedup_log.h"
#include "consumer/log.h"
#include "consumer/metrics/registry.h"
#include "consumer/ports.h"
#include "consumer/signals.h"
#include "consumer/vigil.h"
#include "consumer/workers.h"
#include "processors/core/batch.h"

namespace newsmill::consumer {

/// Everything that `run`, `demo` and the tests do differently. What is referred to outlives serve().
struct Hosting {
  const config::Settings& settings;
  OpenPorts open;
  Workers::MakeChain chain;
  const Signals& signals;  ///< made first thing in main
  Logger& log;

  std::string configuration_hash{};  ///< for the banner
  /// Opens the log that decides stories, once, when dedup is enabled. Empty function: one in memory, whose
  /// stories are those of this process.
  std::function<std::unique_ptr<DedupLog>()> open_dedup{};
  /// SIGHUP: reads the knowledge again. Nothing = it is wrong, which was logged, and the old one stays.
  /// `why` then stands in /readyz until a reload succeeds. On serve()'s thread; may take seconds. Empty
  /// function: there is nothing to read again.
  std::function<std::optional<Workers::MakeChain>(std::string& why)> reload{};
  /// What the chain knows now, for the metrics: asked at the start and after each reload that succeeded.
  std::function<metrics::Registry::Known()> known{};
  /// Once HTTP listens (its addresses; none = switched off) and before a message is read.
  std::function<void(const std::vector<std::string>& addresses)> on_started{};
  /// Every result once it is committed, on its lane's thread: a record, or with `error` a dead letter.
  std::function<void(const Batch::Item& item)> on_committed{};
  /// Asked several times a second; true drains as SIGTERM does.
  std::function<bool()> finished{};
  /// How long a lane may make no progress while the broker answers; an article that a worker has been
  /// in for half of it is charged with that.
  std::chrono::milliseconds patience = Vigil::kLimit;
  /// How the process ends at once, from any thread; default _exit.
  std::function<void(int code)> end_now{};
};

/// Runs the lanes, their workers, HTTP and the watchdog until it is told to stop, and returns the exit
/// code (sysexits):
///   0   drained after SIGTERM, SIGINT or finished()
///   75  a drain that could not commit what was read: start me again. Not drained within
///       kafka.drain_deadline, or no progress for two minutes while the broker answers: this ends the
///       process, as nothing can be waited for any more. Or only a new process can go on with the dedup log.
///   78  something only an operator can mend, named in the log: a topic that breaks the contract, an
///       offset that retention has passed, an instance name used twice, an address in use
/// A second signal ends the process at once with 128 + its number. Nothing is lost by any of these:
/// what is not committed is read again.
int serve(const Hosting& hosting);

}  // namespace newsmill::consumer
