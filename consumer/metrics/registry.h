#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "consumer/dedup_log.h"
#include "consumer/http/health.h"
#include "consumer/log.h"
#include "consumer/meter.h"

namespace newsmill::metrics {

/// All series of the process (see table.h) and their exposition. Series with closed labels exist
/// from the start with value 0, so that rate() sees their first increment. Thread-safe.
class Registry {
 public:
  /// What the chain knows, as far as it is shown.
  struct Known {
    std::map<std::string, std::string> versions;  ///< by part, as in `monitoring.versions`
    std::vector<std::string> topics;              ///< ids, in any order
  };
  /// What dedup says of itself: its state, and the log that it comes from.
  struct Dedup {
    std::size_t articles = 0, capacity = 0, stories = 0, bytes = 0;
    std::uint64_t overflows = 0;
    std::size_t undecided = 0;
    consumer::DedupLog::Status log = {};
  };
  struct Setup {
    std::vector<std::string> input_topics;
    int workers = 0;
    Known known = {};
  };
  struct Time {
    std::chrono::system_clock::time_point wall;
    std::chrono::steady_clock::time_point steady;
  };
  using Now = std::function<Time()>;

  /// `health` and `log` are asked at each scrape and must outlive the Registry.
  Registry(const Setup& setup, const consumer::Health& health, const consumer::Logger& log);
  Registry(const Setup& setup, const consumer::Health& health, const consumer::Logger& log, Now now);
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  /// The meter of one lane; the Registry must outlive it. What it counts becomes visible all at once
  /// when it is told what is in_flight(), at most every kPublish; the rest when it is destroyed, which
  /// also takes its part out of the gauges and ends its lag series. It never waits for a scrape.
  std::unique_ptr<consumer::Meter> meter();
  static constexpr std::chrono::milliseconds kPublish{20};

  /// After each SIGHUP; the reading at the start counts as a success.
  void reloaded(bool success);
  /// From here on this is known: the series of versions and topics that are no more end, every new topic
  /// has one that begins at 0.
  void use(const Known& known);
  /// From here on `ask` is asked at each scrape, from any thread; it must outlive the Registry's last
  /// text(). Without it all numbers of dedup are those of
  /// an empty one.
  void show_dedup(std::function<Dedup()> ask);
  /// For the HTTP server, after each answer and each change of the number of connections.
  void http_answered(std::string_view handler, int status);
  void http_connections(std::size_t open);

  /// Prometheus text format 0.0.4 of one moment, families in the order of the table. A few ms.
  std::string text() const;
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace newsmill::metrics
