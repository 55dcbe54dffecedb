#pragma once
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <mutex>
#include <string>
#include <string_view>

#include "consumer/metrics/registry.h"
#include "consumer/metrics/table.h"

/// The families of the table as prometheus-cpp objects. For the sources of this folder only.
namespace newsmill::metrics {

/// Makes every family that is counted here, and all series whose labels are closed. The families of
/// the process, of Health and of the log are made at scrape time instead (registry.cc).
class Series {
 public:
  explicit Series(const Registry::Setup& setup);

  prometheus::Counter& counter(FamilyId id, const prometheus::Labels& labels = {});
  prometheus::Gauge& gauge(FamilyId id, const prometheus::Labels& labels = {});
  prometheus::Histogram& histogram(FamilyId id, const prometheus::Labels& labels = {});
  void remove(FamilyId id, prometheus::Counter& series);
  void remove(FamilyId id, prometheus::Gauge& series);

  std::vector<prometheus::MetricFamily> collect() const { return registry_.Collect(); }

  /// Held while a lane publishes and while a scrape collects: one moment for all series.
  std::mutex& moment() const { return moment_; }

 private:
  prometheus::Registry registry_;
  mutable std::mutex moment_;
  std::array<prometheus::Family<prometheus::Counter>*, kFamilies> counters_{};
  std::array<prometheus::Family<prometheus::Gauge>*, kFamilies> gauges_{};
  std::array<prometheus::Family<prometheus::Histogram>*, kFamilies> histograms_{};
};

/// `{name of the set, value}` as prometheus-cpp wants it.
prometheus::Labels labels_of(FamilyId id, std::initializer_list<std::string_view> values);

}  // namespace newsmill::metrics
