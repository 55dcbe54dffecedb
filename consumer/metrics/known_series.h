#pragma once
#include <map>
#include <string>
#include <string_view>

#include "consumer/metrics/registry.h"
#include "consumer/metrics/series.h"

namespace newsmill::metrics {

/// The series whose labels come from the knowledge, which a reload swaps as a whole: the version of each
/// part of it, and a counter for every topic, from 0, so that a topic that matches nothing can be seen.
/// A topic that is gone takes its series with it, so their number stays below kTopicLabels + 1 for good.
/// Everything but the constructor is called under Series::moment().
class KnownSeries {
 public:
  explicit KnownSeries(Series& series);
  void use(const Registry::Known& known);
  /// A topic without a label of its own, or one that is no longer known, counts as `other`.
  void count(std::string_view topic, double matches);

 private:
  void show_versions(const std::map<std::string, std::string>& versions);

  Series& series_;
  std::map<std::string, prometheus::Gauge*> versions_;               ///< by kind and version
  std::map<std::string, prometheus::Counter*, std::less<>> topics_;  ///< by id
  prometheus::Counter& others_;
};

}  // namespace newsmill::metrics
