#include "consumer/metrics/registry.h"

#include <fmt/format.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "consumer/metrics/known_series.h"
#include "consumer/metrics/lane_meter.h"
#include "consumer/metrics/process.h"
#include "consumer/metrics/series.h"
#include "consumer/metrics/table.h"

namespace newsmill::metrics {
namespace {

using consumer::Component;
using consumer::Health;
using consumer::Logger;

#if defined(__clang__)
constexpr std::string_view kCompiler = "clang " __clang_version__;
#else
constexpr std::string_view kCompiler = "gcc " __VERSION__;
#endif

Registry::Time machine_time() { return {std::chrono::system_clock::now(), std::chrono::steady_clock::now()}; }

double since_epoch(std::chrono::system_clock::time_point wall) {
  return std::chrono::duration<double>(wall.time_since_epoch()).count();
}

/// A family whose values somebody else keeps.
class Asked {
 public:
  explicit Asked(FamilyId id) : id_(id) {
    const Family& row = metrics::family(id);
    family_.name = row.name;
    family_.help = row.help;
    family_.type = row.kind == Kind::counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
  }
  Asked& add(double value, std::initializer_list<std::string_view> labels = {}) {
    prometheus::ClientMetric metric;
    for (const auto& [name, text] : labels_of(id_, labels)) metric.label.push_back({name, text});
    if (family_.type == prometheus::MetricType::Counter) metric.counter.value = value;
    else metric.gauge.value = value;
    family_.metric.push_back(std::move(metric));
    return *this;
  }
  prometheus::MetricFamily take() { return std::move(family_); }

 private:
  FamilyId id_;
  prometheus::MetricFamily family_;
};

void add_health(std::vector<prometheus::MetricFamily>& all, const Health& health) {
  all.push_back(Asked(FamilyId::ready).add(health.readiness().ready ? 1 : 0).take());
  Asked components(FamilyId::component_ready);
  for (std::uint8_t i = 0; i < static_cast<std::uint8_t>(Component::count_); ++i) {
    const auto component = static_cast<Component>(i);
    components.add(health.ready(component) ? 1 : 0, {component_name(component)});
  }
  all.push_back(components.take());
}

void add_dedup(std::vector<prometheus::MetricFamily>& all, const Registry::Dedup& dedup) {
  using enum FamilyId;
  const auto& log = dedup.log;
  const auto number = [](auto value) { return static_cast<double>(value); };
  for (const auto& [id, value] :
       {std::pair(dedup_articles, number(dedup.articles)), std::pair(dedup_capacity_articles, number(dedup.capacity)),
        std::pair(dedup_stories, number(dedup.stories)), std::pair(dedup_bytes, number(dedup.bytes)),
        std::pair(dedup_overflows_total, number(dedup.overflows)),
        std::pair(dedup_undecided_articles, number(dedup.undecided)),
        std::pair(dedup_log_garbage_total, number(log.skipped)),
        std::pair(dedup_log_own_late_total, number(log.own_late)),
        std::pair(dedup_log_applied_offset, number(log.applied)),
        std::pair(dedup_log_lag_records, number(std::max<dedup::LogOffset>(log.end - 1 - log.applied, 0))),
        std::pair(dedup_log_replay_seconds, log.replay_seconds)})
    all.push_back(Asked(id).add(value).take());
  all.push_back(Asked(dedup_log_messages_total)
                    .add(number(log.fingerprints), {"fingerprint"})
                    .add(number(log.verdicts), {"verdicts"})
                    .take());
  all.push_back(Asked(dedup_log_without_effect_total)
                    .add(number(log.known), {"known"})
                    .add(number(log.late), {"late"})
                    .add(number(log.foreign), {"foreign"})
                    .add(number(log.lost), {"lost"})
                    .take());
}

void add_log(std::vector<prometheus::MetricFamily>& all, const Logger& log) {
  all.push_back(Asked(FamilyId::log_messages_total)
                    .add(static_cast<double>(log.count(Logger::Level::warning)), {"warning"})
                    .add(static_cast<double>(log.count(Logger::Level::error)), {"error"})
                    .take());
}

void add_process(std::vector<prometheus::MetricFamily>& all) {
  const auto state = process_state();
  if (!state) return;
  using enum FamilyId;
  for (const auto& [id, value] :
       {std::pair(process_cpu_seconds_total, state->cpu_seconds),
        std::pair(process_resident_memory_bytes, state->resident_bytes),
        std::pair(process_virtual_memory_bytes, state->virtual_bytes), std::pair(process_open_fds, state->open_fds),
        std::pair(process_max_fds, state->max_fds), std::pair(process_start_time_seconds, state->start_time_seconds)})
    all.push_back(Asked(id).add(value).take());
}

}  // namespace

struct Registry::State {
  State(const Setup& setup, const Health& the_health, const Logger& the_log, Now the_now)
      : series(setup), known(series), health(the_health), log(the_log), now(std::move(the_now)) {}
  Series series;
  KnownSeries known;
  const Health& health;
  const Logger& log;
  const Now now;
  std::function<Dedup()> dedup;  ///< under the series' moment
};

Registry::Registry(const Setup& setup, const Health& health, const Logger& log)
    : Registry(setup, health, log, machine_time) {}

Registry::Registry(const Setup& setup, const Health& health, const Logger& log, Now now)
    : state_(std::make_unique<State>(setup, health, log, std::move(now))) {
  Series& series = state_->series;
  const auto labels = labels_of(FamilyId::build_info, {NEWSMILL_VERSION, kCompiler});
  series.gauge(FamilyId::build_info, labels).Set(1);
  series.gauge(FamilyId::workers).Set(setup.workers);
  const double start = since_epoch(state_->now().wall);
  for (const FamilyId id : {FamilyId::last_input_timestamp_seconds, FamilyId::last_output_timestamp_seconds,
                            FamilyId::last_progress_timestamp_seconds})
    series.gauge(id).Set(start);
  use(setup.known);
  reloaded(true);  // or there would be no Registry
}

Registry::~Registry() = default;

std::unique_ptr<consumer::Meter> Registry::meter() { 
  return std::make_unique<LaneMeter>(state_->series, state_->known, state_->now);
}

void Registry::reloaded(bool success) {
  Series& series = state_->series;
  series.gauge(FamilyId::config_last_reload_successful).Set(success ? 1 : 0);
  if (success)
    series.gauge(FamilyId::config_last_reload_success_timestamp_seconds).Set(since_epoch(state_->now().wall));
}

void Registry::use(const Known& known) {
  const std::lock_guard moment(state_->series.moment());
  state_->known.use(known);
}

void Registry::show_dedup(std::function<Dedup()> ask) {
  const std::lock_guard moment(state_->series.moment());
  state_->dedup = std::move(ask);
}

void Registry::http_answered(std::string_view handler, int status) {
  const std::string code = std::to_string(status);
  state_->series.counter(FamilyId::http_requests_total, labels_of(FamilyId::http_requests_total, {handler, code}))
      .Increment();
}

void Registry::http_connections(std::size_t open) {
  state_->series.gauge(FamilyId::http_connections).Set(static_cast<double>(open));
}

std::string Registry::text() const {
  std::vector<prometheus::MetricFamily> all;
  std::function<Dedup()> dedup;
  {
    const std::lock_guard moment(state_->series.moment());
    all = state_->series.collect();
    dedup = state_->dedup;
  }
  // The lock is not held while dedup is asked: it may be at work.
  add_dedup(all, dedup ? dedup() : Dedup{});
  add_health(all, state_->health);
  add_log(all, state_->log);
  add_process(all);
  // prometheus-cpp returns counters, gauges, histograms; a reader wants what belongs together.
  const auto place = [](const prometheus::MetricFamily& family) {
    const auto rows = families();
    return std::ranges::find(rows, std::string_view(family.name), &Family::name) - rows.begin();
  };
  std::ranges::stable_sort(all, {}, place);
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, all);
  return std::move(out).str();
}

}  // namespace newsmill::metrics
